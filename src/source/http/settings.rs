//! What a client is made with: where to, as whom, with which certificates, and how long things may take.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use url::{Host, Url};

use super::failure;
use crate::error::{Error, ErrorKind, Result};
use crate::source::secret::Secret;

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the answer begins, and between two pieces of it.
    pub idle: Duration,
    /// One request with its answer.
    pub total: Duration,
    /// How long after its beginning a request is still repeated: with its repetitions it takes at most so long
    /// and `total` once more.
    pub again: Duration,
    /// The wait before the first repetition; each later one is twice as long.
    pub retry: Duration,
    /// The longest wait that a server may ask for.
    pub retry_after: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            idle: Duration::from_secs(30),
            total: Duration::from_secs(90),
            again: Duration::from_mins(1),
            retry: Duration::from_millis(500),
            retry_after: Duration::from_secs(30),
        }
    }
}

/// How a token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenHeader {
    /// `Authorization: Bearer TOKEN`.
    Bearer,
    /// `Authorization: token TOKEN`.
    Token,
}

/// Where to, and as whom.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The address whose origin alone is spoken to.
    pub base: Url,
    /// The token.
    pub token: Option<Secret>,
    /// How it is sent.
    pub header: TokenHeader,
    /// Certificates of authorities beside those of the system, and a server's own, as PEM.
    pub ca_file: Option<PathBuf>,
    /// What to do about a 401 or 403, as a sentence.
    pub sign_in: String,
    /// How long things may take.
    pub patience: Patience,
}

impl TokenHeader {
    /// The header with the token in it.
    pub(super) fn header(self, secret: &Secret) -> Result<(HeaderName, HeaderValue)> {
        let scheme = match self {
            Self::Bearer => "Bearer",
            Self::Token => "token",
        };
        let text = format!("{scheme} {}", secret.expose());
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            Error::new(ErrorKind::Unreachable, "The token holds signs that no header can have.")
                .with_hint("Copy it again, without blanks or quotes around it.")
                .with_token_wanted()
        })?;
        value.set_sensitive(true);
        Ok((AUTHORIZATION, value))
    }
}

/// Whether an address may be spoken to, with or without a token.
pub(in crate::source) fn check(base: &Url, has_token: bool) -> Result<()> {
    let refused =
        |why: &str| Error::new(ErrorKind::Refused, format!("{} is not asked: {why}.", failure::shown(base)));
    if !base.username().is_empty() || base.password().is_some() {
        return Err(refused("its address holds credentials").with_hint("Take them out, and name a token."));
    }
    match base.scheme() {
        "https" => Ok(()),
        "http" if !has_token || is_loopback(base) => Ok(()),
        "http" => Err(refused("a token would cross the network in the clear")
            .with_hint("Write https in its address, or leave the token out.")),
        other => Err(Error::new(ErrorKind::Usage, format!("{other}: is no address of a server."))
            .with_hint("Write an address that begins with https://.")),
    }
}

/// Whether an address is on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
