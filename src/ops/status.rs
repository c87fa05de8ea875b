//! What a portal shows: its sources, their counts and ages, and its problems by code.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::portal::Portal;
use super::sources::{SourceView, sources};
use crate::catalog::{Code, Severity};
use crate::error::Result;
use crate::store::{Generation, Snapshot};

/// What a portal shows.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The number of the generation.
    pub generation: Generation,
    /// When its oldest source was read.
    pub as_of: Timestamp,
    /// When its sources were last asked whether anything changed.
    pub checked_at: Timestamp,
    /// Entities by their kind in lower case.
    pub kinds: BTreeMap<String, u64>,
    /// The sources, in the order of their precedence.
    pub sources: Vec<SourceView>,
    /// The problems by their code.
    pub problems: Vec<ProblemCount>,
}

/// How often a problem was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemCount {
    /// Its code.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, as a sentence.
    pub title: String,
    /// How often it was found.
    pub count: usize,
}

impl Status {
    /// Entities of all kinds.
    pub fn entities(&self) -> u64 {
        self.kinds.values().sum()
    }
}

/// Says what a portal shows.
pub fn status(portal: &Portal, snapshot: &Snapshot) -> Result<Status> {
    let meta = snapshot.meta();
    let mut counts: BTreeMap<(String, Severity), usize> = BTreeMap::new();
    for problem in snapshot.problems()? {
        *counts.entry((problem.code, problem.severity)).or_default() += 1;
    }
    let problems = counts.into_iter().map(|((code, severity), count)| ProblemCount {
        title: Code::from_id(&code).map_or_else(String::new, |known| known.entry().title.to_owned()),
        code,
        severity,
        count,
    });
    Ok(Status {
        generation: meta.generation,
        as_of: meta.as_of,
        checked_at: meta.checked_at,
        kinds: meta.kinds.clone(),
        sources: sources(portal),
        problems: problems.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::Cancel;
    use crate::ops::portal::{Places, Target};

    #[test]
    fn problems_are_counted_by_code_and_named() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places { cache: dir.path().join("cache"), state: dir.path().join("state") };
        let clock = std::sync::Arc::new(|| Timestamp::from_second(1_800_000_000).unwrap());
        let portal = Portal::open(Target::Demo, places, clock).unwrap();
        let snapshot = portal.refresh(&Cancel::new(), &mut |_| ()).unwrap().snapshot;
        let status = status(&portal, &snapshot).unwrap();
        assert_eq!(status.entities(), snapshot.meta().entities());
        assert!(status.problems.iter().any(|it| it.code == "CB0402" && it.title.ends_with('.')));
        assert_eq!((status.sources[0].kind, status.sources[0].entities), ("sample", status.entities()));
    }
}
