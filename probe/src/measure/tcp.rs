//! Round trips by timed TCP connects: SYN to SYN/ACK, or to RST, which is an answer too.
//! It must not send a byte of data.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    burst::{Burst, Window},
    connect::{is_answer, is_unsendable},
};
use crate::{schedule, units};

/// One timed connect: a round trip, silence, or an error of this machine.
enum Knock {
    Answered(Duration),
    Lost,
    Unsent(std::io::Error),
}

async fn knock(address: SocketAddr, wait: Duration) -> Knock {
    let started = Instant::now();
    match timeout(wait, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Knock::Answered(started.elapsed()),
        Ok(Err(error)) if is_answer(&error) => Knock::Answered(started.elapsed()),
        Ok(Err(error)) if is_unsendable(&error) => Knock::Unsent(error),
        Ok(Err(_)) | Err(_) => Knock::Lost,
    }
}

/// Whether the address answers a connect at all.
pub(super) async fn answers(address: SocketAddr, wait: Duration) -> bool {
    matches!(knock(address, wait).await, Knock::Answered(_))
}

/// The first of these addresses, in their order, that answers a connect at all.
pub(super) async fn first_answering(
    addresses: &[SocketAddr],
    wait: Duration,
) -> Option<SocketAddr> {
    for address in addresses {
        if answers(*address, wait).await {
            return Some(*address);
        }
    }
    None
}

/// A window of timed connects.
pub(super) async fn burst(address: SocketAddr, window: &Window) -> Burst {
    let mut knocks = JoinSet::new();
    let mut burst = Burst::of(window.packets);
    let wait = Duration::from_millis(window.timeout_ms);
    for index in 0..window.packets {
        if index > 0 {
            let gap_ms = schedule::packet_gap_ms(window.spacing_ms, rand::random());
            sleep(Duration::from_millis(gap_ms)).await;
        }
        knocks.spawn(async move { (index, knock(address, wait).await) });
    }
    while let Some(joined) = knocks.join_next().await {
        match joined {
            Ok((index, Knock::Answered(rtt))) => burst.answered(index, units::ms(rtt)),
            Ok((_, Knock::Unsent(error))) => burst.unsent(&error),
            Ok((_, Knock::Lost)) | Err(_) => {}
        }
    }
    burst
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::summarise;

    const WINDOW: Window = Window {
        packets: 3,
        spacing_ms: 1,
        timeout_ms: 500,
    };

    #[tokio::test]
    async fn an_open_port_answers_and_a_refusal_is_an_answer_too() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(
            summarise(&burst(address, &WINDOW).await.replies).received,
            3
        );
        drop(listener);
        assert!(answers(address, Duration::from_millis(500)).await);
        assert_eq!(
            summarise(&burst(address, &WINDOW).await.replies).received,
            3
        );
    }
}
