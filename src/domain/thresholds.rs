//! What uses of a line need: one table, each row with its source. What learners can do (`uses`) and M-Lab's
//! Internet Quality Barometer (`iqb`) both read it. Decides nothing.

/// What a row of the table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Reading and searching, one learner.
    ReadingAndSearch,
    /// Watching a recorded lesson, one learner.
    VideoLesson,
    /// A live lesson with pictures both ways, one learner.
    VideoClass,
    /// An examination online, one learner.
    AssessmentOnline,
    /// Talking to a tutor that is a program, one learner.
    AiTutor,
    /// IQB: web browsing.
    IqbWeb,
    /// IQB: video streaming.
    IqbVideo,
    /// IQB: audio streaming.
    IqbAudio,
    /// IQB: video conferencing.
    IqbConferencing,
    /// IQB: online backup.
    IqbBackup,
    /// IQB: gaming.
    IqbGaming,
}

impl Purpose {
    /// The purpose's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::ReadingAndSearch => "reading_and_search",
            Self::VideoLesson => "video_lesson",
            Self::VideoClass => "video_class",
            Self::AssessmentOnline => "assessment_online",
            Self::AiTutor => "ai_tutor",
            Self::IqbWeb => "web_browsing",
            Self::IqbVideo => "video_streaming",
            Self::IqbAudio => "audio_streaming",
            Self::IqbConferencing => "video_conferencing",
            Self::IqbBackup => "online_backup",
            Self::IqbGaming => "gaming",
        }
    }
}

/// What a purpose asks of one metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ask {
    /// Rates in Mbps (10^6 bits per second), round trips in ms, loss as a ratio.
    pub value: f64,
    /// How much the metric weighs among those of the purpose. Only IQB weighs.
    pub weight: f64,
}

/// A row of the table. A metric that is absent does not matter to the purpose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// What for.
    pub purpose: Purpose,
    /// Download at least.
    pub download_mbps: Option<Ask>,
    /// Upload at least.
    pub upload_mbps: Option<Ask>,
    /// Idle round trip at most.
    pub rtt_ms: Option<Ask>,
    /// Packets lost ÷ sent at most.
    pub loss_ratio: Option<Ask>,
    /// Who says so.
    pub source: &'static str,
}

const fn ask(value: f64) -> Ask {
    Ask { value, weight: 1.0 }
}

/// What M-Lab's IQB asks for: value and weight of download, upload, latency and loss.
const fn iqb(purpose: Purpose, asks: [(f64, f64); 4]) -> Threshold {
    const fn weighed((value, weight): (f64, f64)) -> Ask {
        Ask { value, weight }
    }
    Threshold {
        purpose,
        download_mbps: Some(weighed(asks[0])),
        upload_mbps: Some(weighed(asks[1])),
        rtt_ms: Some(weighed(asks[2])),
        loss_ratio: Some(weighed(asks[3])),
        source: "Measurement Lab, IQB, github.com/m-lab/iqb, minimum thresholds and weights",
    }
}

/// 150 ms one way, below which most talk is not disturbed, there and back.
const G114_RTT_MS: f64 = 300.0;
/// Beyond this a conversation by Teams is disturbed.
const CALL_LOSS_RATIO: f64 = 0.01;

/// The table.
pub const THRESHOLDS: [Threshold; 11] = [
    Threshold {
        purpose: Purpose::ReadingAndSearch,
        download_mbps: Some(ask(1.0)),
        upload_mbps: None,
        rtt_ms: None,
        loss_ratio: None,
        source: "FCC, Broadband Speed Guide: 1 Mbps for general browsing",
    },
    Threshold {
        purpose: Purpose::VideoLesson,
        download_mbps: Some(ask(3.0)),
        upload_mbps: None,
        rtt_ms: None,
        loss_ratio: None,
        source: "FCC, Broadband Speed Guide: 3 to 4 Mbps for video in standard definition",
    },
    Threshold {
        purpose: Purpose::VideoClass,
        download_mbps: Some(ask(1.0)),
        upload_mbps: Some(ask(0.5)),
        rtt_ms: Some(ask(G114_RTT_MS)),
        loss_ratio: Some(ask(CALL_LOSS_RATIO)),
        source: "Microsoft Teams: 1 Mbps down and 0.5 up for group video, loss below 1 %; ITU-T G.114: \
                 150 ms one way",
    },
    Threshold {
        purpose: Purpose::AssessmentOnline,
        download_mbps: Some(ask(0.2)),
        upload_mbps: Some(ask(0.2)),
        rtt_ms: None,
        loss_ratio: None,
        source: "College Board, Bluebook network requirements: 0.2 Mbps each way for a student (SAT School \
                 Day)",
    },
    Threshold {
        purpose: Purpose::AiTutor,
        download_mbps: Some(ask(0.1)),
        upload_mbps: Some(ask(0.1)),
        rtt_ms: Some(ask(G114_RTT_MS)),
        loss_ratio: Some(ask(CALL_LOSS_RATIO)),
        source: "Our own estimate, since nobody publishes one: a voice call (Microsoft Teams: 58 kbps each \
                 way, loss below 1 %; ITU-T G.114: 150 ms one way) and some text beside it",
    },
    iqb(
        Purpose::IqbWeb,
        [(10.0, 3.0), (10.0, 2.0), (100.0, 4.0), (0.01, 4.0)],
    ),
    iqb(
        Purpose::IqbVideo,
        [(25.0, 4.0), (10.0, 2.0), (100.0, 4.0), (0.01, 4.0)],
    ),
    iqb(
        Purpose::IqbAudio,
        [(10.0, 4.0), (5.0, 1.0), (100.0, 3.0), (0.01, 4.0)],
    ),
    iqb(
        Purpose::IqbConferencing,
        [(25.0, 4.0), (25.0, 4.0), (50.0, 4.0), (0.005, 4.0)],
    ),
    iqb(
        Purpose::IqbBackup,
        [(10.0, 4.0), (25.0, 4.0), (100.0, 2.0), (0.01, 4.0)],
    ),
    iqb(
        Purpose::IqbGaming,
        [(25.0, 4.0), (25.0, 4.0), (10.0, 5.0), (0.005, 4.0)],
    ),
];

/// The row of a purpose.
pub fn of(purpose: Purpose) -> Option<&'static Threshold> {
    THRESHOLDS.iter().find(|row| row.purpose == purpose)
}
