-- Since when is each kind of record kept?
SELECT kept_since('speed_test') AS speed_tests_since, kept_since('path_check') AS path_checks_since,
       kept_since('page_check') AS page_checks_since, kept_since('presence') AS presence_since,
       kept_since('giga_meter_check') AS looks_since
