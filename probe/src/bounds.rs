//! Which configuration a probe accepts: the server asks, the probe keeps within reason, so that a
//! slip of an administrator cannot make a thousand schools flood a line or fall silent for ever.

use schoolbeat_wire::ProbeConfig;

/// The configuration with every value moved into the range that a probe accepts.
pub fn bounded(asked: &ProbeConfig) -> ProbeConfig {
    const WEEK_S: u64 = 7 * 24 * 3_600;
    ProbeConfig {
        version: asked.version,
        speed_test_interval_s: asked.speed_test_interval_s.clamp(1, WEEK_S),
        speed_test_max_duration_ms: asked.speed_test_max_duration_ms.clamp(500, 15_000),
        speed_test_max_bytes: asked.speed_test_max_bytes.clamp(1 << 14, 2_000_000_000),
        speed_test_early_stop: asked.speed_test_early_stop,
        speed_test_defer_s: asked.speed_test_defer_s.min(300),
        path_check_interval_s: asked.path_check_interval_s.clamp(1, WEEK_S),
        path_check_packets: asked.path_check_packets.clamp(1, 600),
        path_check_spacing_ms: asked.path_check_spacing_ms.clamp(10, 5_000),
        path_check_timeout_ms: asked.path_check_timeout_ms.clamp(100, 10_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_within_bounds() {
        assert_eq!(bounded(&ProbeConfig::default()), ProbeConfig::default());
    }

    #[test]
    fn nonsense_is_moved_into_range() {
        let zeroes = ProbeConfig {
            version: 9,
            speed_test_interval_s: 0,
            speed_test_max_duration_ms: 0,
            speed_test_max_bytes: 0,
            path_check_interval_s: 0,
            path_check_packets: 0,
            path_check_spacing_ms: 0,
            path_check_timeout_ms: u64::MAX,
            ..ProbeConfig::default()
        };
        let bounded = bounded(&zeroes);
        assert_eq!(bounded.version, 9);
        assert_eq!(bounded.path_check_packets, 1);
        assert_eq!(bounded.path_check_timeout_ms, 10_000);
        assert_eq!(bounded.speed_test_interval_s, 1);
    }
}
