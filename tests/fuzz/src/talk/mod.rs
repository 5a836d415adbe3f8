//! What the programs say to each other: read by the code that the programs read it with, and held to
//! what must be so whatever was said.

mod ndt7;
mod probe;
mod reports;

use crate::format::Format;

/// Reads it; panics where something is so that must never be.
pub fn read(format: Format, bytes: &[u8]) {
    match format {
        Format::Report => reports::report(bytes),
        Format::GigaMeter => reports::giga_meter(bytes),
        Format::Frames => ndt7::frames(bytes),
        Format::Request => ndt7::request(bytes),
        Format::Token => ndt7::token(bytes),
        Format::ServerSays => probe::server_says(bytes),
        Format::Locate => probe::locate(bytes),
        Format::Config => probe::config(bytes),
        _ => unreachable!("the others are files"),
    }
}

/// Why nothing is made of it.
pub fn refusal(format: Format, bytes: &[u8]) -> Option<String> {
    match format {
        Format::Report => reports::report_refusal(bytes),
        Format::GigaMeter => reports::giga_meter_refusal(bytes),
        Format::Frames => ndt7::frames_refusal(bytes),
        Format::Request => ndt7::request_refusal(bytes),
        Format::Token => ndt7::token_refusal(bytes),
        Format::ServerSays => probe::server_says_refusal(bytes),
        Format::Locate => probe::locate_refusal(bytes),
        Format::Config => probe::config_refusal(bytes),
        _ => None,
    }
}

/// What each target begins with.
pub fn seeds(format: Format) -> Vec<Vec<u8>> {
    match format {
        Format::Report => reports::report_seeds(),
        Format::GigaMeter => reports::giga_meter_seeds(),
        Format::Frames => ndt7::frame_seeds(),
        Format::Request => ndt7::request_seeds(),
        Format::Token => ndt7::token_seeds(),
        Format::ServerSays => probe::server_says_seeds(),
        Format::Locate => probe::locate_seeds(),
        Format::Config => probe::config_seeds(),
        _ => vec![],
    }
}

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "null",
    "true",
    "\"",
    ":",
    ",",
    "-1",
    "0",
    "1e308",
    "1e999",
    "-0.0",
    "0.1",
    "9007199254740993",
    "18446744073709551615",
    "-9223372036854775808",
    "9223372036854775807",
    "\\u0000",
    "\\ud800",
    "é",
    "\"kind\":\"speed_test\"",
    "\"kind\":\"path_check\"",
    "\"kind\":\"page_check\"",
    "\"kind\":\"presence\"",
    "\"kind\":\"notice\"",
    "\"outcome\":\"failed\"",
    "\"failed_stage\":\"transfer\"",
    "\"download_stop_reason\":\"steady\"",
    "\"duration_ms\":",
    "\"wall_unix_ms\":",
    "\"boot_ms\":",
    "\"sent_wall_unix_ms\":",
    "\"Timestamp\":",
    "\"2026-11-24T09:00:00.250Z\"",
    "\"giga_id_school\":",
    "\"isConnected\":",
    "\"NumBytes\":",
    "\"ElapsedTime\":",
    "\"MinRTT\":",
    "\"speed_test_windows\":",
    "\"from_minute\":",
    "\"utc_offset_s\":",
    "\"closed_dates\":",
    "\"wss:///ndt/v7/download\":",
    "\"ws://a:1/ndt/v7/upload?access_token=x\"",
];

/// Words whose presence changes what a reader does.
pub fn words(format: Format) -> &'static [&'static str] {
    match format {
        Format::Frames => &[
            "\u{2}\u{0}",
            "\0\0\0\u{1}\0\0\0\0",
            "\0\0\0\0\u{1}\0\0\0",
            "\u{7f}\0\0\0\0\0\0\0\0",
            "\u{3}\u{3}",
        ],
        Format::Request => &[
            "bytes=",
            "duration=",
            "measurement_id=",
            "early_exit=250",
            "access_token=",
            "client_name=",
            "client_version=",
            "&",
            "%",
            "%00",
            "%F0%9F%98%80",
            "+",
            "\n",
            "\nConnection: keep-alive, Upgrade",
            "\nUpgrade: websocket",
            "\nSec-WebSocket-Version: 13",
            "\nSec-WebSocket-Protocol: net.measurementlab.ndt.v7",
            "\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "18446744073709551615",
            ",",
        ],
        Format::Token => &[".", "=", "-", "_", "eyJhbGciOiJFZERTQSJ9", "bnVsbA"],
        _ => JSON,
    }
}
