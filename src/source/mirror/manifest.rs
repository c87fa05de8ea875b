//! What a source has fetched: its packs, from where each came, and how old it is.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::PackName;
use crate::catalog::Repository;
use crate::source::git::Address;
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

impl Unit {
    /// What people call it.
    pub fn name(&self) -> String {
        Address::parse(&self.key).map_or_else(|_| self.root.clone(), |address| address.name_of(&self.root))
    }
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
        let missing = failures.iter().filter(|failure| !kept.contains(failure.root())).cloned().collect();
        Self { missing, ..self }
    }

    /// The unit that is fetched from somewhere.
    pub fn unit(&self, key: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.key == key)
    }

    /// Folders below a part that are parts of their own, and were fetched with the rest.
    pub fn fetched_inside(&self, root: &str) -> Vec<String> {
        let below = if root.is_empty() { String::new() } else { format!("{root}/") };
        // Sorted by root: what begins alike stands together.
        let start = self.units.partition_point(|unit| unit.root < below);
        let inside = self.units[start..].iter().take_while(|unit| unit.root.starts_with(&below));
        let fetched = inside.filter(|unit| unit.failure.is_none() && unit.root != root);
        fetched.map(|unit| unit.root.clone()).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(root: &str, failure: Option<&str>) -> Unit {
        Unit {
            key: format!("https://git.example.com/{root}.git"),
            root: root.to_owned(),
            pack: PackName("x".to_owned()),
            revision: String::new(),
            repository: None,
            as_of: Timestamp::UNIX_EPOCH,
            failure: failure.map(str::to_owned),
        }
    }

    #[test]
    fn parts_inside_of_a_part_are_told_from_those_beside_it() {
        let units = [("a-b", None), ("a", Some("gone")), ("a/b", None), ("a/c", Some("gone")), ("ab", None)];
        let manifest = Manifest::new(units.map(|(root, failure)| unit(root, failure)).to_vec());
        assert_eq!(manifest.fetched_inside("a"), ["a/b"]);
        assert_eq!(manifest.fetched_inside("ab"), [""; 0]);
        assert_eq!(manifest.fetched_inside(""), ["a-b", "a/b", "ab"]);
    }

    #[test]
    fn a_part_that_is_kept_is_not_missing_whatever_it_is_called() {
        let failure = |what: &str| Failure { what: what.to_owned(), why: "It is gone.".to_owned() };
        let kept = Unit { key: "file:///srv/a".to_owned(), ..unit("srv/a", Some("It is gone.")) };
        assert_eq!(kept.name(), "/srv/a");
        let manifest = Manifest::new(vec![kept]).with_failures(&[failure("/srv/a"), failure("/srv/b")]);
        assert_eq!(manifest.missing, [failure("/srv/b")]);
        assert_eq!(manifest.missing[0].root(), "srv/b");
    }
}
