-- Which tests are the survivor's from now on? A school has some thousands; the index finds them.
UPDATE speed_test SET school_id = $2 WHERE school_id = $1
