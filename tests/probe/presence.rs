//! Why there was no internet: the server gone, the line cut, the gateway gone, the program killed.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    lab::Lab,
    programs::{PATIENCE, RunningProbe, School, json as output_json},
    support::{fixtures, within},
};

/// Looks once a second, and measures nothing else.
fn watching(target: &str) -> [&str; 9] {
    [
        "run",
        "--speed-test-every",
        "86400",
        "--path-check-every",
        "86400",
        "--presence-every",
        "1",
        "--presence-target",
        target,
    ]
}

fn watch(school: &School, target: &str) -> RunningProbe {
    school.start(&watching(target))
}

fn says(probe: &RunningProbe, words: &str) {
    within(PATIENCE, words, || {
        probe.log().contains(words).then_some(())
    });
}

/// States in the order of time, and seconds that each lasted.
fn spans(school: &School) -> Vec<(String, i64)> {
    let sql = "SELECT state, round(extract(epoch FROM ended_at - started_at))::bigint
               FROM presence ORDER BY started_at";
    let rows = school.db.sql().query(sql, &[]).unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[test]
fn a_server_that_is_gone_is_told_from_a_line_that_is() {
    let internet = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = internet.local_addr().unwrap().to_string();
    let mut school = School::enrolled();
    let probe = watch(&school, &target);
    says(&probe, "presence: online");
    thread::sleep(Duration::from_secs(2));
    school.kill_server();
    says(
        &probe,
        "presence: the internet answers, the server does not",
    );
    thread::sleep(Duration::from_secs(3));
    school.restart_server();
    let known = eventually_spans(&school, 2);
    let states: Vec<&str> = known.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!(states, ["online", "service_down"]);
    let lasted = u64::try_from(known[1].1).unwrap();
    assert!((3..60).contains(&lasted), "{known:?}");
    // The page shows the same.
    let series = school.get(&format!("/api/v1/schools/{}/series?days=1", school.id));
    let shown = series["presence"]["spans"].as_array().unwrap();
    let shown: Vec<_> = shown
        .iter()
        .map(|span| span["state"].as_str().unwrap())
        .collect();
    assert_eq!(shown, ["online", "service_down"]);
}

fn eventually_spans(school: &School, count: usize) -> Vec<(String, i64)> {
    within(PATIENCE, "the spans arrive", || {
        let spans = spans(school);
        (spans.len() >= count).then_some(spans)
    })
}

#[test]
fn a_probe_that_was_killed_keeps_what_it_saw_and_says_nothing_of_the_rest() {
    let school = School::enrolled();
    let probe = watch(&school, "");
    says(&probe, "presence: online");
    thread::sleep(Duration::from_secs(4));
    probe.kill();
    // Longer than looks may lie apart.
    thread::sleep(Duration::from_secs(6));
    let again = watch(&school, "");
    says(&again, "presence: online");
    let known = eventually_spans(&school, 1);
    assert_eq!(known[0].0, "online");
    assert!((2..=6).contains(&known[0].1), "{known:?}");
    assert_eq!(
        fixtures::count(&school.db, "presence WHERE state <> 'online'"),
        0
    );
}

/// Answers every connection as our server's life sign, or as the login page of a network.
fn stand_in(address: &str, is_portal: &Arc<AtomicBool>) {
    let listener = TcpListener::bind(address.parse::<SocketAddr>().unwrap()).unwrap();
    let is_portal = Arc::clone(is_portal);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
            let mut head = [0; 2048];
            if !matches!(stream.read(&mut head), Ok(1..)) {
                continue;
            }
            let answer = if is_portal.load(Ordering::Relaxed) {
                "HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n"
            } else {
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n\
                 {\"status\":\"live\"}"
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
}

/// The look that the present span rests on.
fn state(school: &School) -> Option<Value> {
    let text = std::fs::read(school.state_dir().join("presence.json")).ok()?;
    let kept: Value = serde_json::from_slice(&text).ok()?;
    Some(kept["open"]["look"].clone())
}

/// A probe behind a router of its own that looks at stand-ins for our server and for the internet.
struct Watched {
    _probe: RunningProbe,
    school: School,
    is_portal: Arc<AtomicBool>,
    _other: TcpListener,
    /// The last that goes: the others live in it.
    lab: Lab,
}

impl Watched {
    fn begin(lab: Lab) -> Self {
        let is_portal = Arc::new(AtomicBool::new(false));
        let (server_at, other_at) = (lab.internet(8080), lab.internet(8443));
        stand_in(&server_at, &is_portal);
        let other = TcpListener::bind(&other_at).unwrap();
        let school = School::enrolled();
        school.move_to(&format!("http://{server_at}"));
        let probe = school.start_in(lab.school(), &watching(&other_at));
        let watched = Self {
            _probe: probe,
            school,
            is_portal,
            _other: other,
            lab,
        };
        watched.sees("online", &Value::Null);
        watched
    }

    fn sees(&self, state_name: &str, detail: &Value) {
        let wanted = json!({"state": state_name, "detail": detail});
        within(PATIENCE * 3, &wanted.to_string(), || {
            (state(&self.school)? == wanted).then_some(())
        });
    }

    /// The router does this; then the probe sees that, and afterwards that it is well again.
    fn cut(&self, cut: &str, state_name: &str, mend: &str) {
        self.lab.router(cut);
        self.sees(state_name, &Value::Null);
        self.lab.router(mend);
        self.sees("online", &Value::Null);
    }

    fn waiting(&self) -> u64 {
        let status = output_json(&self.school.probe(&["status", "--json"]));
        status["spool"]["waiting"].as_u64().unwrap()
    }
}

#[test]
fn each_cut_is_told_with_its_cause() {
    let Some(lab) = Lab::build(0) else {
        println!("skipped: networks cannot be made here (run as root, with iproute2)");
        return;
    };
    let watched = Watched::begin(lab);
    watched.cut("link set wan down", "isp_down", "link set wan up");
    watched.cut("link set lan down", "lan_down", "link set lan up");
    assert!(watched.waiting() >= 4, "each span waits for a server");
}

#[test]
fn neither_a_server_out_of_reach_nor_a_login_page_is_the_internet() {
    let Some(lab) = Lab::build(2) else {
        println!("skipped: networks cannot be made here (run as root, with iproute2)");
        return;
    };
    let watched = Watched::begin(lab);
    let server = watched.lab.internet(8080).replace(":8080", "/32");
    watched.cut(
        &format!("route add blackhole {server}"),
        "isp_down",
        &format!("route del blackhole {server}"),
    );
    watched.is_portal.store(true, Ordering::Relaxed);
    watched.lab.router("link set wan down");
    watched.sees("isp_down", &Value::Null);
    watched.lab.router("link set wan up");
    watched.sees("isp_down", &json!("captive_portal"));
    watched.is_portal.store(false, Ordering::Relaxed);
    watched.sees("online", &Value::Null);
    assert!(watched.waiting() >= 4, "each span waits for a server");
}
