//! Limits on failed attempts, so that codes and passwords cannot be tried out. Bounded memory.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::ApiError;

/// So many sources are remembered; when there are more, the oldest are forgotten.
const MAX_SOURCES: usize = 10_000;

/// Counts failures by source, and all together.
#[derive(Debug)]
pub struct Throttle {
    per_source: u32,
    in_total: u32,
    window: Duration,
    failures: Mutex<Failures>,
}

#[derive(Debug, Default)]
struct Failures {
    by_source: HashMap<IpAddr, (Instant, u32)>,
    total: Option<(Instant, u32)>,
}

impl Throttle {
    /// At most so many failures of one source, and of all, in a window.
    pub fn new(per_source: u32, in_total: u32, window: Duration) -> Self {
        Self {
            per_source,
            in_total,
            window,
            failures: Mutex::default(),
        }
    }

    /// Refuses a source that has failed too often.
    pub fn check(&self, source: IpAddr, now: Instant) -> Result<(), ApiError> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let own = failures.by_source.get(&network(source)).copied();
        for (counted, limit) in [(own, self.per_source), (failures.total, self.in_total)] {
            if let Some((begun, count)) = counted
                && count >= limit
                && now.duration_since(begun) < self.window
            {
                let left = self.window.saturating_sub(now.duration_since(begun));
                return Err(ApiError::TooManyAttempts {
                    retry_after_s: left.as_secs() + 1,
                });
            }
        }
        Ok(())
    }

    /// Counts a failure.
    pub fn failed(&self, source: IpAddr, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.by_source.len() >= MAX_SOURCES {
            let window = self.window;
            failures
                .by_source
                .retain(|_, (begun, _)| now.duration_since(*begun) < window);
        }
        if failures.by_source.len() >= MAX_SOURCES {
            failures.by_source.clear();
        }
        let begin = (now, 0);
        let own = failures.by_source.entry(network(source)).or_insert(begin);
        count(own, now, self.window);
        count(failures.total.get_or_insert(begin), now, self.window);
    }
}

fn count(counted: &mut (Instant, u32), now: Instant, window: Duration) {
    if now.duration_since(counted.0) >= window {
        *counted = (now, 0);
    }
    counted.1 = counted.1.saturating_add(1);
}

/// Whoever has one address of IPv6 has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(600);

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_source_that_fails_too_often_waits_for_the_window_to_end() {
        let throttle = Throttle::new(3, 100, WINDOW);
        let (begin, source) = (Instant::now(), address("192.0.2.1"));
        for _ in 0..3 {
            throttle.check(source, begin).unwrap();
            throttle.failed(source, begin);
        }
        let error = throttle
            .check(source, begin + Duration::from_secs(1))
            .unwrap_err();
        assert!(
            matches!(error, ApiError::TooManyAttempts { retry_after_s: 600 }),
            "{error:?}"
        );
        throttle.check(address("192.0.2.2"), begin).unwrap();
        throttle.check(source, begin + WINDOW).unwrap();
    }

    #[test]
    fn many_sources_together_are_limited_too() {
        let throttle = Throttle::new(3, 5, WINDOW);
        let now = Instant::now();
        for n in 0..5 {
            throttle.failed(address(&format!("192.0.2.{n}")), now);
        }
        throttle.check(address("198.51.100.1"), now).unwrap_err();
    }

    #[test]
    fn a_network_of_ipv6_is_one_source() {
        let throttle = Throttle::new(1, 100, WINDOW);
        let now = Instant::now();
        throttle.failed(address("2001:db8::1"), now);
        throttle.check(address("2001:db8::ffff"), now).unwrap_err();
        throttle.check(address("2001:db8:0:1::1"), now).unwrap();
    }
}
