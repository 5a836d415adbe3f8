//! What a probe hears: a measurement server's counts, the servers that it may measure at, and its
//! configuration.

// Their own items are seen one module up: here.
#[path = "../../../../probe/src/measure/server_says.rs"]
#[allow(dead_code, reason = "the probe uses the rest")]
mod server_says;
#[path = "../../../../probe/src/measure/targets.rs"]
#[allow(dead_code, reason = "the probe uses the rest")]
mod targets;

use http::Uri;
use schoolbeat_wire::{ProbeConfig, TestWindow};

use self::{server_says::ServerSays, targets::understood};
use crate::{bounds::bounded, server_url::ServerUrl, units, windows};

const DAY_MS: i64 = 86_400_000;
/// 2026-11-24, 10:00 UTC.
const NOW_MS: i64 = 1_795_514_400_000;

fn heard(bytes: &[u8]) -> ServerSays {
    let text = String::from_utf8_lossy(bytes);
    let mut says = ServerSays::default();
    for line in text.lines().take(1_000) {
        says.hear(line);
    }
    says
}

pub fn server_says(bytes: &[u8]) {
    let says = heard(bytes);
    if let Some((bytes, elapsed)) = says.received {
        assert!(bytes > 0);
        let mbps = units::mbps(bytes, elapsed).expect("some time has passed");
        assert!(mbps.is_finite() && mbps > 0.0);
    }
    if let Some(ratio) = says.retransmit_ratio {
        assert!((0.0..=1.0).contains(&ratio), "{ratio}");
    }
    if let Some(rtt_ms) = says.min_rtt_ms {
        assert!(rtt_ms > 0.0 && rtt_ms < 5_000_000.0, "{rtt_ms}");
    }
}

pub fn server_says_refusal(bytes: &[u8]) -> Option<String> {
    (heard(bytes) == ServerSays::default()).then(|| "it says nothing".to_owned())
}

pub fn server_says_seeds() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"AppInfo":{"ElapsedTime":1000000,"NumBytes":500},"Origin":"server","Test":"upload","TCPInfo":{"BytesReceived":700,"ElapsedTime":1000000,"MinRTT":2500,"BytesSent":1000,"BytesRetrans":10}}"#,
        "{\"AppInfo\":{\"NumBytes\":700,\"ElapsedTime\":2000000},\"TCPInfo\":{\"MinRTT\":4294967295}}\n{\"TCPInfo\":{\"BytesSent\":1,\"BytesRetrans\":9}}",
        r#"{"Origin":"client","AppInfo":{"ElapsedTime":5,"NumBytes":5},"ConnectionInfo":{"UUID":"x"}}"#,
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

fn servers() -> [ServerUrl; 2] {
    ["http://192.0.2.7:8080", "https://schoolbeat.example"]
        .map(|url| ServerUrl::parse(url).expect("it is sound"))
}

pub fn locate(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for server in servers() {
        let targets = understood(&text, &server);
        assert!(targets.len() <= 4);
        for target in targets {
            assert!(!target.server.host().is_empty());
            for path in [&target.download, &target.upload] {
                let url = target.server.join_websocket(path);
                let uri: Uri = url.parse().expect("it can be asked for");
                assert_eq!(
                    uri.host().map(|host| host.trim_matches(['[', ']'])),
                    Some(target.server.host())
                );
                assert!(matches!(uri.scheme_str(), Some("ws" | "wss")), "{url}");
            }
        }
    }
}

pub fn locate_refusal(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let is_none = servers()
        .iter()
        .all(|server| understood(&text, server).is_empty());
    is_none.then(|| "it names no server".to_owned())
}

pub fn locate_seeds() -> Vec<Vec<u8>> {
    let urls = |scheme: &str, host: &str| {
        format!(
            r#""{scheme}:///ndt/v7/download":"{scheme}://{host}/ndt/v7/download?access_token=a","{scheme}:///ndt/v7/upload":"{scheme}://{host}/ndt/v7/upload?access_token=b""#
        )
    };
    let answer = |urls: &str| format!(r#"{{"results":[{{"machine":"m","urls":{{{urls}}}}}]}}"#);
    let both = format!(
        "{},{}",
        urls("wss", "a:443"),
        urls("ws", "[2001:db8::1]:80")
    );
    let two = format!(
        r#"{{"results":[{{"urls":{{{}}}}},{{"urls":{{}}}}],"next_request":null}}"#,
        urls("ws", "b.example")
    );
    [answer(&both), answer(&urls("wss", "a.example")), two]
        .map(String::into_bytes)
        .into()
}

pub fn config(bytes: &[u8]) {
    let Ok(asked) = serde_json::from_slice::<ProbeConfig>(bytes) else {
        return;
    };
    let config = bounded(&asked);
    assert_eq!(bounded(&config), config, "once is enough");
    assert!(config.speed_test_interval_s >= 1 && config.path_check_interval_s >= 1);
    assert!((500..=15_000).contains(&config.speed_test_max_duration_ms));
    assert!(config.page_targets.len() <= 8 && config.targets.len() <= 8);
    let clocks = [NOW_MS, 0, -DAY_MS, NOW_MS + 365 * DAY_MS, 4_102_444_800_000];
    for now_ms in clocks {
        let day = windows::local_day(&config, now_ms);
        let _ = (
            windows::tests_on(&config, day),
            windows::slot_at(&config, now_ms),
        );
        let last = Some((day - 1, 0));
        if let Some(next) = windows::next(&config, "p", now_ms, now_ms, last) {
            assert!(next.slot.0 >= day && next.at_unix_ms >= now_ms);
            assert!(next.at_unix_ms < now_ms + 17 * DAY_MS, "{next:?}");
        }
    }
}

pub fn config_refusal(bytes: &[u8]) -> Option<String> {
    let parsed = serde_json::from_slice::<ProbeConfig>(bytes);
    parsed.err().map(|error| error.to_string())
}

pub fn config_seeds() -> Vec<Vec<u8>> {
    let usual = ProbeConfig {
        speed_test_windows: TestWindow::usual(),
        utc_offset_s: 10_800,
        closed_dates: vec!["2026-12-25".to_owned()],
        page_targets: vec!["https://lessons.example/".to_owned()],
        ..ProbeConfig::default()
    };
    let sparse = include_bytes!("../../../../probe/wire/samples/config-sparse-1.json").to_vec();
    let json = |config: &ProbeConfig| serde_json::to_vec(config).expect("it is JSON");
    vec![sparse, json(&ProbeConfig::default()), json(&usual)]
}
