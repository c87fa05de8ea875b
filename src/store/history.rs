//! What changed from generation to generation, kept longer than the generations themselves.
//!
//! ```text
//! FOLDER/changes/00000012-1795255200.json   how generation 12, read at that second, differs from the one
//!                                           that it was built on
//! ```
//!
//! Each set names the generation that it begins at, so the sets that led to the current generation form a
//! chain. What is not in the chain, such as the work of a writer that lost a race, is not told.

#![expect(clippy::disallowed_methods, reason = "store is a room that may write files")]

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Generation;
use crate::catalog::change::{Change, ChangeKind};
use crate::error::{Error, Result};
use crate::private;

/// How long changes are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Sets that are kept: one for every 15 minutes of that time.
const MAX_SETS: usize = 2_880;

/// Bytes of all sets that are kept.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of the changes of one set; beyond them changes are counted only.
const MAX_SET_BYTES: usize = 4 << 20;

/// Bytes that are read of a set: its changes and the little around them.
const MAX_FILE_BYTES: u64 = MAX_SET_BYTES as u64 + (1 << 20);

/// How one generation differs from the one that it was built on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSet {
    /// The generation.
    pub generation: Generation,
    /// When it was read.
    pub at: Timestamp,
    /// The generation that it was built on.
    pub previous: Generation,
    /// When that one was last seen to hold.
    pub previous_at: Timestamp,
    /// Entities that came.
    pub added: u64,
    /// Entities that went.
    pub removed: u64,
    /// Entities that stayed and differ.
    pub changed: u64,
    /// The changes in the order of references; the first ones where they are too many to keep.
    pub changes: Vec<Change>,
    /// Bytes of the changes so far.
    #[serde(skip)]
    bytes: usize,
}

impl ChangeSet {
    /// No change yet, from one generation to the next, whose number the writer fills in.
    pub fn new(previous: Generation, previous_at: Timestamp, at: Timestamp) -> Self {
        Self {
            generation: Generation::default(),
            at,
            previous,
            previous_at,
            added: 0,
            removed: 0,
            changed: 0,
            changes: Vec::new(),
            bytes: 0,
        }
    }

    /// Whether another change would be counted only.
    pub fn is_full(&self) -> bool {
        self.bytes >= MAX_SET_BYTES
    }

    /// Counts a change that is not kept.
    pub fn count(&mut self, kind: ChangeKind) {
        let count = match kind {
            ChangeKind::Added => &mut self.added,
            ChangeKind::Removed => &mut self.removed,
            ChangeKind::Changed => &mut self.changed,
        };
        *count += 1;
    }

    /// Adds a change, or counts it where there is no room.
    pub fn push(&mut self, change: Change) {
        self.count(change.kind);
        let bytes = serde_json::to_vec(&change).map_or(MAX_SET_BYTES, |json| json.len() + 1);
        self.bytes = self.bytes.saturating_add(bytes);
        if !self.is_full() {
            self.changes.push(change);
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// Changes that were counted and not kept.
    pub fn left_out(&self) -> u64 {
        self.total() - self.changes.len() as u64
    }

    fn total(&self) -> u64 {
        self.added + self.removed + self.changed
    }
}

/// The sets of one catalog.
#[derive(Debug)]
pub(super) struct History {
    folder: PathBuf,
}

impl History {
    /// The sets beside the generations of a folder.
    pub(super) fn beside(generations: &Path) -> Self {
        Self { folder: generations.join("changes") }
    }

    /// Keeps a set, also an empty one, which the chain goes through.
    pub(super) fn keep(&self, set: &ChangeSet) -> Result<()> {
        private::make_directory(&self.folder)?;
        let name = format!("{:08}-{}.json", set.generation.0, set.at.as_second());
        let path = self.folder.join(name);
        let json = serde_json::to_vec(set).map_err(|error| Error::io(path.display(), &error.into()))?;
        private::replace_file(&path, &json)
    }

    /// The sets that led to a generation, the newest first, as far back as `since`.
    pub(super) fn until(&self, current: Generation, since: Timestamp) -> Vec<ChangeSet> {
        let mut files = self.files();
        files.retain(|file| file.generation <= current);
        let (mut sets, mut next) = (Vec::new(), current);
        for file in files {
            if file.generation != next {
                continue;
            }
            let Some(set) = read(&file.path).filter(|set| set.generation == next && set.previous < next)
            else {
                break;
            };
            if set.at < since {
                break;
            }
            next = set.previous;
            sets.push(set);
        }
        sets
    }

    /// Removes sets that are too old or too many. What cannot be removed is tried again next time.
    pub(super) fn collect(&self, now: Timestamp) {
        let mut bytes = 0;
        for (at, file) in self.files().into_iter().enumerate() {
            let Ok(metadata) = fs::metadata(&file.path) else { continue };
            bytes += metadata.len();
            let is_old = now.duration_since(file.at) > KEPT;
            if is_old || at >= MAX_SETS || bytes > MAX_BYTES {
                let _ = fs::remove_file(&file.path); // see above
            }
        }
    }

    /// The files, the newest generation first.
    fn files(&self) -> Vec<SetFile> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<SetFile> = entries
            .filter_map(|entry| {
                let name = entry.file_name();
                let (generation, second) = name.to_str()?.strip_suffix(".json")?.split_once('-')?;
                let at = Timestamp::from_second(second.parse().ok()?).ok()?;
                Some(SetFile { generation: Generation(generation.parse().ok()?), at, path: entry.path() })
            })
            .collect();
        files.sort_by_key(|file| std::cmp::Reverse((file.generation, file.at)));
        files
    }
}

struct SetFile {
    generation: Generation,
    at: Timestamp,
    path: PathBuf,
}

/// A set that is whole and of this version.
fn read(path: &Path) -> Option<ChangeSet> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_FILE_BYTES).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::{Entity, test_origin};

    fn moment(hour: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hour * 3600).unwrap()
    }

    fn set(generation: u64, previous: u64) -> ChangeSet {
        let hour = generation as i64;
        let set = ChangeSet::new(Generation(previous), moment(hour - 1), moment(hour));
        ChangeSet { generation: Generation(generation), ..set }
    }

    fn change(name: &str) -> Change {
        let document = json!({"kind": "API", "metadata": {"name": name}});
        Change::whole(&Entity::from_value(document, test_origin("p")).unwrap(), ChangeKind::Added)
    }

    fn generations(sets: &[ChangeSet]) -> Vec<u64> {
        sets.iter().map(|set| set.generation.0).collect()
    }

    #[test]
    fn the_chain_leads_back_from_the_current_generation() {
        let dir = tempfile::tempdir().unwrap();
        let history = History::beside(dir.path());
        // 4 was built on 2 while somebody else made 3; 9 was never published.
        for (generation, previous) in [(2, 1), (3, 2), (4, 2), (5, 4), (9, 5)] {
            history.keep(&set(generation, previous)).unwrap();
        }
        assert_eq!(generations(&history.until(Generation(5), moment(0))), [5, 4, 2]);
        assert_eq!(generations(&history.until(Generation(5), moment(4))), [5, 4]);
        assert_eq!(generations(&history.until(Generation(7), moment(0))), [] as [u64; 0]);
    }

    #[test]
    fn a_torn_set_ends_the_chain() {
        let dir = tempfile::tempdir().unwrap();
        let history = History::beside(dir.path());
        (2..5).for_each(|at| history.keep(&set(at, at - 1)).unwrap());
        fs::write(history.files()[1].path.as_path(), "{").unwrap();
        assert_eq!(generations(&history.until(Generation(4), moment(0))), [4]);
    }

    #[test]
    fn a_set_beyond_its_size_counts_what_it_does_not_keep() {
        let mut set = set(2, 1);
        let long = "x".repeat(MAX_SET_BYTES / 3);
        (0..5).for_each(|at| set.push(change(&format!("{at}{long}"))));
        assert_eq!((set.added, set.changes.len(), set.left_out()), (5, 2, 3));
        assert!(set.is_full());
    }

    #[test]
    fn old_sets_go_and_the_newest_stay() {
        let dir = tempfile::tempdir().unwrap();
        let history = History::beside(dir.path());
        (2..5).for_each(|at| history.keep(&set(at, at - 1)).unwrap());
        history.collect(moment(30 * 24 + 3));
        assert_eq!(generations(&history.until(Generation(4), moment(0))), [4, 3]);
    }

    #[test]
    #[cfg(unix)]
    fn sets_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let history = History::beside(dir.path());
        history.keep(&set(2, 1)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&history.folder), mode(&history.files()[0].path)), (0o700, 0o600));
    }
}
