//! The big tables keep the rules by which Citus takes them as they are: spread by school, with everything
//! that must be unique found on one machine.

use super::support::TestDatabase;

/// The column that each big table is spread by.
const SPREAD_BY: [(&str, &str); 9] = [
    ("giga_meter_check", "probe_id"),
    ("page_check", "school_id"),
    ("path_check", "school_id"),
    ("presence", "school_id"),
    ("school_summary", "school_id"),
    ("speed_test", "school_id"),
    ("speed_test_sample", "school_id"),
    ("dirty_school_day", "school_id"),
    ("dirty_school_period", "school_id"),
];

fn texts(db: &TestDatabase, sql: &str, table: &str) -> Vec<String> {
    let rows = db.sql().query(sql, &[&table]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// What measurement servers saw: it is not known whose it was, and it stays on one machine.
const OF_NO_SCHOOL: &str = "seen_transfer";

#[test]
fn every_partitioned_table_is_known_to_be_big_and_for_how_long_it_is_kept() {
    let db = TestDatabase::new();
    let sql = "SELECT relname::text FROM pg_class WHERE relkind = 'p' AND $1 = '' ORDER BY 1";
    let partitioned = texts(&db, sql, "");
    for table in &partitioned {
        let known = SPREAD_BY.iter().any(|(big, _)| big == table) || table == OF_NO_SCHOOL;
        assert!(known, "say which column {table} is spread by");
    }
    let kept = "SELECT table_name FROM retention WHERE $1 = '' ORDER BY 1";
    assert_eq!(texts(&db, kept, ""), partitioned);
}

#[test]
fn what_is_unique_holds_the_column_that_rows_are_spread_by() {
    let db = TestDatabase::new();
    let keys = "SELECT (SELECT string_agg(a.attname, ' ')
                        FROM unnest(i.indkey) AS k JOIN pg_attribute a
                            ON a.attrelid = i.indrelid AND a.attnum = k)
                FROM pg_index i WHERE i.indrelid = $1::text::regclass AND i.indisunique";
    let time = "SELECT a.attname::text
                FROM pg_partitioned_table p JOIN pg_attribute a
                    ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::smallint[])
                WHERE p.partrelid = $1::text::regclass";
    for (table, by) in SPREAD_BY {
        let time = texts(&db, time, table);
        for key in texts(&db, keys, table) {
            let columns: Vec<&str> = key.split(' ').collect();
            assert!(columns.contains(&by), "{table}: {key}");
            let whole = time.iter().all(|column| columns.contains(&column.as_str()));
            assert!(whole, "{table}: {key} lacks {time:?}");
        }
        let not_null = "SELECT attname::text FROM pg_attribute
                        WHERE attrelid = $1::text::regclass AND attnotnull";
        assert!(
            texts(&db, not_null, table).contains(&by.to_owned()),
            "{table}"
        );
    }
}

#[test]
fn nothing_refers_to_them_and_they_refer_to_nothing() {
    let db = TestDatabase::new();
    let links = "SELECT conname::text FROM pg_constraint
                 WHERE contype = 'f' AND $1::text::regclass IN (conrelid, confrelid)";
    let triggers = "SELECT tgname::text FROM pg_trigger
                    WHERE tgrelid = $1::text::regclass AND NOT tgisinternal";
    for (table, _) in SPREAD_BY {
        assert_eq!(texts(&db, links, table), [""; 0], "{table}");
        assert_eq!(texts(&db, triggers, table), [""; 0], "{table}");
    }
}

#[test]
fn partitions_have_one_level_and_a_time() {
    let db = TestDatabase::new();
    let deeper = "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                  WHERE i.inhparent = $1::text::regclass AND c.relkind <> 'r'";
    let strategy = "SELECT partstrat::text FROM pg_partitioned_table
                    WHERE partrelid = $1::text::regclass AND partnatts = 1";
    for (table, _) in SPREAD_BY {
        assert_eq!(texts(&db, deeper, table), [""; 0], "{table}");
        let strategy = texts(&db, strategy, table);
        assert!(
            strategy.is_empty() || strategy == ["r"],
            "{table}: {strategy:?}"
        );
    }
}
