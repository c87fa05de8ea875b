//! The sources of a portal as people watch them: state, age, next sync, counts, the last syncs.

use jiff::Timestamp;
use serde::Serialize;

use super::age;
use super::asked::asked;
pub use super::portal::Watching;
use super::portal::{Portal, Variables};
use super::sync::{self, SyncResult, SyncRun};
use crate::catalog::SourceId;
use crate::error::Result;
use crate::source::git::GitProgram;
use crate::store::{PartState, SourceState};

/// A source as people watch it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceView {
    /// Its name.
    pub id: SourceId,
    /// What kind of source it is, as the configuration calls it.
    pub kind: &'static str,
    /// Where it is. Foreign text.
    pub location: String,
    /// How it is.
    pub health: Health,
    /// Why it is not fresh, as sentences. Foreign text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Parts of it that could not be fetched when the rest of it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartState>,
    /// Entities that come from it.
    pub entities: u64,
    /// Problems in it that need somebody.
    pub problems: u64,
    /// When the oldest of it was read, or fetched; nothing before the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// How it is watched, where it is a folder and a portal is open on the screen.
    #[serde(skip)]
    pub watching: Option<Watching>,
    /// When it is to be fetched next; nothing for a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// The last syncs, the newest first.
    pub runs: Vec<SyncRun>,
}

/// How a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// As it is where it comes from, as far as anybody looked.
    Fresh,
    /// Older than it should be.
    Stale,
    /// Fresh but for some parts, which could not be fetched.
    Partly,
    /// Its last sync would have lost too much.
    HeldBack,
    /// Its last sync failed.
    Failed,
    /// Nothing of it is known yet.
    Unknown,
}

impl Health {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Partly => "partly",
            Self::HeldBack => "held back",
            Self::Failed => "failed",
            Self::Unknown => "not yet",
        }
    }
}

/// The sources of a portal, in the order of their precedence.
pub fn sources(portal: &Portal) -> Vec<SourceView> {
    let snapshot = portal.snapshot();
    let views = portal.sources().iter().map(|source| {
        let states = snapshot.iter().flat_map(|snapshot| &snapshot.meta().sources);
        let state = states.into_iter().find(|state| state.id == source.id);
        let record = if source.is_remote() { source.record() } else { sync::SyncRecord::default() };
        let last = record.last();
        let is_unknown = source.is_remote() && source.mirror().manifest().is_none();
        let health = match (last.map(|run| run.result), state) {
            (Some(SyncResult::Failed), _) => Health::Failed,
            (Some(SyncResult::Refused), _) => Health::HeldBack,
            _ if is_unknown => Health::Unknown,
            (_, Some(state)) if state.stale.is_some() => Health::Stale,
            (_, Some(state)) if !state.parts.is_empty() => Health::Partly,
            (_, None) => Health::Unknown,
            (_, Some(_)) => Health::Fresh,
        };
        SourceView {
            id: source.id.clone(),
            kind: source.kind(),
            location: source.location(),
            health,
            why: record.failure().map(str::to_owned).or_else(|| state?.why_stale()),
            hint: last.and_then(|run| run.hint.clone()),
            parts: state.map(|state| state.parts.clone()).unwrap_or_default(),
            entities: state.map_or(0, |state| state.entities),
            problems: state.map_or(0, |state| state.problems),
            as_of: state.filter(|state| !is_unknown && !state.is_unknown()).map(SourceState::oldest),
            next_at: sync::due(source, portal).map(|due| due.max(portal.now())),
            watching: portal.watching(&source.id),
            runs: record.runs,
        }
    });
    views.collect()
}

/// What is to be said of a part that could not be fetched: its name, the age of what is here of it, and why.
pub fn told(part: &PartState, now: Timestamp) -> String {
    let age = part
        .as_of
        .map_or_else(|| "never fetched".to_owned(), |as_of| format!("from {}", age::words(as_of, now)));
    format!("{} ({age}): {}", part.name, part.why)
}

/// The git program that sources would use: its path and version. One that is missing or too old is an error.
pub fn git(variables: &Variables) -> Result<String> {
    let git = asked(GitProgram::find(&variables.environment()))?;
    Ok(git.describe())
}
