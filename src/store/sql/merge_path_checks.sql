-- Which path checks are the survivor's from now on?
UPDATE path_check SET school_id = $2 WHERE school_id = $1
