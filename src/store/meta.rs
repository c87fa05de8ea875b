//! What is known about a whole generation: its number, its age, its sources.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::catalog::SourceId;
use crate::number::thousands;

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
    /// When it was read; of one that lies elsewhere, when it was fetched. Its `parts` have ages of their own.
    pub as_of: Timestamp,
    /// What tells whether what was fetched of it changed; nothing for a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Why all of its data is older than that of the others, where it could not be read this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<String>,
    /// Parts that are older than the rest of it, or not here at all, sorted by root.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartState>,
    /// Descriptor files that were read.
    pub files: u64,
    /// Entities that came from it.
    pub entities: u64,
    /// Problems in it that need somebody; notes are not counted.
    pub problems: u64,
}

/// A part of a source that could not be fetched when the rest of it was: a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartState {
    /// What it is called. Foreign text.
    #[serde(default)]
    pub name: String,
    /// The folder of its files below the root of the source. Foreign text.
    pub root: String,
    /// When it was last fetched; nothing where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// Why it could not be fetched, as sentences. Foreign text.
    pub why: String,
    /// Folders below its own that are parts which were fetched with the rest, and so are not as old as it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fetched_inside: Vec<String>,
}

impl PartState {
    /// Whether a path below its folder belongs to a part that was fetched.
    fn leaves_out(&self, path: &str) -> bool {
        let is_around =
            |root: &String| path.strip_prefix(root.as_str()).is_some_and(|it| it.starts_with('/'));
        self.fetched_inside.iter().any(is_around)
    }
}

/// How old something is, and why it is older than it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age<'a> {
    /// When it was read or fetched.
    pub as_of: Timestamp,
    /// Why that is not the last time that somebody tried. Foreign text.
    pub stale: Option<&'a str>,
}

impl SourceState {
    /// How old what lies at a path of the source is.
    pub fn age_of(&self, path: &str) -> Age<'_> {
        let whole = Age { as_of: self.as_of, stale: self.stale.as_deref() };
        let Some(part) = self.part_around(path) else { return whole };
        Age { as_of: part.as_of.unwrap_or(self.as_of), stale: Some(&part.why) }
    }

    /// When the oldest of it was fetched.
    pub fn oldest(&self) -> Timestamp {
        self.parts.iter().filter_map(|part| part.as_of).fold(self.as_of, Timestamp::min)
    }

    /// Why it is not as it is where it comes from: all of it, or parts, of which the first few are named.
    pub fn why_stale(&self) -> Option<String> {
        let parts = || unfetched(self.parts.iter().map(|part| (part.name.as_str(), part.why.as_str())));
        self.stale.clone().or_else(parts)
    }

    /// The part that failed and that a path lies in: the innermost part around it decides.
    fn part_around(&self, path: &str) -> Option<&PartState> {
        if self.parts.is_empty() {
            return None;
        }
        let ends = std::iter::once(path.len()).chain(path.rmatch_indices('/').map(|(at, _)| at)).chain([0]);
        let innermost = ends.into_iter().find_map(|end| {
            let root = &path[..end];
            let at = self.parts.binary_search_by(|part| part.root.as_str().cmp(root)).ok()?;
            Some(&self.parts[at])
        });
        innermost.filter(|part| !part.leaves_out(path))
    }

    /// Whether it was not read, and nothing of it was known from before: its age is none.
    pub fn is_unknown(&self) -> bool {
        self.stale.is_some() && self.files == 0 && self.revision.is_none()
    }
}

/// Parts that are named where several could not be fetched.
const NAMED: usize = 3;

/// Which parts could not be fetched: the only one with the reason, else the first few by name.
pub fn unfetched<'a>(parts: impl ExactSizeIterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let count = parts.len();
    let mut parts = parts.peekable();
    let (first, why) = *parts.peek()?;
    if count == 1 {
        return Some(format!("{first} could not be fetched: {why}"));
    }
    let named: Vec<&str> = parts.map(|(name, _)| name).take(NAMED).collect();
    let more = match count.saturating_sub(named.len()) {
        0 => String::new(),
        more => format!(" and {} more", thousands(more)),
    };
    Some(format!("{} parts could not be fetched: {}{more}.", thousands(count), named.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn part(root: &str, as_of: Option<i64>) -> PartState {
        PartState {
            name: root.to_owned(),
            root: root.to_owned(),
            as_of: as_of.map(at),
            why: format!("{root} is away."),
            fetched_inside: Vec::new(),
        }
    }

    fn state(parts: Vec<PartState>) -> SourceState {
        SourceState {
            id: SourceId::new("acme"),
            location: "github.com/acme".to_owned(),
            as_of: at(100),
            revision: None,
            stale: None,
            parts,
            files: 1,
            entities: 1,
            problems: 0,
        }
    }

    #[test]
    fn only_what_lies_in_a_part_that_failed_is_as_old_as_that() {
        let state =
            state(vec![part("acme/pay", Some(10)), part("acme/pay/inner", Some(20)), part("b", None)]);
        let age = |path: &str| {
            let Age { as_of, stale } = state.age_of(path);
            (as_of.as_second(), stale.map(str::to_owned))
        };
        assert_eq!(age("acme/pay/catalog-info.yaml"), (10, Some("acme/pay is away.".to_owned())));
        assert_eq!(age("acme/pay/inner/x/c.yaml"), (20, Some("acme/pay/inner is away.".to_owned())));
        assert_eq!(age("acme/payroll/catalog-info.yaml"), (100, None));
        assert_eq!(age("catalog-info.yaml"), (100, None));
        assert_eq!(state.oldest(), at(10));
    }

    #[test]
    fn a_part_that_was_fetched_is_fresh_inside_of_one_that_failed() {
        let outer = PartState { fetched_inside: vec!["h/a/b".to_owned()], ..part("h/a", Some(10)) };
        let state = state(vec![outer, part("h/a/b/c", Some(20))]);
        let age = |path: &str| state.age_of(path).as_of.as_second();
        assert_eq!((age("h/a/catalog-info.yaml"), age("h/a/bb/c.yaml")), (10, 10));
        assert_eq!((age("h/a/b/catalog-info.yaml"), age("h/a/b/x/c.yaml")), (100, 100));
        assert_eq!(age("h/a/b/c/catalog-info.yaml"), 20);
    }

    #[test]
    fn a_source_that_was_fetched_and_has_nothing_is_not_unknown() {
        let failed = SourceState { stale: Some("It is away.".to_owned()), files: 0, ..state(Vec::new()) };
        assert!(failed.is_unknown());
        assert!(!SourceState { revision: Some("0-00000000".to_owned()), ..failed }.is_unknown());
    }

    #[test]
    fn a_part_that_is_the_whole_source_is_around_everything() {
        let whole = state(vec![part("", Some(5))]);
        assert_eq!(whole.age_of("a/b").as_of, at(5));
    }

    #[test]
    fn parts_are_named_but_not_all_of_many() {
        let why = |roots: &[&str]| state(roots.iter().map(|it| part(it, None)).collect()).why_stale();
        assert_eq!(why(&[]), None);
        assert_eq!(why(&["a"]).unwrap(), "a could not be fetched: a is away.");
        assert_eq!(why(&["a", "b"]).unwrap(), "2 parts could not be fetched: a, b.");
        let many = why(&["a", "b", "c", "d", "e"]).unwrap();
        assert_eq!(many, "5 parts could not be fetched: a, b, c and 2 more.");
    }
}
