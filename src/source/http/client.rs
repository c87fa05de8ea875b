//! The client: one origin, a token that goes nowhere else, bounded waits, retries of what is worth it.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read files")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION};
use reqwest::{Certificate, Client, Method, Request, Response};
use serde_json::Value;
use url::{Host, Url};

use super::Answer;
use super::failure::{self, Attempt};
use crate::error::{Error, ErrorKind, Result};
use crate::source::secret::Secret;

/// Redirects to the same origin that are followed.
const MAX_REDIRECTS: usize = 3;

/// Times that a request is repeated.
const MAX_RETRIES: usize = 3;

/// Bytes of a file with certificates.
const MAX_CA_BYTES: u64 = 4 << 20;

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the answer begins, and between two pieces of it.
    pub idle: Duration,
    /// One request with its answer.
    pub total: Duration,
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
    /// Certificates of authorities beside those of the system, as PEM.
    pub ca_file: Option<PathBuf>,
    /// What to do about a 401 or 403, as a sentence.
    pub sign_in: String,
    /// How long things may take.
    pub patience: Patience,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The media type.
    pub accept: &'static str,
    /// The `ETag` of what is known, so that nothing comes where it still holds.
    pub validator: Option<&'a str>,
    /// Unpacked bytes of the answer at most.
    pub most: u64,
}

impl Ask<'_> {
    /// JSON of at most so many bytes.
    pub const fn json(most: u64) -> Self {
        Ask { accept: "application/json", validator: None, most }
    }
}

/// A client of one origin.
#[derive(Debug)]
pub struct Http {
    client: Client,
    base: Url,
    token: Option<(HeaderName, HeaderValue)>,
    secret: Option<Secret>,
    sign_in: String,
    patience: Patience,
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Http {
    /// A client. Plain http with a token, credentials in the address, and certificates that cannot be read
    /// are refused here, before anything is sent.
    pub fn new(settings: HttpSettings) -> Result<Self> {
        let HttpSettings { mut base, token, header, ca_file, sign_in, patience } = settings;
        check(&base, token.is_some())?;
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        // Where a provider is installed already it is this one: nothing else installs any.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut builder = Client::builder()
            .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(patience.connect)
            .read_timeout(patience.idle);
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        if let Some(file) = &ca_file {
            builder = builder.tls_certs_merge(certificates(file)?);
        }
        let client = builder.build().map_err(|error| {
            Error::new(ErrorKind::Failed, format!("Connections cannot be made: {}.", failure::chain(&error)))
                .with_hint("Install the certificates of the system (ca-certificates), or name a ca_file.")
        })?;
        let sent = token.as_ref().map(|secret| header.header(secret)).transpose()?;
        Ok(Self {
            client,
            base,
            token: sent,
            secret: token,
            sign_in,
            patience,
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        })
    }

    /// The address of a path below the base; `path` may have a query.
    pub fn url(&self, path: &str) -> Result<Url> {
        self.base.join(path.trim_start_matches('/')).map_err(|error| {
            Error::new(ErrorKind::Unreachable, format!("{path:?} makes no address: {error}."))
        })
    }

    /// The address that everything lies below.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Requests that were sent so far, repetitions too.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Unpacked bytes of all answers so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Asks for an address. A status other than 200 to 299 and 304 is an error.
    pub async fn get(&self, url: &Url, ask: &Ask<'_>) -> Result<Answer> {
        self.send(Method::GET, url, None, ask).await.map_err(|attempt| self.without_secret(attempt.error))
    }

    /// Asks for an address that need not be there: nothing where the answer is a 404.
    pub async fn find(&self, url: &Url, ask: &Ask<'_>) -> Result<Option<Answer>> {
        self.get_unless(404, url, ask).await
    }

    /// Asks for an address; nothing where the server says by a 400 that it does not take such a request.
    pub async fn get_if_taken(&self, url: &Url, ask: &Ask<'_>) -> Result<Option<Answer>> {
        self.get_unless(400, url, ask).await
    }

    async fn get_unless(&self, status: u16, url: &Url, ask: &Ask<'_>) -> Result<Option<Answer>> {
        match self.send(Method::GET, url, None, ask).await {
            Ok(answer) => Ok(Some(answer)),
            Err(attempt) if attempt.status == Some(status) => Ok(None),
            Err(attempt) => Err(self.without_secret(attempt.error)),
        }
    }

    /// Posts JSON that changes nothing at the server, so that it may be repeated.
    pub async fn post_json(&self, url: &Url, body: &Value, ask: &Ask<'_>) -> Result<Answer> {
        let sent = self.send(Method::POST, url, Some(body.to_string()), ask).await;
        sent.map_err(|attempt| self.without_secret(attempt.error))
    }

    /// Posts JSON once and never again, for what may be asked once only. An answer of any status comes back.
    pub async fn post_once(&self, url: &Url, body: &Value, ask: &Ask<'_>) -> Result<Answer> {
        if url.origin() != self.base.origin() {
            return Err(failure::elsewhere(&self.base, url));
        }
        let work = async {
            let request = self.request(&Method::POST, url, Some(&body.to_string()), ask)?;
            self.read(self.response(request, url).await?, url, ask).await
        };
        let answer = tokio::time::timeout(self.patience.total, work).await.unwrap_or_else(|_| {
            Err(Attempt::last(failure::too_slow(url, "did not come to an end", self.patience.total)))
        });
        answer.map_err(|attempt| self.without_secret(attempt.error))
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        body: Option<String>,
        ask: &Ask<'_>,
    ) -> std::result::Result<Answer, Attempt> {
        if url.origin() != self.base.origin() {
            return Err(Attempt::last(failure::elsewhere(&self.base, url)));
        }
        let again = ExponentialBuilder::default()
            .with_min_delay(self.patience.retry)
            .with_max_times(MAX_RETRIES)
            .with_jitter();
        let once = || self.once(&method, url, body.as_deref(), ask);
        let longest = self.patience.retry_after;
        once.retry(again)
            .when(|attempt: &Attempt| attempt.is_worth_repeating(longest))
            .adjust(|attempt, wait| {
                wait.map(|wait| attempt.retry_after.map_or(wait, |asked| asked.max(wait)))
            })
            .await
    }

    /// One request, through redirects to the same origin.
    async fn once(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&str>,
        ask: &Ask<'_>,
    ) -> std::result::Result<Answer, Attempt> {
        let work = async {
            let mut url = url.clone();
            for _ in 0..=MAX_REDIRECTS {
                let response = self.response(self.request(method, &url, body, ask)?, &url).await?;
                if !response.status().is_redirection() || response.status() == 304 {
                    let answer = self.read(response, &url, ask).await?;
                    return if is_wanted(answer.status) {
                        Ok(answer)
                    } else {
                        Err(failure::status(&answer, &self.sign_in))
                    };
                }
                url = self.redirected(&url, &response)?;
            }
            Err(Attempt::last(failure::new(&url, "it redirects without an end")))
        };
        match tokio::time::timeout(self.patience.total, work).await {
            Ok(answer) => answer,
            Err(_) => {
                Err(Attempt::last(failure::too_slow(url, "did not come to an end", self.patience.total)))
            }
        }
    }

    fn request(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&str>,
        ask: &Ask<'_>,
    ) -> std::result::Result<Request, Attempt> {
        let mut request = self.client.request(method.clone(), url.clone()).header(ACCEPT, ask.accept);
        if let Some((name, value)) = &self.token {
            request = request.header(name, value);
        }
        if let Some(validator) = ask.validator {
            request = request.header(IF_NONE_MATCH, validator);
        }
        if let Some(body) = body {
            request = request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body.to_owned());
        }
        request.build().map_err(|error| Attempt::last(failure::new(url, &failure::chain(&error))))
    }

    async fn response(&self, request: Request, url: &Url) -> std::result::Result<Response, Attempt> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        match tokio::time::timeout(self.patience.idle, self.client.execute(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) if !error.is_timeout() || error.is_connect() => {
                Err(failure::transport(url, &error, &self.patience))
            }
            Ok(Err(_)) | Err(_) => {
                Err(Attempt::last(failure::too_slow(url, "gave no answer", self.patience.idle)))
            }
        }
    }

    fn redirected(&self, url: &Url, response: &Response) -> std::result::Result<Url, Attempt> {
        let target = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let target = target.and_then(|target| url.join(target).ok());
        let target = target.ok_or_else(|| Attempt::last(failure::new(url, "it redirects to no address")))?;
        if target.origin() == self.base.origin() {
            return Ok(target);
        }
        Err(Attempt::last(failure::elsewhere(&self.base, &target)))
    }

    /// Reads an answer of any status to its end, as far as its limit goes.
    async fn read(
        &self,
        mut response: Response,
        url: &Url,
        ask: &Ask<'_>,
    ) -> std::result::Result<Answer, Attempt> {
        let status = response.status().as_u16();
        let is_wanted = is_wanted(status);
        // Of an error, more than its message is not wanted.
        let most = if is_wanted { ask.most } else { failure::MAX_BODY.min(ask.most) };
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    self.bytes.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                    if body.len() as u64 + chunk.len() as u64 > most {
                        if !is_wanted {
                            break;
                        }
                        let why = format!("its answer has more than {most} bytes, which is the limit");
                        return Err(Attempt::last(failure::new(url, &why)));
                    }
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Err(_) if !is_wanted => break,
                Err(error) => return Err(failure::transport(url, &error, &self.patience)),
            }
        }
        if let (false, Some(secret)) = (is_wanted, &self.secret) {
            // Before anything is cut from it: half a token could no longer be found.
            body = secret.redact(&String::from_utf8_lossy(&body)).into_bytes();
        }
        Ok(Answer::new(url.clone(), status, headers, body))
    }

    /// An error without the token, which some servers send back.
    fn without_secret(&self, error: Error) -> Error {
        let Some(secret) = &self.secret else { return error };
        let clean = Error::new(error.kind(), secret.redact(error.message()));
        match error.hint() {
            Some(hint) => clean.with_hint(secret.redact(hint)),
            None => clean,
        }
    }
}

impl TokenHeader {
    fn header(self, secret: &Secret) -> Result<(HeaderName, HeaderValue)> {
        let scheme = match self {
            Self::Bearer => "Bearer",
            Self::Token => "token",
        };
        let text = format!("{scheme} {}", secret.expose());
        let mut value = HeaderValue::from_str(&text).map_err(|_| {
            Error::new(ErrorKind::Unreachable, "The token holds signs that no header can have.")
                .with_hint("Copy it again, without blanks or quotes around it.")
        })?;
        value.set_sensitive(true);
        Ok((AUTHORIZATION, value))
    }
}

/// Whether a status is one of success, or says that nothing changed.
fn is_wanted(status: u16) -> bool {
    matches!(status, 200..=299 | 304)
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

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn certificates(file: &std::path::Path) -> Result<Vec<Certificate>> {
    let wrong = |why: &str| {
        Error::new(ErrorKind::Usage, format!("The certificates in {}: {why}.", file.display()))
            .with_hint("ca_file takes a file of PEM certificates.")
    };
    let size = std::fs::metadata(file).map_err(|error| wrong(&error.to_string()))?.len();
    if size > MAX_CA_BYTES {
        return Err(wrong("the file is too large"));
    }
    let pem = std::fs::read(file).map_err(|error| wrong(&error.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| wrong(&failure::chain(&error)))?;
    if certificates.is_empty() { Err(wrong("there are none in it")) } else { Ok(certificates) }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
