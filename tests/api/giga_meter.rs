//! Giga Meter's own paths: an installation of it is pointed at this server, and its tests are the school's.

mod attributed;
mod connectivity;
mod keys;
mod multiple;
mod once;
mod registered;
mod shown;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
    http::Answer,
    server::{Setup, TestServer},
};

pub const GIGA_ID: &str = "7c32006a-c3d1-3798-9082-be9b8222d872";

/// A server with a school that Giga knows, and a key for its installations.
pub struct Giga {
    pub server: TestServer,
    pub school: Uuid,
    pub bearer: String,
}

impl Giga {
    pub fn new() -> Self {
        Self::with(Setup::default())
    }

    /// Nothing is summarised, so that nothing but the requests writes.
    pub fn without_jobs() -> Self {
        Self::with(Setup {
            with_jobs: false,
            ..Setup::default()
        })
    }

    fn with(setup: Setup) -> Self {
        let db = TestDatabase::new();
        let school = fixtures::school(&db);
        alias(&db, school, "giga", GIGA_ID);
        let bearer = format!("Bearer {}", key(&db, "tests", None));
        Self {
            server: setup.start(db),
            school,
            bearer,
        }
    }

    pub fn db(&self) -> &TestDatabase {
        &self.server.db
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [("authorization", &*self.bearer)];
        self.server.post_json(path, &headers, body)
    }

    pub fn get(&self, path: &str) -> Answer {
        let headers = [("authorization", &*self.bearer)];
        self.server.get_with(path, &headers)
    }

    /// One measurement, to the path for one.
    pub fn send(&self, record: &Value) -> Answer {
        self.post("/api/v1/measurements", record)
    }

    /// What became of several, in their order.
    pub fn send_all(&self, records: &[Value]) -> Vec<Value> {
        let answer = self.post("/api/v1/measurements/multiple", &json!(records));
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["data"]["results"].as_array().unwrap().clone()
    }

    /// Speed tests, and records that are kept.
    pub fn stored(&self) -> [i64; 2] {
        ["speed_test", "giga_meter_kept"].map(|table| fixtures::count(self.db(), table))
    }
}

/// Makes a key as the command does.
pub fn key(db: &TestDatabase, name: &str, country: Option<&str>) -> String {
    let mut arguments = vec!["api-key", "add", name, "--json"];
    if let Some(country) = country {
        arguments.extend(["--country", country]);
    }
    let made = crate::command_line::succeeds(&crate::command_line::run(db, &arguments));
    made["key"].as_str().unwrap().to_owned()
}

pub fn alias(db: &TestDatabase, school: Uuid, scheme: &str, value: &str) {
    let sql = "INSERT INTO school_alias (school_id, country_code, scheme, value)
               VALUES ($1, 'XTA', $2, $3)";
    db.sql().execute(sql, &[&school, &scheme, &value]).unwrap();
}

pub fn other_school(db: &TestDatabase, name: &str) -> Uuid {
    let new = NewSchool {
        name,
        ..NewSchool::default()
    };
    new.add(db)
}

pub fn at(minutes_ago: i64) -> DateTime<Utc> {
    Utc::now() - TimeDelta::minutes(minutes_ago)
}

pub fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A fine test of half an hour ago, with everything that the app sends.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small and positive"
)]
pub fn measurement(uuid: &str, download_mbps: f64) -> Value {
    let bytes = |mbps: f64| (mbps * 1e6 / 8.0 * 10.0) as u64;
    let upload_mbps = download_mbps / 4.0;
    json!({
        "UUID": uuid, "BrowserID": "b6e0a1d2-0000-4000-8000-000000000001", "Timestamp": text(at(30)),
        "timestamplocal": "17/06/2026, 16:30:44", "DeviceType": "windows", "Notes": "daily",
        "Annotation": "", "school_id": "12345678", "giga_id_school": GIGA_ID, "country_code": "AL",
        "ip_address": "84.1.2.3", "app_version": "2.0.3",
        "Download": download_mbps * 1000.0, "Upload": upload_mbps * 1000.0, "Latency": "5",
        "ClientInfo": {"ASN": "AS60471", "ISP": "Mobitel", "City": "Kashar", "Latitude": 41.3,
                       "Longitude": 19.7, "IP": "84.1.2.3"},
        "ServerInfo": {"FQDN": "ndt-mlab1-tgd01.example", "City": "Podgorica", "Country": "ME"},
        "Results": {
            "NDTResult.S2C": {
                "LastClientMeasurement": {"ElapsedTime": 10.0, "NumBytes": bytes(download_mbps),
                                          "MeanClientMbps": download_mbps},
                "LastServerMeasurement": {"TCPInfo": {"MinRTT": 5000, "BytesSent": 1000, "BytesRetrans": 10},
                                          "ConnectionInfo": {"Client": "84.1.2.3:50000"}}},
            "NDTResult.C2S": {
                "LastClientMeasurement": {"ElapsedTime": 10.0, "NumBytes": bytes(upload_mbps),
                                          "MeanClientMbps": upload_mbps}}},
        "device_hardware_id": "03000200-0400-0500-0006-000700080009", "windows_username": "amina",
        "installed_path": "C:\\Users\\amina\\giga", "wifi_connections": [{"ssid": "Shkolla"}],
        "geolocation": {"location": {"lat": 41.3, "lng": 19.7}, "accuracy": 18.5}
    })
}

pub fn with(mut record: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

pub fn results(outcomes: &[Value]) -> Vec<&str> {
    outcomes
        .iter()
        .map(|outcome| outcome["result"].as_str().unwrap())
        .collect()
}

pub fn reasons(outcomes: &[Value]) -> Vec<&str> {
    outcomes
        .iter()
        .map(|outcome| outcome["reason"].as_str().unwrap_or_default())
        .collect()
}
