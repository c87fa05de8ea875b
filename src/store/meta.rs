//! What is known about a whole generation: its number, its age, its sources.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::catalog::SourceId;

/// The number of a generation. Grows with each one that is written to the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub u64);

/// What is known about a whole generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Its number.
    pub generation: Generation,
    /// When its oldest source was read.
    pub as_of: Timestamp,
    /// When its sources were last asked whether anything changed.
    pub checked_at: Timestamp,
    /// Entities that are there, by their kind in lower case; losers of a name are not counted.
    pub kinds: BTreeMap<String, u64>,
    /// Its sources, in the order of their precedence.
    pub sources: Vec<SourceState>,
}

impl Meta {
    /// Entities that are there; losers of a name are not counted.
    pub fn entities(&self) -> u64 {
        self.kinds.values().sum()
    }
}

/// The state of one source in a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceState {
    /// Its name in the configuration.
    pub id: SourceId,
    /// Where it is, in words for people: a folder, an address.
    pub location: String,
    /// When it was read; of one that lies elsewhere, when it was fetched.
    pub as_of: Timestamp,
    /// What tells whether what was fetched of it changed; nothing for a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Why its data is older than that of the others, where it could not be read this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<String>,
    /// Descriptor files that were read.
    pub files: u64,
    /// Entities that came from it.
    pub entities: u64,
    /// Problems in it that need somebody; notes are not counted.
    pub problems: u64,
}

impl SourceState {
    /// Whether it was not read, and nothing of it was known from before: its age is none.
    pub fn is_unknown(&self) -> bool {
        self.stale.is_some() && self.files == 0
    }
}
