//! Bare repositories in the folder that a source keeps for itself: their names, their size, their end.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read and write files")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Address;
use crate::source::sum::hex;

/// How often the size of a repository is looked at while git fetches.
const LOOK: Duration = Duration::from_secs(1);

/// The name of the bare repository of an address.
pub(super) fn folder_name(address: &Address) -> String {
    let name = hex(&Sha256::digest(address.url().as_bytes())[..16]);
    format!("{name}.git")
}

/// Packs of git in a bare repository.
pub(super) fn packs(folder: &Path) -> usize {
    let entries = fs::read_dir(folder.join("objects/pack")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "pack")).count()
}

/// Removes a bare repository. One that stays is found broken later, and removed then.
pub(super) fn remove(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
}

/// Removes what a git that was killed left in a bare repository: drafts, and locks that nobody has. Only for whoever
/// has the lock of the mirror.
pub(super) fn clear(folder: &Path) {
    let is_left = |path: &Path| {
        let is_draft = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"tmp_"));
        is_draft || path.extension().is_some_and(|ending| ending == "lock")
    };
    for place in ["", "objects", "objects/pack", "refs/callboard"] {
        for entry in fs::read_dir(folder.join(place)).into_iter().flatten().flatten() {
            if is_left(&entry.path()) {
                let _ = fs::remove_file(entry.path()); // one that stays fails the next fetch, which makes all anew
            }
        }
    }
}

/// Comes back when the packs of a bare repository have more than so many bytes, those that are on their way too.
pub(super) async fn outgrows(folder: &Path, most: u64) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        let entries = fs::read_dir(folder.join("objects/pack")).into_iter().flatten().flatten();
        if entries.filter_map(|entry| entry.metadata().ok()).map(|found| found.len()).sum::<u64>() > most {
            return;
        }
    }
}
