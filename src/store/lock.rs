//! The lock of a writer: a file that names its host and process. It spares a second writer the same work;
//! that nothing is ever torn does not rest on it, for generations have names of their own and the pointer
//! to them is replaced whole.

#![expect(clippy::disallowed_methods, reason = "store is a room that may write files")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::private;

/// The age at which a lock is of no living writer, whatever its host says. The longest write takes 90 s.
const MAX_AGE: Duration = Duration::from_mins(10);

/// Held while a generation is written; gone when dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    host: String,
    process: u32,
    since: Timestamp,
}

impl Lock {
    /// Takes the lock of a folder; nothing where a living writer has it or no lock can be written.
    pub(super) fn take(folder: &Path, now: Timestamp) -> Option<Self> {
        let path = folder.join("lock");
        let holder = Holder { host: host(), process: std::process::id(), since: now };
        if let Ok(found) = fs::read(&path)
            && is_stale(serde_json::from_slice(&found).ok().as_ref(), &holder)
        {
            let _ = fs::remove_file(&path); // somebody else may have removed it first
        }
        let mut file = private::create_file(&path).ok()?;
        let lock = Self { path };
        serde_json::to_vec(&holder).ok().and_then(|bytes| file.write_all(&bytes).ok())?;
        Some(lock)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // a lock that stays is recognised as stale
    }
}

fn is_stale(found: Option<&Holder>, own: &Holder) -> bool {
    // An unreadable lock is one in the making, or the rest of a crash; its next reader decides by age alone.
    let Some(found) = found else { return true };
    let age = own.since.duration_since(found.since).unsigned_abs();
    age > MAX_AGE || (found.host == own.host && found.process != own.process && !is_alive(found.process))
}

#[cfg(unix)]
fn is_alive(process: u32) -> bool {
    let pid = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    // A process of another user answers "not permitted": it lives.
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn is_alive(_process: u32) -> bool {
    true
}

#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host() -> String {
    String::new()
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
        plant(dir.path(), host(), 999_999_999, "2026-11-21T09:59:59Z");
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
