//! What a source has fetched: its packs, from where each came, and how old it is.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::PackName;
use crate::catalog::Repository;
use crate::source::remote::Failure;

/// The version of manifests and packs. Those of another version are fetched again.
pub(super) const VERSION: u32 = 2;

/// What a source has fetched. Replaced whole when a sync succeeds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// See [`VERSION`].
    pub(super) version: u32,
    /// The parts, sorted by root.
    pub units: Vec<Unit>,
    /// Parts that could not be fetched the last time and are not among the units: nothing of them is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Failure>,
}

/// A part of a source that is fetched, and may fail, on its own: a repository, or all that a server has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// What it is fetched from: an address, or empty for the whole source. Foreign text.
    pub key: String,
    /// The folder of its files below the root of the source; empty for the root itself.
    pub root: String,
    /// Its files.
    pub pack: PackName,
    /// What tells whether it changed: a commit, a sum of etags.
    pub revision: String,
    /// The repository that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<Repository>,
    /// When it was last found to be as it is here.
    pub as_of: Timestamp,
    /// Why it is older than the rest of its source, as a sentence. Foreign text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl Manifest {
    /// A manifest of units.
    pub fn new(mut units: Vec<Unit>) -> Self {
        units.sort_by(|a, b| a.root.cmp(&b.root));
        Self { version: VERSION, units, missing: Vec::new() }
    }

    /// The same with parts that failed, those of which a unit is kept left out.
    #[must_use]
    pub fn with_failures(self, failures: &[Failure]) -> Self {
        let kept: HashSet<&str> = self.units.iter().map(|unit| unit.root.as_str()).collect();
        let missing =
            failures.iter().filter(|failure| !kept.contains(failure.what.as_str())).cloned().collect();
        Self { missing, ..self }
    }

    /// The unit that is fetched from somewhere.
    pub fn unit(&self, key: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.key == key)
    }

    /// What tells whether anything in it changed: the names of its packs, each made once.
    pub fn revision(&self) -> String {
        let mut sum = crc32fast::Hasher::new();
        for unit in &self.units {
            sum.update(unit.root.as_bytes());
            sum.update(&[0]);
            sum.update(unit.pack.0.as_bytes());
            sum.update(unit.failure.as_deref().unwrap_or_default().as_bytes());
            sum.update(&[0]);
        }
        format!("{}-{:08x}", self.units.len(), sum.finalize())
    }
}
