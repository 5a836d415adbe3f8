-- Which page checks are the survivor's from now on?
UPDATE page_check SET school_id = $2 WHERE school_id = $1
