//! Reports and records as a probe would send them.

use serde_json::{Value, json};

const BOOT_ID: &str = "0d9a4b0e-6f0c-4f5a-9f1e-3c1f4a1f9b55";
/// A hundred days of uptime.
const SENT_BOOT_MS: u64 = 100 * 24 * 3600 * 1000;
const SECONDS: u32 = 5;

/// Bytes that move at this rate.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small and positive"
)]
fn bytes(mbps: f64) -> u64 {
    ((mbps * 1e6 / 8.0).round() * f64::from(SECONDS)) as u64
}

/// A finished, valid speed test of a second ago: `mbps` down, half of it up.
pub fn speed_test(sequence: u64, mbps: f64) -> Value {
    aged(
        1,
        json!({
            "sequence": sequence,
            "kind": "speed_test",
            "outcome": "ok",
            "protocol": "ndt7",
            "server": "test:1",
            "download_mbps": mbps,
            "upload_mbps": mbps / 2.0,
            "rtt_min_ms": 20.0,
            "rtt_loaded_ms": 90.0,
            "bytes_down": bytes(mbps),
            "bytes_up": bytes(mbps / 2.0),
            "download_duration_ms": SECONDS * 1000,
            "upload_duration_ms": SECONDS * 1000,
        }),
    )
}

/// A speed test that could not connect.
pub fn failed_test(sequence: u64) -> Value {
    aged(
        1,
        json!({
            "sequence": sequence,
            "kind": "speed_test",
            "outcome": "failed",
            "failed_stage": "connect",
            "failure": "connection refused",
            "protocol": "ndt7",
            "server": "test:1",
        }),
    )
}

/// A path check that lost 2 of 20 packets.
pub fn path_check(sequence: u64) -> Value {
    aged(
        1,
        json!({
            "sequence": sequence,
            "kind": "path_check",
            "outcome": "ok",
            "target": "test",
            "target_kind": "server",
            "method": "tcp",
            "sent": 20,
            "received": 18,
            "timeout_ms": 3000,
            "rtt_min_ms": 20.0,
            "rtt_median_ms": 25.0,
            "rtt_p95_ms": 40.0,
            "rtt_max_ms": 55.0,
            "jitter_ms": 3.0,
        }),
    )
}

/// A page of a learning platform that answered.
pub fn page_check(sequence: u64) -> Value {
    aged(
        1,
        json!({
            "sequence": sequence,
            "kind": "page_check",
            "outcome": "ok",
            "url": "https://lessons.example/",
            "dns_ms": 30.0,
            "connect_ms": 80.0,
            "tls_ms": 160.0,
            "http_ms": 90.0,
            "http_status": 206,
            "ip_version": 4,
            "bytes_down": 400,
        }),
    )
}

/// The record, taken so many seconds before its report is sent.
pub fn aged(seconds: u64, record: Value) -> Value {
    let wall_ms = chrono::Utc::now().timestamp_millis() - i64::try_from(seconds).unwrap() * 1000;
    with(
        record,
        json!({
            "boot_id": BOOT_ID,
            "boot_ms": SENT_BOOT_MS - seconds * 1000,
            "wall_unix_ms": wall_ms,
        }),
    )
}

/// The record with other fields.
pub fn with(mut record: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else {
        panic!("fields are an object")
    };
    record.as_object_mut().unwrap().extend(fields);
    record
}

/// A report that is sent now.
pub fn report(records: &[Value]) -> Value {
    json!({
        "boot_id": BOOT_ID,
        "sent_boot_ms": SENT_BOOT_MS,
        "sent_wall_unix_ms": chrono::Utc::now().timestamp_millis(),
        "software_version": "0.1.0",
        "records": records,
    })
}
