//! What the syncs of a source came to: when the last one succeeded, why the last one failed, and a short log.
//! Lies beside what was fetched and is replaced whole; where nothing can be kept, the process remembers it.

#![expect(clippy::disallowed_methods, reason = "store is a room that may read files")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

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
    /// When it was last fetched but for some parts, where that was after it was fetched whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly_at: Option<Timestamp>,
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
    /// Whether a token, or a better one, is what is missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_token: bool,
    /// Until when the server wants to be left alone, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// How many more requests its server lets through, in words, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
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
    fn read(folder: &Path) -> Self {
        let path = folder.join("syncs.json");
        let is_small = std::fs::metadata(&path).is_ok_and(|found| found.len() <= MAX_BYTES);
        let bytes = is_small.then(|| std::fs::read(path).ok()).flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Adds a sync.
    fn add(&mut self, run: SyncRun) {
        match run.result {
            SyncResult::Changed | SyncResult::Unchanged => {
                (self.succeeded_at, self.partly_at) = (Some(run.at), None);
            }
            SyncResult::Partial => self.partly_at = Some(run.at),
            SyncResult::Failed | SyncResult::Refused => {}
        }
        self.runs.insert(0, run);
        self.runs.truncate(MAX_RUNS);
    }

    fn keep(&self, folder: &Path) -> Result<()> {
        private::make_directory(folder)?;
        let path = folder.join("syncs.json");
        let json = serde_json::to_vec(self).map_err(|error| Error::io(path.display(), &error.into()))?;
        private::replace_file(&path, &json)
    }

    /// The last sync.
    pub fn last(&self) -> Option<&SyncRun> {
        self.runs.first()
    }

    /// When what is here of it was fetched, but for parts that failed then.
    pub fn fetched_at(&self) -> Option<Timestamp> {
        self.partly_at.or(self.succeeded_at)
    }

    /// Why nothing of the source could be fetched, or counted, the last time.
    pub fn whole_failure(&self) -> Option<&str> {
        self.failure().filter(|_| self.last().is_some_and(|run| run.result != SyncResult::Partial))
    }

    /// Why the source is not as it is where it comes from, where the last sync did not end well.
    pub fn failure(&self) -> Option<&str> {
        self.last().filter(|run| !run.result.is_whole())?.why.as_deref()
    }
}

/// The record of a source in its folder. Clones share what could not be kept there.
#[derive(Debug, Clone)]
pub struct SyncLog {
    folder: PathBuf,
    /// The record since it could not be written, so that a source in a read-only home still says why it failed
    /// and is not tried again at once.
    unkept: Arc<Mutex<Option<SyncRecord>>>,
}

impl SyncLog {
    /// The log in a folder, which need not be there.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), unkept: Arc::default() }
    }

    /// What the syncs came to.
    pub fn record(&self) -> SyncRecord {
        let unkept = self.unkept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let kept = SyncRecord::read(&self.folder);
        let at = |record: &SyncRecord| record.last().map(|run| run.at);
        // Another process may have kept a newer one meanwhile.
        unkept.filter(|unkept| at(unkept) > at(&kept)).unwrap_or(kept)
    }

    /// Adds a sync. An error says that it is remembered only as long as this process runs.
    pub fn add(&self, run: SyncRun) -> Result<()> {
        let mut record = self.record();
        record.add(run);
        let kept = record.keep(&self.folder);
        *self.unkept.lock().unwrap_or_else(PoisonError::into_inner) = kept.is_err().then_some(record);
        kept
    }
}

/// Logs are the same where they lie in the same folder.
impl PartialEq for SyncLog {
    fn eq(&self, other: &Self) -> bool {
        self.folder == other.folder
    }
}

impl Eq for SyncLog {}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(second: i64, result: SyncResult) -> SyncRun {
        let at = Timestamp::from_second(second).unwrap();
        let why = (!result.is_whole()).then(|| "no route".to_owned());
        SyncRun {
            at,
            took_ms: 5,
            result,
            why,
            hint: None,
            wants_token: false,
            not_before: None,
            budget: None,
            entities: 1,
            parts: 1,
            bytes: 0,
            requests: 1,
        }
    }

    #[test]
    fn the_last_success_outlives_failures_and_the_log_is_short() {
        let dir = tempfile::tempdir().unwrap();
        let log = SyncLog::new(dir.path());
        assert_eq!(log.record(), SyncRecord::default());
        log.add(run(1, SyncResult::Changed)).unwrap();
        for second in 2..50 {
            log.add(run(second, SyncResult::Failed)).unwrap();
        }
        let read = SyncLog::new(dir.path()).record();
        assert_eq!(read, log.record());
        assert_eq!((read.succeeded_at.unwrap().as_second(), read.runs.len()), (1, MAX_RUNS));
        assert_eq!((read.last().unwrap().at.as_second(), read.failure()), (49, Some("no route")));
        log.add(run(60, SyncResult::Unchanged)).unwrap();
        assert_eq!(SyncLog::new(dir.path()).record().failure(), None);
    }

    #[test]
    fn a_log_that_cannot_be_kept_is_remembered_until_it_can() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("source");
        std::fs::write(&folder, "a file stands here").unwrap();
        let log = SyncLog::new(&folder);
        assert!(log.add(run(5, SyncResult::Failed)).is_err());
        assert_eq!(log.clone().record().failure(), Some("no route"));
        std::fs::remove_file(&folder).unwrap();
        SyncLog::new(&folder).add(run(6, SyncResult::Changed)).unwrap();
        assert_eq!(log.record().failure(), None);
    }

    #[test]
    fn a_record_that_is_damaged_is_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("syncs.json"), "{\"runs\": [").unwrap();
        assert_eq!(SyncLog::new(dir.path()).record(), SyncRecord::default());
    }
}
