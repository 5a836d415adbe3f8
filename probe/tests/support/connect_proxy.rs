//! A proxy that knows one thing: `CONNECT`. Whatever host it is asked for, it leads to one address.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// The proxy; it runs until the test ends.
pub struct ConnectProxy {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ConnectProxy {
    /// Starts one that leads to the host and port of this URL.
    pub fn to(url: &str) -> Self {
        let target = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (target, heard) = (target.clone(), Arc::clone(&heard));
                // A client that goes in the middle is no failure of the proxy.
                thread::spawn(move || serve(client, &target, &heard));
            }
        });
        Self { address, asked }
    }

    /// The heads of the requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panicked").clone()
    }
}

fn serve(mut client: TcpStream, target: &str, heard: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = String::new();
    // Clients wait for the answer: the buffer holds nothing of what comes after the head.
    let mut reader = BufReader::new(client.try_clone()?);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let is_connect = head.starts_with("CONNECT ");
    heard.lock().expect("no test panicked").push(head);
    if !is_connect {
        return client.write_all(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
    }
    let server = TcpStream::connect(target)?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (up, down) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || pass(up, down));
    pass(server, client);
    Ok(())
}

/// Passes on what comes, to the end.
fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
