//! The remotes of the git work trees around and below a folder: what tells where somebody's repositories lie.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::work_tree::WorkTree;

/// Folders that are looked into.
const MAX_FOLDERS: usize = 2_000;

/// Folders below each other that are looked into.
const MAX_DEPTH: usize = 3;

/// Work trees and where they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remotes {
    /// The folder that the work trees lie in: the one above, where somebody stands in a work tree.
    pub folder: PathBuf,
    /// How many work trees there are.
    pub work_trees: usize,
    /// Host and owner of their remotes, with how many of them come from there.
    pub owners: BTreeMap<(String, String), usize>,
}

impl Remotes {
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
                if let Some((host, owner)) = tree.remote.as_deref().and_then(owner) {
                    *found.owners.entry((host, owner)).or_default() += 1;
                }
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
        found
    }
}

/// The host and the owner in an address such as `git@host:owner/name.git` or `https://host/owner/name`.
fn owner(remote: &str) -> Option<(String, String)> {
    let (host, path) = match remote.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        None => remote.split_once(':')?,
    };
    let host = host.rsplit('@').next()?.split(':').next()?;
    let (owner, _) = path.trim_start_matches('/').rsplit_once('/')?;
    (!host.is_empty() && !owner.is_empty()).then(|| (host.to_ascii_lowercase(), owner.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_read_off_addresses() {
        let told = |remote| owner(remote).map(|(host, owner)| format!("{host} {owner}"));
        assert_eq!(told("git@github.com:acme/pay.git").as_deref(), Some("github.com acme"));
        assert_eq!(told("ssh://git@git.example.com:2222/acme/pay").as_deref(), Some("git.example.com acme"));
        assert_eq!(
            told("https://gitlab.com/acme/platform/pay.git").as_deref(),
            Some("gitlab.com acme/platform")
        );
        assert_eq!(told("/srv/git/pay"), None);
    }

    #[test]
    fn work_trees_are_counted_by_owner_from_inside_and_from_above() {
        let dir = tempfile::tempdir().unwrap();
        for (name, remote) in
            [("a", "git@h.example:acme/a.git"), ("b", "git@h.example:acme/b.git"), ("c", "")]
        {
            let git = dir.path().join("src").join(name).join(".git");
            fs::create_dir_all(&git).unwrap();
            fs::write(git.join("HEAD"), "ref: refs/heads/main").unwrap();
            fs::write(git.join("config"), format!("[remote \"origin\"]\n\turl = {remote}\n")).unwrap();
        }
        let from_above = Remotes::around(&dir.path().join("src"));
        assert_eq!(from_above.work_trees, 3);
        assert_eq!(from_above.owners, [(("h.example".to_owned(), "acme".to_owned()), 2)].into());
        assert_eq!(Remotes::around(&dir.path().join("src/a")), from_above);
    }
}
