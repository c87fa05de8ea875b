//! A read-only view of a folder: the one way to see the files of a source, be they on a disk or in the binary.
//!
//! Paths are relative to the root of the tree and `/`-separated; the root is the empty path. A tree never
//! leaves its root: not by `..`, not by an absolute path, not through a symbolic link.

use crate::error::{Error, ErrorKind, Result};

/// Entries that one walk may find; a folder with more is no docs site and no template.
pub const MAX_WALK_ENTRIES: usize = 100_000;

/// Folders below each other that a walk enters.
pub const MAX_WALK_DEPTH: usize = 64;

/// What an entry of a folder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link with its target as written, not followed.
    Symlink(String),
    /// What cannot be read: a pipe, a socket, a device, or a name that is no UTF-8 (its path is approximate).
    Other,
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path below the root of the tree.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// The size in bytes; 0 for a folder.
    pub size: u64,
    /// Whether its owner may execute it.
    pub executable: bool,
}

impl Entry {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.kind == EntryKind::File
    }

    /// Whether it is a folder.
    pub fn is_directory(&self) -> bool {
        self.kind == EntryKind::Directory
    }
}

/// A read-only view of a folder.
pub trait Tree: Send + Sync {
    /// The entries of a folder, sorted by name. `.git` is not among them.
    fn list(&self, directory: &str) -> Result<Vec<Entry>>;

    /// The bytes of a regular file of at most `limit` bytes; a larger one is an error that names the limit.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>>;

    /// Everything below a folder, depth first and sorted by name, links not followed. More than
    /// [`MAX_WALK_ENTRIES`] entries are an error, so that nobody takes a part for the whole.
    fn walk(&self, directory: &str) -> Result<Vec<Entry>> {
        let mut found = Vec::new();
        let mut open = vec![(self.list(directory)?.into_iter(), 1_usize)];
        while let Some((entries, depth)) = open.last_mut() {
            let depth = *depth;
            let Some(entry) = entries.next() else {
                open.pop();
                continue;
            };
            if found.len() == MAX_WALK_ENTRIES || depth > MAX_WALK_DEPTH {
                return Err(too_large(directory));
            }
            if entry.is_directory() {
                open.push((self.list(&entry.path)?.into_iter(), depth + 1));
            }
            found.push(entry);
        }
        Ok(found)
    }

    /// The text of a UTF-8 file of at most `limit` bytes, without its byte order mark.
    fn read_text(&self, path: &str, limit: u64) -> Result<String> {
        let mut text = String::from_utf8(self.read(path, limit)?).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Error::new(ErrorKind::Failed, format!("{path}: it is no UTF-8 text (byte {at})."))
        })?;
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Ok(text)
    }
}

fn too_large(directory: &str) -> Error {
    let named = if directory.is_empty() { "the folder" } else { directory };
    let message = format!(
        "{named}: more than {MAX_WALK_ENTRIES} entries, or folders nested deeper than {MAX_WALK_DEPTH}."
    );
    Error::new(ErrorKind::Failed, message).with_hint("Point to a smaller folder.")
}

/// The error for a file above its limit.
pub(super) fn too_big(path: &str, size: u64, limit: u64) -> Error {
    Error::new(ErrorKind::Failed, format!("{path}: {size} bytes are above the limit of {limit} bytes."))
        .with_hint("Split the file, or leave it out.")
}

/// A path joined to a folder and cleaned of `.`, `..` and doubled slashes; nothing where it would leave the
/// root. A leading `/` starts at the root.
pub fn resolve(directory: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let base = if path.starts_with('/') { "" } else { directory };
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            // A NUL ends a path for the system and not for us: no file has one in its name.
            part if part.contains('\0') => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path; empty for an entry of the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_resolved_against_its_folder() {
        assert_eq!(resolve("a/b", "./c.yaml").as_deref(), Some("a/b/c.yaml"));
        assert_eq!(resolve("a/b", "../c//d/./e").as_deref(), Some("a/c/d/e"));
        assert_eq!(resolve("a/b", "/c").as_deref(), Some("c"));
        assert_eq!(resolve("", ".").as_deref(), Some(""));
    }

    #[test]
    fn a_path_that_leaves_the_root_is_refused_wherever_it_ends() {
        assert_eq!(resolve("a", "../../x"), None);
        assert_eq!(resolve("", "sub/../../x/y"), None);
        assert_eq!(resolve("", "a\0b"), None);
    }

    #[test]
    fn the_parent_of_an_entry_of_the_root_is_the_root() {
        assert_eq!((parent("a/b/c"), parent("c")), ("a/b", ""));
    }
}
