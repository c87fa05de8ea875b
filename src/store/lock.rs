//! The lock of a writer: a file that names its host and process. It spares a second writer the same work;
//! that nothing is ever torn does not rest on it, for generations have names of their own and the pointer
//! to them is replaced whole.

#![expect(clippy::disallowed_methods, reason = "store is a room that may write files")]

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::private;

/// The age at which a lock is of no living writer, whatever its host says. The longest write takes 90 s.
const MAX_AGE: Duration = Duration::from_mins(10);

/// Held while a generation is written; gone when dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
}

/// Who has a lock.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Holder {
    host: String,
    process: u32,
    since: Timestamp,
}

impl Lock {
    /// Takes the lock of a folder; nothing where a living writer has it or no lock can be written.
    pub(super) fn take(folder: &Path, now: Timestamp) -> Option<Self> {
        match Self::take_for(folder, now, MAX_AGE) {
            Ok(Taken::Own(lock)) => Some(lock),
            Ok(Taken::By(_)) | Err(_) => None,
        }
    }

    /// Takes the lock of a folder for at most so long: after that it counts as left behind.
    pub(crate) fn take_for(folder: &Path, now: Timestamp, longest: Duration) -> io::Result<Taken> {
        let path = folder.join("lock");
        let own = Holder { host: private::host(), process: std::process::id(), since: now };
        if let Some(holder) = living(&path, &own, longest)? {
            return Ok(Taken::By(holder));
        }
        // It appears with its holder in it, so that nobody meets an empty one.
        let mut file = private::draft(folder)?;
        file.write_all(&serde_json::to_vec(&own)?)?;
        match file.persist_noclobber(&path) {
            Ok(_) => Ok(Taken::Own(Self { path })),
            // Somebody was faster, this moment.
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(Taken::By(fs::read(&path).ok().and_then(|bytes| read(&bytes)).unwrap_or(own)))
            }
            Err(error) => Err(error.error),
        }
    }
}

/// The living holder of a lock. One that was left behind is taken away, but not one that took its place
/// since we looked.
fn living(path: &Path, own: &Holder, longest: Duration) -> io::Result<Option<Holder>> {
    let Ok(bytes) = fs::read(path) else { return Ok(None) };
    if let Some(holder) = read(&bytes).filter(|found| !is_stale(found, own, longest)) {
        return Ok(Some(holder));
    }
    // Where this process ends before it is removed, it goes as every draft of a process that is gone.
    let aside = private::draft(path.parent().unwrap_or(Path::new(".")))?.into_temp_path();
    if fs::rename(path, &aside).is_err() {
        return Ok(None); // somebody else took it away first
    }
    let taken = fs::read(&aside)?;
    let back = if taken == bytes { None } else { read(&taken) };
    if back.is_some() {
        drop(fs::hard_link(&aside, path)); // where there is one again, that one counts
    }
    aside.close()?;
    Ok(back)
}

fn read(bytes: &[u8]) -> Option<Holder> {
    serde_json::from_slice(bytes).ok()
}

/// What became of the wish for a lock.
#[derive(Debug)]
pub(crate) enum Taken {
    /// It is ours.
    Own(Lock),
    /// Somebody else has it.
    By(Holder),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.since.strftime("%Y-%m-%d %H:%M:%S UTC");
        write!(f, "process {} on {}, since {since}", self.process, self.host)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // a lock that stays is recognised as stale
    }
}

fn is_stale(found: &Holder, own: &Holder, longest: Duration) -> bool {
    let age = own.since.duration_since(found.since).unsigned_abs();
    age > longest
        || (found.host == own.host && found.process != own.process && !private::lives(found.process))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn plant(folder: &Path, host: String, process: u32, since: &str) {
        let holder = Holder { host, process, since: since.parse().unwrap() };
        fs::write(folder.join("lock"), serde_json::to_vec(&holder).unwrap()).unwrap();
    }

    #[test]
    fn one_writer_has_it_until_it_ends() {
        let dir = tempfile::tempdir().unwrap();
        let lock = Lock::take(dir.path(), now()).unwrap();
        assert!(Lock::take(dir.path(), now()).is_none());
        drop(lock);
        assert!(Lock::take(dir.path(), now()).is_some());
    }

    #[test]
    fn a_lock_of_a_dead_process_or_of_long_ago_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        // No process has this number: the largest that Linux gives is 4,194,304.
        plant(dir.path(), private::host(), 999_999_999, "2026-11-21T09:59:59Z");
        assert!(Lock::take(dir.path(), now()).is_some());
        plant(dir.path(), "elsewhere".to_owned(), 1, "2026-11-21T09:00:00Z");
        assert!(Lock::take(dir.path(), now()).is_some());
    }

    #[test]
    fn a_lock_of_another_host_is_respected() {
        let dir = tempfile::tempdir().unwrap();
        plant(dir.path(), "elsewhere".to_owned(), 1, "2026-11-21T09:59:00Z");
        assert!(Lock::take(dir.path(), now()).is_none());
    }
}
