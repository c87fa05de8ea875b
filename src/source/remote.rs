//! A source that lies elsewhere: it is fetched into a mirror, and read from there.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;

use super::mirror::{Manifest, Mirror, Unit};
use super::room::Room;
use crate::error::{Error, ErrorKind, Result};

/// A source that lies elsewhere. One value stands for one source of the configuration.
pub trait Remote: Send + Sync {
    /// Fetches what changed. Writes packs into the mirror and says which ones make up the source now; what
    /// counts until then stays as it is. Dropped half-way, it leaves nothing that anybody sees, no process
    /// and no connection.
    ///
    /// An error means that nothing can be said about the source as a whole. A part that failed alone keeps
    /// its unit of the manifest before, with the failure in it.
    fn fetch<'a>(&'a self, fetch: Fetch<'a>) -> Pin<Box<dyn Future<Output = Result<Fetched>> + Send + 'a>>;
}

/// What a source is handed to fetch with.
#[derive(Clone, Copy)]
pub struct Fetch<'a> {
    /// Where it puts what it fetches.
    pub mirror: &'a Mirror,
    /// What it fetched the last time; an empty one before the first.
    pub before: &'a Manifest,
    /// The time of this sync.
    pub now: Timestamp,
    /// What it shares with all other sources of the sync.
    pub room: &'a Room,
    /// Told how far it is. Called often: cheap, and never blocks.
    pub progress: &'a (dyn Fn(Amount) + Sync),
}

impl Fetch<'_> {
    /// A unit as it was before, because it could not be fetched; nothing where it never was.
    pub fn kept(&self, key: &str, why: &str) -> Option<Unit> {
        let failure = Some(why.to_owned());
        self.before.unit(key).map(|unit| Unit { failure, ..unit.clone() })
    }
}

/// How much of a source was fetched so far. Totals are zero while they are not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    /// Repositories that are done.
    pub repositories: u64,
    /// Repositories there are.
    pub of_repositories: u64,
    /// Entities that came.
    pub entities: u64,
    /// Entities that are announced.
    pub of_entities: u64,
    /// Bytes that came over the network or from a child process.
    pub bytes: u64,
}

/// What a source came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fetched {
    /// All its parts, also those that did not change.
    pub units: Vec<Unit>,
    /// Parts that could not be fetched, with or without older data: a name for people and why, each a
    /// sentence. Foreign text.
    pub failures: Vec<Failure>,
    /// What the user should know, as sentences: a rate limit that is nearly used up. Foreign text.
    pub notes: Vec<String>,
    /// How many more requests its server lets through, in words, where it says so.
    pub budget: Option<String>,
    /// Parts that were asked and had not changed.
    pub unchanged: u64,
    /// Requests or child processes that it took.
    pub requests: u64,
}

/// A part of a source that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    /// What it is called: a repository, by the folder of its files below the root of the source. With a slash
    /// before it where it lies on this machine.
    pub what: String,
    /// Why, and what to do, as sentences.
    pub why: String,
}

impl Failure {
    /// The folder of its files below the root of the source, were there any.
    pub fn root(&self) -> &str {
        self.what.trim_start_matches('/')
    }
}

/// The error of a source that could not be reached, or did not answer as it should. `why` ends a sentence
/// that the name of the source begins.
pub fn unreachable(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unreachable, why)
}
