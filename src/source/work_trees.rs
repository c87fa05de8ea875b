//! The git work trees around and below a folder: what tells where somebody's repositories lie.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read files")]

use std::fs;
use std::path::{Path, PathBuf};

use super::work_tree::WorkTree;

/// Folders that are looked into.
const MAX_FOLDERS: usize = 2_000;

/// Folders below each other that are looked into.
const MAX_DEPTH: usize = 3;

/// Work trees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkTrees {
    /// The folder that the work trees lie in: the one above, where somebody stands in a work tree.
    pub folder: PathBuf,
    /// How many work trees there are.
    pub work_trees: usize,
    /// Where they come from, each address once, without credentials. Foreign text.
    pub remotes: Vec<String>,
}

impl WorkTrees {
    /// Looks around a folder.
    pub fn around(folder: &Path) -> Self {
        let inside = folder.ancestors().find(|folder| folder.join(".git").exists());
        let folder = inside.and_then(Path::parent).unwrap_or(folder);
        let mut found = Self { folder: folder.to_owned(), ..Self::default() };
        let mut folders = vec![(folder.to_owned(), 0)];
        let mut looked = 0;
        while let Some((folder, depth)) = folders.pop() {
            looked += 1;
            if let Some(tree) = WorkTree::at(&folder) {
                found.work_trees += 1;
                found.remotes.extend(tree.remote.filter(|remote| !remote.is_empty()));
                continue;
            }
            if depth == MAX_DEPTH || looked >= MAX_FOLDERS {
                continue;
            }
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            let inner = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            let inner = inner.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
            folders.extend(inner.map(|entry| (entry.path(), depth + 1)).take(MAX_FOLDERS));
        }
        found.remotes.sort();
        found.remotes.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_trees_are_counted_from_inside_and_from_above() {
        let dir = tempfile::tempdir().unwrap();
        for (name, remote) in
            [("a", "git@h.example:acme/a.git"), ("b", "git@h.example:acme/b.git"), ("c", "")]
        {
            let git = dir.path().join("src").join(name).join(".git");
            fs::create_dir_all(&git).unwrap();
            fs::write(git.join("HEAD"), "ref: refs/heads/main").unwrap();
            fs::write(git.join("config"), format!("[remote \"origin\"]\n\turl = {remote}\n")).unwrap();
        }
        let from_above = WorkTrees::around(&dir.path().join("src"));
        assert_eq!(from_above.work_trees, 3);
        assert_eq!(from_above.remotes, ["git@h.example:acme/a.git", "git@h.example:acme/b.git"]);
        assert_eq!(WorkTrees::around(&dir.path().join("src/a")), from_above);
    }
}
