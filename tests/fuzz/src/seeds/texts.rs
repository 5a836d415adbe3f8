//! CSV in its dialects and encodings, GeoJSON with every geometry.

const ROWS: &[[&str; 8]] = &[
    [
        "school_id_govt",
        "school_name",
        "latitude",
        "longitude",
        "education_level",
        "num_students",
        "connectivity_govt",
        "school_funding_type",
    ],
    [
        "00123",
        "Oak School",
        "-1.283331",
        "36.817221",
        "Primary",
        "350",
        "Yes",
        "Public",
    ],
    [
        "00124",
        "École du  Chêne",
        "1° 17' 30\" S",
        "36° 49' 02\" E",
        "Maternelle et primaire",
        "1 200",
        "Non",
        "Privé",
    ],
    [
        "00124",
        "Ã‰cole",
        "-1,28333",
        "36,81722",
        "Cycle 3",
        "many",
        "oui",
        "semi",
    ],
    [
        "125",
        " Elm School ",
        "36.817221",
        "-1.283331",
        "Secondary",
        "",
        "unknown",
        "",
    ],
    [
        "TBD",
        "مدرسة البلوط",
        "0",
        "0",
        "ابتدائي",
        "12.5",
        "نعم",
        "خاصة",
    ],
    ["00126", "", "104.9", "-12.5", "", "-4", "4G", "NGO"],
];

fn table(separator: &str, quote: bool, line_end: &str) -> String {
    let cell = |text: &str| match quote || text.contains(['"', ',']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let lines = ROWS
        .iter()
        .map(|row| row.map(cell).join(separator) + line_end);
    lines.collect()
}

pub fn csv() -> Vec<Vec<u8>> {
    let plain = table(",", false, "\n");
    let utf16: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = "name;lat;lon\nÉcole du Chêne;1,5;36,5\n"
        .chars()
        .map(|c| c as u8)
        .collect();
    let arabic = [
        &b"name,lat,lon\n"[..],
        b"\xe3\xcf\xd1\xd3\xc9 \xc7\xe1\xe4\xe6\xd1,30.5,31.5\n",
    ]
    .concat();
    let titled = "Ministry of Education;;;\nSchools, by district, 2024;;;\n\nschool_name;latitude;longitude;students\n\
                  Oak School;1,5;36,5;350\nElm School;1,6;36,6;200\nTotal;;;550\n\nSource: EMIS\n";
    vec![
        plain.clone().into_bytes(),
        table(";", true, "\r\n").into_bytes(),
        table("\t", false, "\n").into_bytes(),
        table("|", false, "\r").into_bytes(),
        [&b"\xef\xbb\xbf"[..], plain.as_bytes()].concat(),
        [&b"\xff\xfe"[..], &utf16].concat(),
        utf16,
        latin,
        arabic,
        titled.into(),
        b"sep=;\nname;lat;lon\n\"a;b\";1;2\n".to_vec(),
        b"name,lat,lon\n\"Oak\nSchool\",1.5,36.5\nElm,1.6,36.6,extra\nAsh,1.7\n".to_vec(),
    ]
}

fn collection(features: &[&str]) -> Vec<u8> {
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        features.join(",")
    )
    .into_bytes()
}

fn feature(geometry: &str, properties: &str) -> String {
    format!("{{\"type\":\"Feature\",\"id\":7,\"geometry\":{geometry},\"properties\":{properties}}}")
}

pub fn geojson() -> Vec<Vec<u8>> {
    let named = r#"{"name":"Oak School","name:fr":"École","code":"KE01","students":350,"internet":true,"x":null,"y":{"a":[1]}}"#;
    let ring = "[[36,0],[37,0],[37,1],[36,1],[36,0]]";
    let hole = "[[36.2,0.2],[36.2,0.4],[36.4,0.4],[36.2,0.2]]";
    let geometries = [
        r#"{"type":"Point","coordinates":[36.817221,-1.283331,1700]}"#.to_owned(),
        format!(r#"{{"type":"Polygon","coordinates":[{ring},{hole}]}}"#),
        format!(
            r#"{{"type":"MultiPolygon","coordinates":[[{ring}],[[[38,0],[39,0],[39,1],[38,0]]]]}}"#
        ),
        r#"{"type":"LineString","coordinates":[[36,0],[37,1]]}"#.to_owned(),
        r#"{"type":"MultiLineString","coordinates":[[[36,0],[37,1]],[[1,2],[3,4]]]}"#.to_owned(),
        r#"{"type":"MultiPoint","coordinates":[[36,0],[37,1]]}"#.to_owned(),
        r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[36,0]}]}"#
            .to_owned(),
        "null".to_owned(),
    ];
    let features: Vec<String> = geometries
        .iter()
        .map(|geometry| feature(geometry, named))
        .collect();
    let each: Vec<&str> = features.iter().map(String::as_str).collect();
    let crs = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":["#;
    let mut seeds = vec![
        collection(&each),
        collection(&each[..1]),
        collection(&each[1..3]),
        format!("{crs}{}]}}", each[1]).into_bytes(),
        features[0].clone().into_bytes(),
        geometries[2].clone().into_bytes(),
        b"[{\"name\":\"Oak\",\"lat\":1.5,\"lon\":36.5}]".to_vec(),
        [&b"\xef\xbb\xbf"[..], &collection(&each[..2])].concat(),
    ];
    let utf16 = String::from_utf8(collection(&each)).unwrap_or_default();
    seeds.push(utf16.encode_utf16().flat_map(u16::to_be_bytes).collect());
    seeds
}
