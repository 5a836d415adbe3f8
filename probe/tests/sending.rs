//! The sender against a server that is right, down, busy, half there, or wrong: nothing is lost.

mod support;

use std::{fs, time::Duration};

use schoolbeat_probe::send::Step;
use support::{
    fake_server::{FakeServer, Reply, Request, acknowledged, error, json, takes_all, well_behaved},
    sender::{Bench, bench, impatient_bench, record, waiting},
};

/// The server is well again: all three arrive.
fn takes_them(server: &FakeServer, bench: &mut Bench) {
    server.now_answers(takes_all);
    let step = bench.sender.step();
    assert!(
        matches!(step, Step::Acknowledged { records: 3, .. }),
        "{step:?}"
    );
}

#[test]
fn an_acknowledged_report_empties_the_spool() {
    let server = FakeServer::start(takes_all);
    let mut bench = bench(&server.url, 5);
    let step = bench.sender.step();
    assert!(
        matches!(step, Step::Acknowledged { records: 5, .. }),
        "{step:?}"
    );
    assert_eq!(waiting(&bench), 0);
    assert!(matches!(bench.sender.step(), Step::Nothing));
    assert_eq!(server.reported(), [[1, 2, 3, 4, 5]]);
    let request = &server.requests()[0];
    assert_eq!(request.authorization, "Bearer s3cret");
    assert!(request.is_gzip);
    assert_eq!(
        request.report().records[4],
        record(5),
        "records travel unchanged"
    );
}

#[test]
fn more_than_one_report_goes_in_order() {
    let server = FakeServer::start(takes_all);
    let mut bench = bench(&server.url, 201);
    while !matches!(bench.sender.step(), Step::Nothing) {}
    let reported = server.reported();
    assert_eq!(reported.len(), 2);
    assert_eq!(reported.concat(), (1..=201).collect::<Vec<_>>());
}

#[test]
fn a_busy_server_is_left_alone_and_asked_again() {
    let server = FakeServer::start(|_| Reply::Json {
        status: 503,
        headers: "Retry-After: 7\r\n",
        body: String::new(),
    });
    let mut bench = bench(&server.url, 3);
    let step = bench.sender.step();
    assert!(
        matches!(
            step,
            Step::Later {
                retry_after_ms: Some(7_000),
                unreachable: false,
                ..
            }
        ),
        "{step:?}"
    );
    assert_eq!(waiting(&bench), 3);
    takes_them(&server, &mut bench);
    assert_eq!(server.reported(), [[1, 2, 3], [1, 2, 3]]);
}

#[test]
fn a_connection_that_dies_after_the_request_keeps_everything() {
    let server = FakeServer::start(|_| Reply::HangUp);
    let mut bench = bench(&server.url, 3);
    let step = bench.sender.step();
    assert!(
        matches!(
            step,
            Step::Later {
                unreachable: true,
                ..
            }
        ),
        "{step:?}"
    );
    assert_eq!(waiting(&bench), 3);
    takes_them(&server, &mut bench);
}

#[test]
fn a_busy_server_that_does_not_say_for_how_long_is_left_alone_too() {
    let cases = [
        ("", None),
        ("Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", None),
        ("Retry-After: -5\r\n", None),
        ("Retry-After: 18446744073709551615\r\n", Some(u64::MAX)),
    ];
    for (headers, wanted) in cases {
        let server = FakeServer::start(move |_| Reply::Json {
            status: 503,
            headers,
            body: "<html>Service Unavailable</html>".to_owned(),
        });
        let mut bench = bench(&server.url, 3);
        let Step::Later {
            retry_after_ms,
            unreachable: false,
            reason,
        } = bench.sender.step()
        else {
            panic!("{headers}")
        };
        assert_eq!(retry_after_ms, wanted, "{headers}");
        assert!(reason.contains("503"), "{reason}");
        assert_eq!(waiting(&bench), 3, "{headers}");
        takes_them(&server, &mut bench);
    }
}

#[test]
fn a_server_that_says_nothing_after_the_request_keeps_everything() {
    let server = FakeServer::start(|_| Reply::Silence);
    let mut bench = impatient_bench(&server.url, 3, Duration::from_secs(1));
    let Step::Later {
        reason,
        unreachable: true,
        ..
    } = bench.sender.step()
    else {
        panic!("nothing was answered")
    };
    assert!(reason.contains("too slow or gone"), "{reason}");
    assert_eq!(server.reported(), [[1, 2, 3]], "it had them");
    assert_eq!(waiting(&bench), 3);
    takes_them(&server, &mut bench);
}

#[test]
fn half_an_answer_of_a_server_that_half_closes_deletes_nothing() {
    let answers: [&[u8]; 5] = [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{\"acknowledged_sequence\":3,",
        b"HTTP/1.1 200 OK\r\n\r\n{\"acknowledged_sequence\":3,\"results\":[",
    ];
    for answer in answers {
        let shown = String::from_utf8_lossy(answer);
        let server = FakeServer::start(move |_| Reply::HalfClose(answer));
        let mut bench = bench(&server.url, 3);
        let step = bench.sender.step();
        assert!(matches!(step, Step::Later { .. }), "{shown}: {step:?}");
        assert_eq!(waiting(&bench), 3, "{shown}");
        takes_them(&server, &mut bench);
    }
}

#[test]
fn a_server_that_is_not_there_keeps_everything_and_says_what_to_check() {
    let mut bench = bench("http://127.0.0.1:1", 3);
    let Step::Later {
        reason,
        unreachable: true,
        ..
    } = bench.sender.step()
    else {
        panic!("it cannot be sent")
    };
    assert!(
        reason.contains("http://127.0.0.1:1") && reason.contains("check the address"),
        "{reason}"
    );
    assert_eq!(waiting(&bench), 3);
}

#[test]
fn a_record_that_cannot_be_read_is_found_by_halving_and_set_aside() {
    let poison = 3;
    let server = FakeServer::start(move |request: &Request| {
        well_behaved(request, |report| {
            if report
                .records
                .iter()
                .any(|record| record.sequence == poison)
            {
                error(400, "report_unreadable")
            } else {
                acknowledged(
                    report.records.last().map_or(0, |record| record.sequence),
                    report,
                )
            }
        })
    });
    let mut bench = bench(&server.url, 8);
    let mut steps = 0;
    while !matches!(bench.sender.step(), Step::Nothing) {
        steps += 1;
        assert!(steps < 30, "it comes to an end");
    }
    assert_eq!(waiting(&bench), 0);
    let refused = fs::read_to_string(bench.dir.path().join("refused.jsonl")).unwrap();
    assert_eq!(refused.lines().count(), 1);
    assert!(
        refused.contains("report_unreadable") && refused.contains(r#""sequence":3"#),
        "{refused}"
    );
    let delivered: Vec<u64> = server
        .reported()
        .into_iter()
        .filter(|batch| !batch.contains(&poison))
        .flatten()
        .collect();
    assert_eq!(delivered, [1, 2, 4, 5, 6, 7, 8]);
}

#[test]
fn a_proxys_400_costs_no_record() {
    let server = FakeServer::start(|_| Reply::Json {
        status: 400,
        headers: "",
        body: "<html>Bad Request</html>".to_owned(),
    });
    let mut bench = bench(&server.url, 1);
    assert!(matches!(bench.sender.step(), Step::Later { .. }));
    assert_eq!(waiting(&bench), 1);
    assert!(!bench.dir.path().join("refused.jsonl").exists());
}

#[test]
fn a_login_page_costs_no_record() {
    let server = FakeServer::start(|_| Reply::Json {
        status: 200,
        headers: "",
        body: "<html>Please log in</html>".to_owned(),
    });
    let mut bench = bench(&server.url, 2);
    let Step::Later { reason, .. } = bench.sender.step() else {
        panic!("nothing was acknowledged")
    };
    assert!(reason.contains("login page"), "{reason}");
    assert_eq!(waiting(&bench), 2);
}

#[test]
fn an_acknowledgement_outside_what_was_sent_deletes_nothing() {
    for wrong in [0, 4, 1_000_000] {
        let server = FakeServer::start(move |request: &Request| {
            well_behaved(request, |report| acknowledged(wrong, report))
        });
        let mut bench = bench(&server.url, 3);
        assert!(matches!(bench.sender.step(), Step::Later { .. }), "{wrong}");
        assert_eq!(waiting(&bench), 3, "{wrong}");
    }
}

/// The answer to four was lost; two of them, sent again, are acknowledged with what was stored.
#[test]
fn an_acknowledgement_of_an_earlier_larger_batch_is_taken() {
    let server = FakeServer::start(|_| error(500, "answer_lost"));
    let mut bench = bench(&server.url, 4);
    assert!(matches!(bench.sender.step(), Step::Later { .. }));
    server.now_answers(|_: &Request| error(413, "too_large"));
    assert!(matches!(bench.sender.step(), Step::Halved { .. }));
    server.now_answers(|request: &Request| {
        well_behaved(request, |report| {
            assert_eq!(report.records.len(), 2);
            acknowledged(4, report)
        })
    });
    assert!(matches!(bench.sender.step(), Step::Acknowledged { .. }));
    assert_eq!(waiting(&bench), 0);
}

#[test]
fn a_partial_acknowledgement_deletes_only_its_part() {
    let server = FakeServer::start(|request: &Request| {
        well_behaved(request, |report| acknowledged(2, report))
    });
    let mut bench = bench(&server.url, 3);
    assert!(matches!(
        bench.sender.step(),
        Step::Acknowledged { records: 2, .. }
    ));
    assert_eq!(waiting(&bench), 1);
}

#[test]
fn a_revoked_probe_is_not_welcome_and_keeps_everything() {
    let server = FakeServer::start(|_| error(401, "probe_revoked"));
    let mut bench = bench(&server.url, 1);
    let Step::NotWelcome { reason } = bench.sender.step() else {
        panic!("it was revoked")
    };
    assert!(reason.contains("probe_revoked"), "{reason}");
    assert_eq!(waiting(&bench), 1);
}

#[test]
fn remarks_of_the_server_are_passed_on() {
    let server = FakeServer::start(|request: &Request| {
        well_behaved(request, |_| {
            json(
                200,
                &serde_json::json!({
                    "acknowledged_sequence": 1,
                    "results": [{"sequence": 1, "verdict": "stored_invalid", "reason": "too_few_bytes"}],
                    "server_unix_ms": 0,
                    "config_version": 9,
                    "a_field_of_the_future": true
                }),
            )
        })
    });
    let mut bench = bench(&server.url, 1);
    let Step::Acknowledged {
        remarks,
        config_version: 9,
        ..
    } = bench.sender.step()
    else {
        panic!("it was acknowledged")
    };
    assert_eq!(remarks, ["record 1 was stored as invalid: too_few_bytes"]);
}
