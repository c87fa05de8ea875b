//! A server of tests on loopback: answers each request as the test says, and remembers what it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request as it came.
#[derive(Debug, Clone)]
pub(in crate::source) struct Seen {
    /// Method and path with query.
    pub(in crate::source) line: String,
    /// The headers, names in lower case.
    pub(in crate::source) headers: Vec<(String, String)>,
    /// The body.
    pub(in crate::source) body: String,
}

impl Seen {
    /// A header.
    pub(in crate::source) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer: the bytes after which the connection is closed.
pub(in crate::source) struct Reply(Vec<u8>);

impl Reply {
    /// A status with headers and a body.
    pub(in crate::source) fn new(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut head =
            format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head.extend([*name, ": ", *value, "\r\n"]);
        }
        Self([head.as_bytes(), b"\r\n", body].concat())
    }

    /// JSON.
    pub(in crate::source) fn json(value: &serde_json::Value) -> Self {
        Self::new(200, &[("content-type", "application/json")], value.to_string())
    }

    /// Bytes as they are.
    pub(in crate::source) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }
}

/// What a server was sent so far.
pub(in crate::source) type Log = Arc<Mutex<Vec<Seen>>>;

/// Starts a server and gives its address and its log. It ends with the test's process.
pub(in crate::source) fn serve(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (String, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let log = Log::default();
    let seen = Arc::clone(&log);
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
            std::thread::spawn(move || drop(talk(stream, &seen, &*answer)));
        }
    });
    (address, log)
}

fn talk(stream: TcpStream, log: &Log, answer: &dyn Fn(&Seen) -> Reply) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut seen = Seen { line, headers, body: String::new() };
    let length = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    seen.body = String::from_utf8_lossy(&body).into_owned();
    log.lock().unwrap().push(seen.clone());
    let Reply(bytes) = answer(&seen);
    let mut stream = stream;
    stream.write_all(&bytes)?;
    stream.flush()
}
