//! One measurement at a time: what a line gives under the conditions of the moment.

use chrono::{DateTime, Duration, Utc};

use super::{dice::Dice, lines::Line};
use crate::domain::{
    measurement::ProbeId,
    page::PageCheck,
    record::{
        FailedStage, Failure, Origin, PathCheck, PathMethod, SpeedEvidence, SpeedTest, TargetKind,
        TimeBasis, Vantage,
    },
    school::SchoolId,
};

/// A host that cannot exist (RFC 2606): nobody may believe that it was measured against.
const SERVER: &str = "measure.thalassia.invalid";
/// Addresses that nobody has (RFC 5737) and that every school may have (RFC 1918).
const RESOLVER: &str = "192.0.2.53";
const GATEWAY: &str = "192.168.1.1";
/// Round trip to the name server, as a share of that to our server.
const RESOLVER_SHARE: f64 = 0.55;
/// Most bytes of one direction, as probes are configured.
const MAX_BYTES: f64 = 250e6;
/// How long one direction of ndt7 takes, milliseconds.
const DURATION_MS: f64 = 10_000.0;
/// Packets of a path check, and after what time one is lost.
const PACKETS: i32 = 20;
const TIMEOUT_MS: i64 = 3000;

/// The state of the world around a measurement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conditions {
    pub at: DateTime<Utc>,
    pub is_down: bool,
    /// What the rate is multiplied by.
    pub rate_factor: f64,
    pub in_opening_hours: bool,
    pub time_basis: TimeBasis,
    pub now: DateTime<Utc>,
}

/// A probe that numbers what it takes.
#[derive(Debug)]
pub(super) struct Taker {
    school_id: SchoolId,
    probe_id: ProbeId,
    vantage: Vantage,
    line: Line,
    sequence: i64,
    /// How far the probe's own clock is off.
    clock_off: Duration,
    method: PathMethod,
}

impl Taker {
    pub fn new(
        dice: &mut Dice,
        school_id: SchoolId,
        probe_id: ProbeId,
        vantage: Vantage,
        line: Line,
    ) -> Self {
        let off_s = if dice.chance(0.03) {
            dice.between(-9000.0, 9000.0)
        } else {
            dice.normal() * 4.0
        };
        Self {
            school_id,
            probe_id,
            vantage,
            line,
            sequence: 0,
            clock_off: Duration::milliseconds(whole(off_s * 1000.0)),
            method: if dice.chance(0.8) {
                PathMethod::Icmp
            } else {
                PathMethod::Tcp
            },
        }
    }

    fn origin(&mut self, dice: &mut Dice, conditions: &Conditions) -> Origin {
        self.sequence += 1;
        let at = conditions.at;
        // What is measured while the line is down arrives when it is up again.
        let delay_s = if conditions.is_down {
            dice.between(3600.0, 30_000.0)
        } else {
            dice.between(22.0, 50.0)
        };
        Origin {
            school_id: self.school_id,
            probe_id: self.probe_id,
            vantage: self.vantage,
            sequence: self.sequence,
            measured_at: at,
            time_basis: conditions.time_basis,
            probe_clock_at: Some(at + self.clock_off),
            received_at: (at + Duration::milliseconds(whole(delay_s * 1000.0))).min(conditions.now),
            invalid: None,
            in_opening_hours: conditions.in_opening_hours,
        }
    }

    /// A speed test: both directions, or the stage that failed.
    pub fn speed_test(&mut self, dice: &mut Dice, conditions: &Conditions) -> SpeedTest {
        let origin = self.origin(dice, conditions);
        let mut test = SpeedTest {
            origin,
            failure: None,
            protocol: "ndt7".into(),
            server: SERVER.into(),
            download_mbps: None,
            upload_mbps: None,
            rtt_min_ms: None,
            rtt_loaded_ms: None,
            retransmit_ratio: None,
            bytes_down: 0,
            bytes_up: 0,
            download_duration_ms: 0,
            upload_duration_ms: 0,
            evidence: SpeedEvidence::default(),
        };
        if conditions.is_down {
            test.failure = Some(failure(FailedStage::Connect, "connection timed out"));
            return test;
        }
        if dice.chance(0.008) {
            test.failure = Some(failure(
                FailedStage::Transfer,
                "the connection was closed early",
            ));
            return test;
        }
        let line = self.line;
        let down =
            Transfer::at(line.download_mbps * conditions.rate_factor * dice.log_normal(1.0, 0.22));
        let up =
            Transfer::at(line.upload_mbps * conditions.rate_factor * dice.log_normal(1.0, 0.25));
        let rtt_ms = line.rtt_ms * dice.log_normal(1.0, 0.08);
        let loaded_ms =
            rtt_ms + line.bloat_ms * dice.log_normal(1.0, 0.35) / conditions.rate_factor;
        test.download_mbps = Some(down.mbps);
        test.upload_mbps = Some(up.mbps);
        test.rtt_min_ms = Some(hundredths(rtt_ms));
        test.rtt_loaded_ms = Some(hundredths(loaded_ms));
        test.retransmit_ratio = Some((line.loss * dice.log_normal(1.2, 0.5)).min(0.4));
        test.bytes_down = down.bytes;
        test.bytes_up = up.bytes;
        test.download_duration_ms = down.duration_ms;
        test.upload_duration_ms = up.duration_ms;
        test
    }

    /// A window of small packets to our server; while the line is down all of them are lost.
    pub fn path_check(&mut self, dice: &mut Dice, conditions: &Conditions) -> PathCheck {
        self.window(
            dice,
            conditions,
            SERVER.into(),
            TargetKind::Server,
            self.line,
        )
    }

    /// The same to the provider's name server, which is nearer.
    pub fn resolver_check(&mut self, dice: &mut Dice, conditions: &Conditions) -> PathCheck {
        let line = Line {
            rtt_ms: self.line.rtt_ms * RESOLVER_SHARE,
            ..self.line
        };
        self.window(
            dice,
            conditions,
            RESOLVER.into(),
            TargetKind::Resolver,
            line,
        )
    }

    /// The same to the school's gateway: its own network works also while the line is down.
    pub fn gateway_check(&mut self, dice: &mut Dice, conditions: &Conditions) -> PathCheck {
        let line = Line {
            rtt_ms: 1.2,
            bloat_ms: 4.0,
            loss: 0.0005,
            ..self.line
        };
        let near = Conditions {
            is_down: false,
            rate_factor: 1.0,
            ..*conditions
        };
        let mut check = self.window(dice, &near, GATEWAY.into(), TargetKind::Gateway, line);
        if conditions.is_down {
            // Its packets arrive; its report waits as the others do.
            let waits_s = dice.between(3600.0, 30_000.0);
            let arrives = conditions.at + Duration::milliseconds(whole(waits_s * 1000.0));
            check.origin.received_at = arrives.min(conditions.now);
        }
        check
    }

    /// The first answer of a learning platform's page, or the stage that failed.
    pub fn page_check(&mut self, dice: &mut Dice, conditions: &Conditions, url: &str) -> PageCheck {
        let origin = self.origin(dice, conditions);
        let mut check = PageCheck {
            origin,
            failure: None,
            url: url.into(),
            dns_ms: None,
            connect_ms: None,
            tls_ms: None,
            http_ms: None,
            http_status: None,
            ip_version: None,
            bytes_down: 0,
        };
        if conditions.is_down {
            check.failure = Some(failure(
                FailedStage::Resolve,
                "no answer from the name service",
            ));
            return check;
        }
        let mut trips = |count: f64| {
            let rtt_ms = self.line.rtt_ms + 25.0;
            Some(hundredths(count * rtt_ms * dice.log_normal(1.0, 0.15)))
        };
        check.dns_ms = trips(0.8);
        check.connect_ms = trips(1.0);
        check.tls_ms = trips(2.1);
        check.http_ms = trips(1.4);
        check.http_status = Some(206);
        check.ip_version = Some(4);
        check.bytes_down = 400;
        check
    }

    fn window(
        &mut self,
        dice: &mut Dice,
        conditions: &Conditions,
        target: String,
        target_kind: TargetKind,
        line: Line,
    ) -> PathCheck {
        let origin = self.origin(dice, conditions);
        let loss = if conditions.is_down {
            1.0
        } else {
            line.loss / conditions.rate_factor
        };
        let sent = (0..PACKETS).filter(|_| !dice.chance(loss));
        let received = i32::try_from(sent.count()).unwrap_or(PACKETS);
        let floor_ms = line.rtt_ms * dice.log_normal(1.0, 0.05);
        let queue_ms = 0.06 * line.bloat_ms * dice.log_normal(1.0, 0.6) / conditions.rate_factor;
        let answered = received > 0;
        let rtt = |queues: f64| answered.then(|| hundredths(floor_ms + queues * queue_ms));
        PathCheck {
            origin,
            failure: None,
            target,
            target_kind,
            method: self.method,
            sent: PACKETS,
            received,
            timeout_ms: TIMEOUT_MS,
            rtt_min_ms: rtt(0.0),
            rtt_median_ms: rtt(1.0),
            rtt_p95_ms: rtt(2.8),
            rtt_max_ms: rtt(4.1),
            pdv_p95_ms: answered.then(|| hundredths(2.8 * queue_ms)),
            jitter_ms: (received > 1).then(|| hundredths(queue_ms * 0.9)),
            loss_ratio: Some(1.0 - f64::from(received) / f64::from(PACKETS)),
        }
    }
}

/// One direction: bytes and time first, the rate follows from them, as it does in a probe.
struct Transfer {
    mbps: f64,
    bytes: i64,
    duration_ms: i64,
}

impl Transfer {
    #[expect(clippy::cast_precision_loss, reason = "bytes of one test")]
    fn at(mbps: f64) -> Self {
        let bytes_a_ms = mbps.max(0.02) * 125.0;
        let bytes = (bytes_a_ms * DURATION_MS).min(MAX_BYTES);
        let duration_ms = whole(bytes / bytes_a_ms).max(1);
        let bytes = whole(bytes);
        Self {
            mbps: bytes as f64 / 125.0 / duration_ms as f64,
            bytes,
            duration_ms,
        }
    }
}

fn failure(stage: FailedStage, message: &str) -> Failure {
    Failure {
        stage,
        message: message.into(),
    }
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[expect(clippy::cast_possible_truncation, reason = "counts far below 2^53")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}
