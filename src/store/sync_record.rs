//! What the syncs of a source came to: when the last one succeeded, why the last one failed, and a short log.
//! Lies beside what was fetched and is replaced whole.

#![expect(clippy::disallowed_methods, reason = "store is a room that may read files")]

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::private;

/// Syncs that are remembered of a source.
const MAX_RUNS: usize = 20;

/// Bytes of a record that is read.
const MAX_BYTES: u64 = 1 << 20;

/// What the syncs of a source came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SyncRecord {
    /// When it was last fetched, or found to be as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub succeeded_at: Option<Timestamp>,
    /// The last syncs, the newest first.
    pub runs: Vec<SyncRun>,
}

/// One sync of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncRun {
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How it ended.
    pub result: SyncResult,
    /// Why it did not end well, as sentences. Foreign text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Entities that the source has after it.
    pub entities: u64,
    /// Repositories, or other parts, that it has.
    pub parts: u64,
    /// Bytes that came.
    pub bytes: u64,
    /// Requests or child processes that it took.
    pub requests: u64,
}

/// How a sync of a source ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SyncResult {
    /// Something differed, and is here now.
    Changed,
    /// Nothing differed.
    Unchanged,
    /// Some of its parts could not be fetched and are as they were.
    Partial,
    /// It could not be fetched and is as it was.
    Failed,
    /// It would have lost too much and is as it was.
    Refused,
}

impl SyncResult {
    /// Whether all of the source is as it is where it comes from.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Changed | Self::Unchanged)
    }
}

impl SyncRecord {
    /// The record in a folder; an empty one where there is none, or none that can be read.
    pub fn read(folder: &Path) -> Self {
        let path = folder.join("syncs.json");
        let is_small = std::fs::metadata(&path).is_ok_and(|found| found.len() <= MAX_BYTES);
        let bytes = is_small.then(|| std::fs::read(path).ok()).flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Adds a sync and keeps the record.
    pub fn add(&mut self, run: SyncRun, folder: &Path) -> Result<()> {
        if run.result.is_whole() {
            self.succeeded_at = Some(run.at);
        }
        self.runs.insert(0, run);
        self.runs.truncate(MAX_RUNS);
        private::make_directory(folder)?;
        let path = folder.join("syncs.json");
        let json = serde_json::to_vec(self).map_err(|error| Error::io(path.display(), &error.into()))?;
        private::replace_file(&path, &json)
    }

    /// The last sync.
    pub fn last(&self) -> Option<&SyncRun> {
        self.runs.first()
    }

    /// Why the source is not as it is where it comes from, where the last sync did not end well.
    pub fn failure(&self) -> Option<&str> {
        self.last().filter(|run| !run.result.is_whole())?.why.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(second: i64, result: SyncResult) -> SyncRun {
        let at = Timestamp::from_second(second).unwrap();
        let why = (!result.is_whole()).then(|| "no route".to_owned());
        SyncRun { at, took_ms: 5, result, why, hint: None, entities: 1, parts: 1, bytes: 0, requests: 1 }
    }

    #[test]
    fn the_last_success_outlives_failures_and_the_log_is_short() {
        let dir = tempfile::tempdir().unwrap();
        let mut record = SyncRecord::read(dir.path());
        assert_eq!(record, SyncRecord::default());
        record.add(run(1, SyncResult::Changed), dir.path()).unwrap();
        for second in 2..50 {
            record.add(run(second, SyncResult::Failed), dir.path()).unwrap();
        }
        let read = SyncRecord::read(dir.path());
        assert_eq!(read, record);
        assert_eq!((read.succeeded_at.unwrap().as_second(), read.runs.len()), (1, MAX_RUNS));
        assert_eq!((read.last().unwrap().at.as_second(), read.failure()), (49, Some("no route")));
        record.add(run(60, SyncResult::Unchanged), dir.path()).unwrap();
        assert_eq!(SyncRecord::read(dir.path()).failure(), None);
    }

    #[test]
    fn a_record_that_is_damaged_is_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("syncs.json"), "{\"runs\": [").unwrap();
        assert_eq!(SyncRecord::read(dir.path()), SyncRecord::default());
    }
}
