//! A server of plain HTTP that answers what a test says, and remembers what it was asked.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use flate2::read::GzDecoder;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use schoolbeat_wire::{
    CONFIG_PATH, Enrolled, EnrolledSchool, ErrorBody, ErrorDetail, ProbeConfig, REDEEM_PATH,
    Record, RecordResult, RecordVerdict, Report, ReportAnswer,
};
use serde::Serialize;

/// What a probe asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub authorization: String,
    /// Program and version.
    pub agent: String,
    pub is_gzip: bool,
    /// Decompressed.
    pub body: Vec<u8>,
}

impl Request {
    /// The report in it.
    pub fn report(&self) -> Report<Record> {
        serde_json::from_slice(&self.body).expect("the body is a report")
    }
}

/// What the server does.
pub enum Reply {
    Json {
        status: u16,
        headers: &'static str,
        body: String,
    },
    /// Something that is no JSON.
    Bytes(Vec<u8>),
    /// Reads the request and closes without a word.
    HangUp,
    /// Reads the request and says nothing until the other side goes.
    Silence,
    /// Sends these bytes, then that nothing more comes, and reads on.
    HalfClose(&'static [u8]),
}

/// A JSON answer.
pub fn json(status: u16, body: &impl Serialize) -> Reply {
    Reply::Json {
        status,
        headers: "",
        body: serde_json::to_string(body).expect("the answer is JSON"),
    }
}

/// An error as a Schoolbeat server writes it.
pub fn error(status: u16, code: &str) -> Reply {
    let detail = ErrorDetail {
        code: code.to_owned(),
        message: format!("The server says {code}."),
        field: None,
        request_id: "r".to_owned(),
    };
    json(status, &ErrorBody { error: detail })
}

/// An answer that acknowledges up to a number.
pub fn acknowledged(sequence: u64, report: &Report<Record>) -> Reply {
    let result = |record: &Record| RecordResult {
        sequence: Some(record.sequence),
        verdict: RecordVerdict::Stored,
        reason: None,
        detail: None,
    };
    let answer = ReportAnswer {
        acknowledged_sequence: sequence,
        results: report.records.iter().map(result).collect(),
        server_unix_ms: 1_794_000_000_000,
        config_version: 1,
    };
    json(200, &answer)
}

/// A configuration under which a test ends soon.
pub fn quick_config() -> ProbeConfig {
    ProbeConfig {
        speed_test_interval_s: 3_600,
        speed_test_max_duration_ms: 500,
        speed_test_max_bytes: 1_000_000,
        path_check_interval_s: 1,
        path_check_packets: 2,
        path_check_spacing_ms: 10,
        path_check_timeout_ms: 200,
        ..ProbeConfig::default()
    }
}

/// A server that does everything right; `reports` answers the reports.
pub fn well_behaved(request: &Request, reports: impl FnOnce(&Report<Record>) -> Reply) -> Reply {
    match request.path.as_str() {
        REDEEM_PATH => json(
            200,
            &Enrolled {
                probe_id: "0198c0de-0000-7000-8000-000000000001".to_owned(),
                secret: "s3cret".to_owned(),
                school: EnrolledSchool {
                    id: "0198c0de-0000-7000-8000-00000000000a".to_owned(),
                    name: "Ecole Un".to_owned(),
                    country: "CIV".to_owned(),
                },
                config: quick_config(),
                server_unix_ms: 1_794_000_000_000,
            },
        ),
        CONFIG_PATH => json(200, &quick_config()),
        schoolbeat_wire::REPORTS_PATH => reports(&request.report()),
        _ => error(404, "not_found"),
    }
}

/// Acknowledges everything.
pub fn takes_all(request: &Request) -> Reply {
    well_behaved(request, |report| {
        acknowledged(
            report.records.last().map_or(0, |record| record.sequence),
            report,
        )
    })
}

type Answer = Box<dyn FnMut(&Request) -> Reply + Send>;
type Tls = Option<Arc<ServerConfig>>;

/// The fake server. It lives as long as the test process.
pub struct FakeServer {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    answer: Arc<Mutex<Answer>>,
    tls: Arc<Mutex<Tls>>,
}

impl FakeServer {
    pub fn start(answer: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let mut server = Self::listening(answer, None);
        server.url = format!("http://127.0.0.1:{}", server.url);
        server
    }

    /// By TLS, as `localhost`.
    pub fn start_tls(
        config: Arc<ServerConfig>,
        answer: impl FnMut(&Request) -> Reply + Send + 'static,
    ) -> Self {
        let mut server = Self::listening(answer, Some(config));
        server.url = format!("https://localhost:{}", server.url);
        server
    }

    /// Its URL is only a port yet.
    fn listening(answer: impl FnMut(&Request) -> Reply + Send + 'static, tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let server = Self {
            url: port.to_string(),
            requests: Arc::default(),
            answer: Arc::new(Mutex::new(Box::new(answer))),
            tls: Arc::new(Mutex::new(tls)),
        };
        let (seen, say) = (Arc::clone(&server.requests), Arc::clone(&server.answer));
        let tls = Arc::clone(&server.tls);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, say) = (Arc::clone(&seen), Arc::clone(&say));
                let tls = tls.lock().expect("no test panicked in it").clone();
                thread::spawn(move || accept(&stream, tls, &seen, &say));
            }
        });
        server
    }

    /// Shows another certificate from now on.
    pub fn now_shows(&self, config: Arc<ServerConfig>) {
        *self.tls.lock().expect("no test panicked in it") = Some(config);
    }

    /// Behaves differently from now on.
    pub fn now_answers(&self, answer: impl FnMut(&Request) -> Reply + Send + 'static) {
        *self.answer.lock().expect("no test panicked in it") = Box::new(answer);
    }

    /// The reports so far, as the numbers of their records.
    pub fn reported(&self) -> Vec<Vec<u64>> {
        self.requests()
            .iter()
            .filter(|request| request.path == schoolbeat_wire::REPORTS_PATH)
            .map(|request| {
                request
                    .report()
                    .records
                    .iter()
                    .map(|r| r.sequence)
                    .collect()
            })
            .collect()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests
            .lock()
            .expect("no test panicked in it")
            .clone()
    }
}

fn accept(connection: &TcpStream, tls: Tls, seen: &Mutex<Vec<Request>>, say: &Mutex<Answer>) {
    let _ = connection.set_read_timeout(Some(Duration::from_secs(10)));
    let Ok(stream) = connection.try_clone() else {
        return;
    };
    match tls {
        None => serve(stream, connection, seen, say),
        Some(config) => {
            let session = ServerConnection::new(config).expect("the configuration is sound");
            serve(StreamOwned::new(session, stream), connection, seen, say);
        }
    }
}

/// `stream` is what is said over the connection.
fn serve(
    mut stream: impl Read + Write,
    connection: &TcpStream,
    seen: &Mutex<Vec<Request>>,
    say: &Mutex<Answer>,
) {
    // A path check connects and says nothing; who does not trust a certificate goes too.
    let Some(request) = read(&mut stream) else {
        return;
    };
    seen.lock()
        .expect("no test panicked in it")
        .push(request.clone());
    let reply = (say.lock().expect("no test panicked in it"))(&request);
    let (status, kind, headers, body) = match reply {
        Reply::HangUp => return,
        Reply::Silence => {
            read_on(&mut stream);
            return;
        }
        Reply::HalfClose(bytes) => {
            let _ = stream.write_all(bytes).and_then(|()| stream.flush());
            let _ = connection.shutdown(Shutdown::Write);
            read_on(&mut stream);
            return;
        }
        Reply::Json {
            status,
            headers,
            body,
        } => (status, "application/json", headers, body.into_bytes()),
        Reply::Bytes(body) => (200, "application/octet-stream", "", body),
    };
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{headers}\r\n"
    );
    let _ = stream.write_all(&body).and_then(|()| stream.flush());
}

/// Until the other side goes.
fn read_on(stream: &mut impl Read) {
    let _ = io::copy(stream, &mut io::sink());
}

fn read(stream: &mut impl Read) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut request = Request {
        path,
        authorization: String::new(),
        agent: String::new(),
        is_gzip: false,
        body: Vec::new(),
    };
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "content-encoding" => request.is_gzip = value == "gzip",
            "user-agent" => value.clone_into(&mut request.agent),
            "authorization" => value.clone_into(&mut request.authorization),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    if request.is_gzip {
        GzDecoder::new(&body[..])
            .read_to_end(&mut request.body)
            .ok()?;
    } else {
        request.body = body;
    }
    Some(request)
}
