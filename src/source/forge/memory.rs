//! What a forge said the last time, so that what did not change costs nothing.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read and write files")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ForgeKind;
use super::found::Found;
use super::members::Record;
use super::pages::Pages;
use crate::error::{Error, Result};
use crate::private;
use crate::source::mirror::{Mirror, Unit};

/// Its file in the folder that a source keeps for itself.
const FILE: &str = "forge.json";

/// The version of the file; one of another version is forgotten.
const VERSION: u32 = 1;

/// Bytes of the file; a larger one is forgotten. 50,000 repositories have one of some 30 MB.
const MAX_BYTES: u64 = 128 << 20;

/// What a forge said.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Memory {
    version: u32,
    /// What decides, beside the commit, over what is taken of a repository.
    taken: String,
    /// Pages of repositories.
    pub(super) repositories: Pages<Found>,
    /// Pages of teams and of people.
    pub(super) members: Pages<Record>,
    /// Each repository when git looked at it last, by its address.
    seen: BTreeMap<String, Seen>,
}

/// A repository when git looked at it last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Seen {
    stamp: Option<String>,
    /// The commit that git found: a manifest that has another one was never published.
    revision: String,
    at: Timestamp,
}

impl Memory {
    /// What is remembered in a mirror. It is forgotten what was seen of repositories where something else is
    /// taken of them now.
    pub(super) fn load(mirror: &Mirror, taken: &str) -> Result<Self> {
        let path = mirror.work()?.join(FILE);
        let mut bytes = Vec::new();
        let is_whole = fs::metadata(&path).is_ok_and(|found| found.len() <= MAX_BYTES)
            && File::open(&path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes)).is_ok();
        let known: Option<Self> = is_whole.then(|| serde_json::from_slice(&bytes).ok()).flatten();
        let mut memory = known.filter(|known| known.version == VERSION).unwrap_or_default();
        if memory.taken != taken {
            memory.seen.clear();
            taken.clone_into(&mut memory.taken);
        }
        Ok(memory)
    }

    /// What is known after a sync: new pages, and of repositories what was seen of those before.
    pub(super) fn begin(&self) -> Self {
        Self { version: VERSION, taken: self.taken.clone(), ..Self::default() }
    }

    /// Writes it.
    pub(super) fn save(&self, mirror: &Mirror) -> Result<()> {
        let path = mirror.work()?.join(FILE);
        let json = serde_json::to_vec(self).map_err(|error| Error::io(path.display(), &error.into()))?;
        private::replace_file(&path, &json)
    }

    /// Whether git looked at a repository with the settings of now.
    pub(super) fn has_seen(&self, key: &str) -> bool {
        self.seen.contains_key(key)
    }

    /// Whether a repository is as git found it, and git need not look again.
    pub(super) fn is_unchanged(&self, kind: ForgeKind, found: &Found, unit: &Unit) -> bool {
        let Some(seen) = self.seen.get(&unit.key) else { return false };
        let settled = SignedDuration::from_secs(kind.settling_seconds());
        let happened = found.at.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
        seen.stamp == found.stamp()
            && seen.revision == unit.revision
            && unit.failure.is_none()
            // What git saw so soon after may be older than a push that the forge tells by the same time.
            && happened.is_some_and(|happened| seen.at.duration_since(happened) >= settled)
    }

    /// Remembers that git looked at a repository.
    pub(super) fn see(&mut self, found: &Found, unit: &Unit) {
        if unit.failure.is_none() {
            let seen = Seen { stamp: found.stamp(), revision: unit.revision.clone(), at: unit.as_of };
            self.seen.insert(unit.key.clone(), seen);
        }
    }

    /// Remembers of a repository what was known of it.
    pub(super) fn keep(&mut self, before: &Self, key: &str) {
        if let Some(seen) = before.seen.get(key) {
            self.seen.insert(key.to_owned(), seen.clone());
        }
    }
}
