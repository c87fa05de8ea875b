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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_git_left_goes_and_everything_else_stays() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("objects/pack")).unwrap();
        for name in
            ["HEAD", "shallow.lock", "objects/tmp_obj_x", "objects/pack/tmp_pack_x", "objects/pack/p.pack"]
        {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        clear(dir.path());
        let left = |name: &str| dir.path().join(name).exists();
        assert!(left("HEAD") && left("objects/pack/p.pack"));
        assert!(!left("shallow.lock") && !left("objects/tmp_obj_x") && !left("objects/pack/tmp_pack_x"));
    }

    #[tokio::test]
    async fn packs_on_their_way_count_for_the_size_of_a_repository() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("objects/pack")).unwrap();
        fs::write(dir.path().join("objects/pack/p.pack"), [0; 6]).unwrap();
        fs::write(dir.path().join("objects/pack/tmp_pack_x"), [0; 6]).unwrap();
        outgrows(dir.path(), 11).await;
        let is_within = tokio::time::timeout(Duration::ZERO, outgrows(dir.path(), 12)).await.is_err();
        assert!(is_within);
    }
}
