//! What can go wrong between us and a server, each as a sentence that says what to do, and whether trying
//! again is worth it.

use std::error::Error as _;
use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, RETRY_AFTER};
use serde_json::Value;
use url::Url;

use super::{Answer, Budget, Patience, trust};
use crate::error::{Error, ErrorKind, without_number};

/// Bytes of the body of an error that are read.
pub(super) const MAX_BODY: u64 = 64 << 10;

/// Letters of a server's own words that are quoted.
const MAX_QUOTE: usize = 300;

/// Letters of an address that are shown.
const MAX_ADDRESS: usize = 200;

/// Letters of a content type that are shown.
const MAX_MEDIA_TYPE: usize = 60;

/// A request that failed.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) error: Error,
    is_passing: bool,
    pub(super) retry_after: Option<Duration>,
    /// The status that says so, where an answer came.
    pub(super) status: Option<u16>,
}

impl Attempt {
    /// A failure that trying again does not mend.
    pub(super) fn last(error: Error) -> Self {
        Self { error, is_passing: false, retry_after: None, status: None }
    }

    fn passing(error: Error) -> Self {
        Self { is_passing: true, ..Self::last(error) }
    }

    /// Whether to try again: what passes by itself, unless the server wants to be left alone for longer.
    pub(super) fn is_worth_repeating(&self, longest: Duration) -> bool {
        self.is_passing && self.retry_after.is_none_or(|wait| wait <= longest)
    }
}

/// An address without its query and credentials, in which secrets stand, and not longer than anybody reads.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Both can fail only for addresses without a host, which hold no credentials.
    let _ = (url.set_username(""), url.set_password(None));
    url.set_query(None);
    url.set_fragment(None);
    let text = url.as_str().trim_end_matches('/');
    if text.chars().count() <= MAX_ADDRESS {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(MAX_ADDRESS).collect::<String>())
}

/// What to do about a page that came in the place of data.
const PAGE: &str = "Open that address in a browser: a page to sign in means that it wants a token, or that a proxy before it must let callboard through; any other page, that the address is not that of its API.";

/// What to do about a proxy that lets nobody through unknown.
const PROXY: &str = "The proxy wants a sign-in: set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT, or name the server in NO_PROXY.";

/// What to do where nothing better can be said.
const WAIT: &str = "What is known stays. Try again later; if it goes on, ask whoever runs that server.";

/// The error of an address: `why` ends the sentence.
pub(super) fn new(url: &Url, why: &str) -> Error {
    Error::new(
        ErrorKind::Unreachable,
        format!("{} could not be read: {}.", shown(url), why.trim_end_matches('.')),
    )
    .with_hint(WAIT)
}

pub(super) fn too_slow(url: &Url, what: &str, limit: Duration) -> Error {
    new(url, &format!("it {what} within {} s", limit.as_secs_f64()))
        .with_hint("Try again later; what is known stays.")
}

/// The error of an answer that leads to another origin than the one that was configured.
pub(super) fn elsewhere(base: &Url, target: &Url) -> Error {
    let to = match target.host_str() {
        Some(_) => target.origin().ascii_serialization(),
        None => format!("a {}: address", target.scheme()),
    };
    let why = format!("it leads to {to}, and nothing is sent there");
    let told = new(base, &why).with_hint(
        "If that is where the server is, write its address into the configuration; if it is a page to sign in, the server wants a token, or a proxy before it must let callboard through.",
    );
    told.with_token_wanted()
}

/// The error of a connection that could not be made, or broke.
pub(super) fn transport(url: &Url, error: &reqwest::Error, patience: &Patience) -> Attempt {
    let chain = chain(error);
    if chain.contains(trust::OF_AN_AUTHORITY) {
        let told = new(url, "its certificate is self-signed, and not among those that are trusted");
        return Attempt::last(told.with_hint(
            "If it is the right one, save it as PEM and name that file with ca_file; \
             better, let an authority sign one for the server.",
        ));
    }
    if chain.contains("not valid for name") {
        let told = new(url, &format!("its certificate is for another name ({chain})"));
        return Attempt::last(told.with_hint(
            "Write one of the names that it is for into the configuration, or have it signed for this one.",
        ));
    }
    for (sign, why) in [("certificate expired", "has expired"), ("not valid yet", "is not valid yet")] {
        if chain.contains(sign) {
            let told = new(url, &format!("its certificate {why}, by the clock of this machine"));
            return Attempt::last(
                told.with_hint(
                    "Look whether the clock is right (date); if it is, the server needs a new one.",
                ),
            );
        }
    }
    if chain.contains("InvalidContentType") {
        let told = new(url, "it does not speak TLS there");
        return Attempt::last(
            told.with_hint("Correct the port, or write http:// where it is on this machine."),
        );
    }
    if chain.contains("certificate") || chain.contains("UnknownIssuer") {
        let told = new(url, &format!("its certificate is not trusted ({chain})"));
        return Attempt::last(told.with_hint(
            "Name the authority that signed it with ca_file, or install it for the system (ca-certificates).",
        ));
    }
    if error.is_timeout() {
        let limit = if error.is_connect() { patience.connect } else { patience.idle };
        let what =
            if error.is_connect() { "made no connection" } else { "fell silent and gave nothing more" };
        return Attempt::last(too_slow(url, what, limit));
    }
    if error.is_connect() {
        // What went wrong is the last cause; those before say in whose hands it was.
        let why = chain.rsplit(": ").next().unwrap_or(&chain);
        let told = new(url, &format!("there is no connection ({why})"));
        let hint = if is_unknown_name(&chain) {
            "No such name is known here: check the spelling, the network, whether a VPN must be on, and HTTPS_PROXY if it is set."
        } else if chain.contains("proxy authorization required") {
            PROXY
        } else {
            "Check its address, the network, and HTTPS_PROXY if it is set; what is known stays."
        };
        return Attempt::passing(told.with_hint(hint));
    }
    let is_broken = ["incomplete", "reset", "closed", "end of file", "broken pipe", "eof"];
    let passes = is_broken.iter().any(|word| chain.to_ascii_lowercase().contains(word));
    let what = if passes { "its answer broke off" } else { "its answer is no HTTP" };
    let mut told = new(url, &format!("{what} ({chain})"));
    if url.scheme() == "http" {
        told = told
            .with_hint("If that port speaks TLS, write https://; else try again later. What is known stays.");
    }
    if passes { Attempt::passing(told) } else { Attempt::last(told) }
}

/// Whether a connection failed because no server of names knows the host.
fn is_unknown_name(chain: &str) -> bool {
    let signs = ["failed to lookup address", "dns error", "not known"];
    signs.iter().any(|sign| chain.to_ascii_lowercase().contains(sign))
}

/// The error of a status that is none of success.
pub(super) fn status(answer: &Answer, sign_in: &str) -> Attempt {
    let status = answer.status;
    let reason = reqwest::StatusCode::from_u16(status).ok().and_then(|it| it.canonical_reason());
    let said = message(&answer.body).map(|message| format!(": {message}")).unwrap_or_default();
    let why = format!("it answers {status} {}", reason.unwrap_or_default());
    let is_page = is_page(answer, answer.text().trim_start());
    let page = if is_page { " with a page in the place of data" } else { "" };
    let error = new(&answer.url, &format!("{}{page}{said}", why.trim_end()));
    if let (403 | 429, Some(budget)) = (status, Budget::of(answer).filter(Budget::is_used_up)) {
        let hint = format!(
            "It lets no more requests through{}. Sync again after that; what is known stays.",
            budget.until()
        );
        let error = error.with_hint(hint);
        let wait = || budget.reset?.duration_since(date(answer)?).try_into().ok();
        return Attempt::last(match retry_after(answer).or_else(wait) {
            Some(wait) => error.with_retry_after(wait),
            None => error,
        });
    }
    let attempt = match status {
        403 if retry_after(answer).is_some() => later(answer, error),
        401 | 403 if is_page => {
            Attempt::last(error.with_hint(format!("{sign_in} {PAGE}")).with_token_wanted())
        }
        401 | 403 => Attempt::last(error.with_hint(sign_in).with_token_wanted()),
        407 => Attempt::last(error.with_hint(PROXY)),
        404 => Attempt::last(error.with_hint("Check the address in the configuration.")),
        429 | 502 | 503 | 504 => later(answer, error),
        _ => Attempt::last(error),
    };
    Attempt { status: Some(status), ..attempt }
}

/// The failure of a server that has no time now, and may say when it has.
fn later(answer: &Answer, error: Error) -> Attempt {
    let retry_after = retry_after(answer);
    let error = match retry_after {
        Some(wait) => error.with_hint(left_alone(answer, wait)).with_retry_after(wait),
        None => error.with_hint("Try again later; what is known stays."),
    };
    Attempt { retry_after, ..Attempt::passing(error) }
}

/// What to do about a server that wants to be left alone for so long: when to come back.
fn left_alone(answer: &Answer, wait: Duration) -> String {
    let length = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    let until = date(answer).and_then(|now| now.checked_add(length).ok());
    let until = until.map(|until| until.strftime(", until %Y-%m-%d %H:%M UTC").to_string());
    let until = until.unwrap_or_default();
    format!("It asks to be left alone for {length:#}{until}. Sync again after that; what is known stays.")
}

/// The time by the server's own clock.
fn date(answer: &Answer) -> Option<Timestamp> {
    Some(rfc2822::parse(answer.header(DATE.as_str())?).ok()?.timestamp())
}

/// Whether an answer is for a browser.
fn is_page(answer: &Answer, start: &str) -> bool {
    answer.media_type().contains("html") || start.starts_with('<')
}

/// The status of an answer and the type of what is in it.
fn came(answer: &Answer) -> String {
    let media_type: String = answer.media_type().chars().take(MAX_MEDIA_TYPE).collect();
    let named = if media_type.is_empty() { "no content type" } else { &media_type };
    format!("{}, {named}", answer.status)
}

/// The error of a body that should be JSON.
pub(super) fn no_json(answer: &Answer, body: &str, error: &serde_json::Error) -> Error {
    let start = body.trim_start();
    let came = came(answer);
    if is_page(answer, start) {
        return new(&answer.url, &format!("a page came in the place of data ({came})"))
            .with_hint(PAGE)
            .with_token_wanted();
    }
    if start.is_empty() {
        return new(&answer.url, &format!("its answer is empty ({came})"));
    }
    let why = if error.is_eof() {
        format!("its JSON breaks off ({came})")
    } else {
        format!("its answer is not as it should be ({came}; {error})")
    };
    new(&answer.url, &why)
}

/// What a server says of an error, in the shapes that servers have.
pub(super) fn message(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let places = ["/error/message", "/errors/0/message", "/message", "/error_description", "/error"];
    let text = places.iter().find_map(|place| value.pointer(place)?.as_str())?;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(MAX_QUOTE).collect();
    let more = if line.chars().count() > MAX_QUOTE { "…" } else { "" };
    (!cut.is_empty()).then(|| format!("{cut}{more}"))
}

/// How long a server wants to be left alone: in seconds or until a date. Nonsense means nothing.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let text = answer.header(RETRY_AFTER.as_str())?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = rfc2822::parse(text).ok()?.timestamp();
    // The server's own clock says how far ahead its date is.
    Some(until.duration_since(date(answer)?).try_into().unwrap_or_default())
}

/// An error with what caused it, without addresses, which are shown beside it.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = without_number(&inner.to_string());
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        cause = inner.source();
    }
    if parts.is_empty() {
        // Said of the request itself, whose address would follow in brackets.
        let text = error.to_string();
        parts.push(text.split(" for url").next().unwrap_or(&text).to_owned());
    }
    parts.join(": ").chars().take(MAX_QUOTE).collect()
}
