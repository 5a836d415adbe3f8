//! Sends: a connection for each probe, a report after the answer to the one before.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep_until,
};

/// How the sending went.
pub struct Run {
    pub wall: Duration,
    pub p50: Duration,
    pub p99: Duration,
}

/// Sends each probe's requests in order; with a pause, one of each probe in that time, evenly spread.
pub fn send(server: SocketAddr, probes: &[Vec<Arc<[u8]>>], pause: Option<Duration>) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let begun = Instant::now();
    let mut latencies: Vec<Duration> = runtime.block_on(async {
        let count = u32::try_from(probes.len()).unwrap();
        let tasks: Vec<_> = (0..count)
            .zip(probes)
            .map(|(number, requests)| {
                let requests = requests.clone();
                let first = pause.map(|pause| pause * number / count);
                tokio::spawn(one(server, requests, first.zip(pause)))
            })
            .collect();
        let mut all = vec![];
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all
    });
    let wall = begun.elapsed();
    latencies.sort_unstable();
    let at = |share: usize| latencies[(latencies.len() * share / 100).min(latencies.len() - 1)];
    Run {
        wall,
        p50: at(50),
        p99: at(99),
    }
}

async fn one(
    server: SocketAddr,
    requests: Vec<Arc<[u8]>>,
    pace: Option<(Duration, Duration)>,
) -> Vec<Duration> {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut latencies = vec![];
    let mut answer = vec![];
    for (number, request) in (0_u32..).zip(requests) {
        let due = pace.map(|(first, pause)| begun + first + pause * number);
        if let Some(due) = due {
            sleep_until(due.into()).await;
        }
        // From when it was due: a server that falls behind is not given time.
        let sent = due.unwrap_or_else(Instant::now);
        stream.write_all(&request).await.unwrap();
        read_answer(&mut stream, &mut answer).await;
        latencies.push(sent.elapsed());
    }
    latencies
}

/// Reads one answer, which must be a 200.
async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) {
    answer.clear();
    loop {
        assert!(stream.read_buf(answer).await.unwrap() > 0, "it hung up");
        let Some(head) = answer.windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&answer[..head])
            .unwrap()
            .to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.unwrap().parse().unwrap();
        if answer.len() < head + 4 + length {
            continue;
        }
        assert!(
            text.starts_with("http/1.1 200"),
            "{}",
            String::from_utf8_lossy(answer)
        );
        return;
    }
}
