//! Waiting on loopback for the browser to come back with a code.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::source::secret::Secret;

/// The path that the browser is sent back to: the one that Backstage registers for its own command line.
pub(super) const PATH: &str = "/callback";

/// Bytes of a request that are read.
const MAX_REQUEST: usize = 16 << 10;

/// How long a connection may take to say what it wants.
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// Connections at once; a browser opens some in advance.
const MAX_CONNECTIONS: usize = 16;

/// Letters of what a server says that are quoted.
const MAX_QUOTE: usize = 300;

/// Waits for the browser. What comes with another state, or asks for something else, is answered and does
/// not count.
pub(super) async fn receive(listener: &TcpListener, state: &str) -> Result<Secret> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => {
                // One that is gone before it was accepted is no loss; the browser opens another one.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(tokio::time::timeout(REQUEST_TIME, target(stream)));
                }
            }
            Some(asked) = connections.join_next() => {
                let Ok(Ok(Some((stream, target)))) = asked else { continue };
                let outcome = Url::parse(&format!("http://127.0.0.1{target}"))
                    .ok()
                    .filter(|url| url.path() == PATH)
                    .and_then(|url| code(&url, state));
                let Some(outcome) = outcome else {
                    reply(stream, "404 Not Found", "This is not the answer that callboard waits for.").await;
                    continue;
                };
                let (status, text) = match &outcome {
                    Ok(_) => ("200 OK", "You can close this page and go back to callboard."),
                    Err(_) => ("400 Bad Request", "Backstage did not let you in. callboard says why."),
                };
                reply(stream, status, text).await;
                return outcome;
            }
        }
    }
}

/// The code in the address that a browser was sent back to; nothing where its state is another one.
pub(super) fn code(url: &Url, state: &str) -> Option<Result<Secret>> {
    let value =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    value("state").filter(|known| known == state)?;
    if let Some(code) = value("code").filter(|code| !code.is_empty()) {
        return Some(Ok(Secret::new(&code)));
    }
    let why = value("error_description").or_else(|| value("error"))?;
    let why: String = why.trim_end_matches('.').chars().take(MAX_QUOTE).collect();
    let error = Error::new(ErrorKind::Refused, format!("Backstage did not let you in: {why}."));
    Some(Err(error.with_hint("Sign in again, and allow it in the browser.")))
}

/// What a connection asks for.
async fn target(mut stream: TcpStream) -> Option<(TcpStream, String)> {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let mut piece = [0; 1024];
        let length = stream.read(&mut piece).await.ok().filter(|length| *length > 0)?;
        head.extend_from_slice(&piece[..length]);
        if head.len() > MAX_REQUEST {
            return None;
        }
    }
    let head = String::from_utf8(head).ok()?;
    let target = head.strip_prefix("GET ")?.split(' ').next()?;
    target.starts_with('/').then(|| (stream, target.to_owned()))
}

async fn reply(mut stream: TcpStream, status: &str, text: &str) {
    let page = format!("<!doctype html><meta charset=utf-8><title>callboard</title><p>{text}</p>");
    let length = page.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n"
    );
    // Whoever does not read the answer has still given the code.
    let answer = async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(page.as_bytes()).await?;
        stream.shutdown().await
    };
    drop(tokio::time::timeout(REQUEST_TIME, answer).await);
}
