//! Positions as people write them: read as what they are, and noted.

use super::{brief, schools};

#[test]
fn a_position_in_another_notation_is_read_and_noted() {
    let list = schools("notations.csv");
    let expected = [
        (3, "info", "coordinate_dms"),
        (4, "info", "coordinate_dms"),
        (4, "info", "coordinate_coarse"),
        (5, "info", "coordinate_decimal_comma"),
        (6, "warning", "coordinate_not_a_number"),
        (7, "warning", "coordinate_not_a_number"),
        (8, "warning", "coordinate_not_a_number"),
        (9, "info", "coordinate_coarse"),
    ];
    assert_eq!(brief(&list.findings), expected);
    let place = |at: usize| {
        let place = list.rows[at].location.unwrap();
        (place.latitude(), place.longitude())
    };
    // A trailing no-break space does no harm.
    assert_eq!(place(0), (-1.283_33, 36.816_67));
    let (latitude, longitude) = place(1);
    assert!((latitude + 1.29).abs() < 1e-9 && (longitude - 36.82).abs() < 1e-9);
    assert_eq!(
        list.rows[1].attributes["latitude_as_stated"],
        "1° 17' 24\" S"
    );
    assert_eq!(place(3), (-1.283_33, 36.816_67));
    assert!(!list.rows[3].attributes.contains_key("latitude_as_stated"));
    assert_eq!(place(7), (-1.28, 36.816_67));
}
