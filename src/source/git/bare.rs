//! Bare repositories in the folder that a source keeps for itself: their names, their size, their end.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read and write files")]

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::Address;
use crate::source::sum::hex;

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
