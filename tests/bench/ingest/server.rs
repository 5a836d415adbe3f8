//! The program itself, serving the bench's database.

use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{
    spent,
    support::{TestDatabase, eventually, http::Http},
};

/// `schoolbeat serve`, stopped at drop.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(db: &TestDatabase) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
            .args(["serve", "--json"])
            .env("SCHOOLBEAT_DATABASE_URL", db.url())
            .env("SCHOOLBEAT_LISTEN", "127.0.0.1:0")
            .env("SCHOOLBEAT_NDT7_LISTEN", "127.0.0.1:0")
            .env("SCHOOLBEAT_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = process.stdout.take().unwrap();
        let mut said = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>();
        let said = said.next().unwrap().unwrap();
        let address = said["listen"].as_str().unwrap().parse().unwrap();
        let http = Http::new(format!("http://{address}"));
        eventually("the server is ready", || {
            (http.get("/health/ready").status == 200).then_some(())
        });
        Self { process, address }
    }

    pub fn spent(&self) -> Duration {
        spent::of(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
