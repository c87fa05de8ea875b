//! What a scan asks of a folder, be it on a disk or in the binary.

use std::sync::Arc;

use crate::catalog::Repository;

/// A folder of repositories.
pub trait Folder: Sync {
    /// Searches the folder. `cancelled` is asked all the time and ends the search.
    fn survey(&self, cancelled: &(dyn Fn() -> bool + Sync)) -> Survey;

    /// The repositories around a path, where nothing is searched.
    fn repositories_around(&self, path: &str) -> Repositories;

    /// What is at a path, without reading it. A path that leads out of its repository is missing.
    fn look(&self, path: &str) -> Look;

    /// The bytes of a file of at most `limit` bytes, else why there are none, as the end of a sentence.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, String>;

    /// What is at a path, and then its bytes as [`Self::read`] gives them: in one go where that is cheaper.
    fn look_and_read(&self, path: &str, limit: u64) -> (Look, Result<Vec<u8>, String>) {
        (self.look(path), self.read(path, limit))
    }

    /// The paths of all files below a folder, sorted, for patterns. Too many are an error, in words.
    fn files_below(&self, directory: &str) -> Result<Vec<String>, String>;

    /// Whether a file is one entity as JSON, as a server gave it, and no descriptor that somebody wrote.
    fn holds_json(&self, _path: &str) -> bool {
        false
    }
}

/// What a search of a folder found.
#[derive(Debug, Default)]
pub struct Survey {
    /// The paths of files that are descriptors by their name, sorted.
    pub descriptors: Vec<String>,
    /// The paths of files called CODEOWNERS.
    pub code_owners: Vec<String>,
    /// The repositories in it.
    pub repositories: Repositories,
    /// Places that could not be looked at: path, and why, as the end of a sentence.
    pub unreadable: Vec<(String, String)>,
    /// Why the search ended before its end.
    pub gave_up: Option<String>,
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// A file of so many bytes; the validator differs when the file does.
    File {
        /// Bytes.
        size: u64,
        /// What tells a changed file from an unchanged one.
        validator: String,
    },
    /// A folder, a pipe or a device.
    NoFile,
    /// Nothing, or nothing that may be read.
    Missing,
}

impl Look {
    /// What tells whether it changes; empty where it is no file.
    pub(super) fn validator(&self) -> &str {
        match self {
            Self::File { validator, .. } => validator,
            Self::NoFile | Self::Missing => "",
        }
    }
}

/// The repositories of a folder, found by the paths of their files.
#[derive(Debug, Default, Clone)]
pub struct Repositories {
    /// By root below the folder, sorted.
    inner: Vec<Arc<Repository>>,
}

impl Repositories {
    /// These repositories.
    pub fn new(mut repositories: Vec<Arc<Repository>>) -> Self {
        repositories.sort_by(|a, b| a.root.cmp(&b.root));
        Self { inner: repositories }
    }

    /// The innermost repository around a path.
    pub fn around(&self, path: &str) -> Option<&Arc<Repository>> {
        let mut folder = path;
        loop {
            folder = super::super::tree::parent(folder);
            if let Ok(at) = self.inner.binary_search_by(|it| it.root.as_str().cmp(folder)) {
                return Some(&self.inner[at]);
            }
            if folder.is_empty() {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_repository_is_found() {
        let repository = |root: &str| {
            let root = root.to_owned();
            Arc::new(Repository { root, remote: None, commit: None, branch: None, prefix: String::new() })
        };
        let all = Repositories::new(vec![repository("b"), repository("b/sub"), repository("a-b")]);
        let around = |path: &str| all.around(path).map(|found| found.root.as_str());
        assert_eq!(around("b/x/y.yaml"), Some("b"));
        assert_eq!(around("b/sub/y.yaml"), Some("b/sub"));
        assert_eq!(around("a/y.yaml"), None);
        assert_eq!(around("y.yaml"), None);
    }
}
