//! The client: one origin, a token that goes nowhere else, bounded waits, retries of what is worth it.

use std::sync::atomic::{AtomicU64, Ordering};

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{ACCEPT, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION};
use reqwest::{Client, Method, Request, Response};
use serde_json::Value;
use url::Url;

use super::Answer;
use super::failure::{self, Attempt};
use super::settings::{HttpSettings, Patience, check, is_loopback};
use super::trust;
use crate::error::{Error, ErrorKind, Result};
use crate::source::secret::Secret;

/// Redirects to the same origin that are followed.
const MAX_REDIRECTS: usize = 3;

/// Times that a request is repeated.
const MAX_RETRIES: usize = 3;

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
            builder = builder.tls_backend_preconfigured(trust::config(file)?);
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
        let end = tokio::time::Instant::now() + self.patience.again;
        once.retry(again)
            .when(|attempt: &Attempt| attempt.is_worth_repeating(longest))
            .adjust(|attempt, wait| {
                let wait = wait?.max(attempt.retry_after.unwrap_or_default());
                (tokio::time::Instant::now() + wait < end).then_some(wait)
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
        error.with_texts(|text| secret.redact(text))
    }
}

/// Whether a status is one of success, or says that nothing changed.
fn is_wanted(status: u16) -> bool {
    matches!(status, 200..=299 | 304)
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
