//! A folder of repositories on the disk, as a scan reads it.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read files")]

mod stamp;
mod walk;
pub mod watch;

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

pub use walk::Limits;

use self::stamp::Stamp;
use self::walk::{Nearest, Trouble, walk};
use self::watch::Watch;
use super::directory_tree::{DirectoryTree, RegularFile};
use super::scan::{Folder, Look, Repositories, Survey};
use super::tree::{Entry, Tree, parent};
use super::work_tree::WorkTree;
use crate::catalog::Repository;
use crate::error::{Error, ErrorKind, Result};

/// A folder of repositories on the disk.
#[derive(Debug)]
pub struct Directory {
    tree: DirectoryTree,
    limits: Limits,
    /// Folders that the search came to without following a link, so that their files need no second look
    /// at each part of their path.
    walked: OnceLock<HashSet<String>>,
    /// Told what is searched and read, so that it watches that.
    watch: Option<Arc<Watch>>,
}

impl Directory {
    /// The folder at a path, searched as far as the limits say.
    pub fn new(root: &Path, limits: Limits) -> Result<Self> {
        Ok(Self { tree: DirectoryTree::new(root)?, limits, walked: OnceLock::new(), watch: None })
    }

    /// The same folder with a watch, which from now on watches what is searched and read here.
    #[must_use]
    pub fn watched(self, watch: Option<Arc<Watch>>) -> Self {
        Self { watch, ..self }
    }

    /// The folder that a path stands for: itself, or that of the repository around a file, with the path of
    /// the file below it.
    pub fn around(path: &Path, limits: Limits) -> Result<(Self, Option<String>)> {
        let real = fs::canonicalize(path).map_err(|error| Error::io(path.display(), &error))?;
        if real.is_dir() {
            return Ok((Self::new(&real, limits)?, None));
        }
        let folder = real.parent().unwrap_or(&real);
        let repository = folder.ancestors().find(|folder| folder.join(".git").exists());
        let directory = Self::new(repository.unwrap_or(folder), limits)?;
        let file = directory.relative(&real).ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("{}: its path is no UTF-8 text.", path.display()))
        })?;
        Ok((directory, Some(file)))
    }

    /// The folder, free of links.
    pub fn root(&self) -> &Path {
        self.tree.root()
    }

    /// Whether nothing at all lies in it, as where nothing is mounted.
    pub fn is_empty(&self) -> bool {
        fs::read_dir(self.root()).is_ok_and(|mut entries| entries.next().is_none())
    }

    /// The place of a path that the search came to, where only the last part may be a link.
    fn walked(&self, path: &str) -> Option<PathBuf> {
        let is_walked = self.walked.get().is_some_and(|walked| walked.contains(parent(path)));
        is_walked.then(|| self.tree.root().join(path))
    }

    /// What is at the real place of a path, if it may be read.
    fn metadata(&self, path: &str) -> Option<Metadata> {
        let walked = self.walked(path).and_then(|place| fs::symlink_metadata(place).ok());
        if let Some(found) = walked.filter(|found| !found.is_symlink()) {
            return Some(found);
        }
        fs::symlink_metadata(self.tree.place(path).ok()?).ok()
    }

    /// Opens the file at the real place of a path, if it may be read.
    fn open(&self, path: &str) -> Result<RegularFile> {
        if let Some(file) = self.open_walked(path) {
            return Ok(file);
        }
        RegularFile::open(&self.tree.place(path)?).map_err(|error| Error::io(path, &error))
    }

    /// Opens a file that the search came to. A link in the last part is not opened here.
    fn open_walked(&self, path: &str) -> Option<RegularFile> {
        RegularFile::open(&self.walked(path)?).ok()
    }

    /// Takes note that a file is a part of what is shown.
    fn note(&self, path: &str) {
        if let Some(watch) = &self.watch {
            watch.refer_to(&self.tree.root().join(path));
        }
    }

    /// A path of the disk as one below the folder.
    fn relative(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(self.tree.root()).ok()?.to_str()?;
        Some(if std::path::MAIN_SEPARATOR == '/' { below.to_owned() } else { below.replace('\\', "/") })
    }

    fn repositories(&self, work_trees: &[PathBuf]) -> Repositories {
        let below = work_trees.iter().filter_map(|folder| {
            Some(repository(WorkTree::at(folder)?, self.relative(folder)?, String::new()))
        });
        let mut all: Vec<_> = below.collect();
        if all.iter().all(|repository| !repository.root.is_empty()) {
            all.extend(self.repository_above());
        }
        Repositories::new(all)
    }

    /// The work tree that the folder is a part of.
    fn repository_above(&self) -> Option<Arc<Repository>> {
        let root = self.tree.root();
        let (folder, facts) =
            root.ancestors().skip(1).find_map(|folder| Some((folder, WorkTree::at(folder)?)))?;
        let prefix = root.strip_prefix(folder).ok()?.to_str()?.to_owned();
        Some(repository(facts, String::new(), prefix))
    }
}

fn repository(facts: WorkTree, root: String, prefix: String) -> Arc<Repository> {
    let WorkTree { remote, commit, branch } = facts;
    Arc::new(Repository { root, remote, commit, branch, prefix })
}

impl Folder for Directory {
    fn survey(&self, cancelled: &(dyn Fn() -> bool + Sync)) -> Survey {
        let began = SystemTime::now();
        let room = self.watch.as_ref().map_or_else(Nearest::default, |_| Watch::room());
        let mut walked = walk(self.tree.root(), self.limits, room, cancelled);
        if let Some(watch) = self.watch.as_ref().filter(|_| !cancelled()) {
            watch.cover(self.tree.root(), std::mem::take(&mut walked.folders), began);
        }
        let mut survey = Survey { repositories: self.repositories(&walked.work_trees), ..Survey::default() };
        for path in walked.descriptors {
            match self.relative(&path) {
                Some(path) => survey.descriptors.push(path),
                None => survey.unreadable.push((self.lossy(&path), "its path is no UTF-8 text".to_owned())),
            }
        }
        survey.code_owners = walked.code_owners.iter().filter_map(|path| self.relative(path)).collect();
        let found = survey.descriptors.iter().chain(&survey.code_owners);
        let folders = found.map(|path| parent(path).to_owned());
        // A later survey of the same folder finds the same or less; the first one's folders stay checked.
        let _ = self.walked.set(folders.collect());
        for trouble in walked.troubles {
            match trouble {
                Trouble::Unreadable(path, why) => survey.unreadable.push((self.lossy(&path), why)),
                Trouble::NoFile(path) => {
                    let why = "it is a link, a pipe or a device, and those are not followed".to_owned();
                    survey.unreadable.push((self.lossy(&path), why));
                }
                Trouble::GaveUp(why) => survey.gave_up = Some(why),
            }
        }
        survey
    }

    fn repositories_around(&self, path: &str) -> Repositories {
        let place = self.tree.root().join(path);
        let folders = place.ancestors().skip(1).take_while(|folder| folder.starts_with(self.tree.root()));
        self.repositories(&folders.map(Path::to_owned).collect::<Vec<_>>())
    }

    fn look(&self, path: &str) -> Look {
        // Also where nothing is, for it may come.
        self.note(path);
        match self.metadata(path) {
            Some(metadata) if metadata.is_file() => look_of(&metadata),
            Some(_) => Look::NoFile,
            None => Look::Missing,
        }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, String> {
        self.open(path).and_then(|file| file.read(path, limit)).map_err(|error| reason(&error, path))
    }

    fn look_and_read(&self, path: &str, limit: u64) -> (Look, Result<Vec<u8>, String>) {
        match self.open_walked(path) {
            Some(file) => {
                self.note(path);
                let look = look_of(&file.metadata);
                (look, file.read(path, limit).map_err(|error| reason(&error, path)))
            }
            None => (self.look(path), self.read(path, limit)),
        }
    }

    fn files_below(&self, directory: &str) -> Result<Vec<String>, String> {
        let entries = self.tree.walk(directory).map_err(|error| error.message().to_owned())?;
        Ok(entries.into_iter().filter(Entry::is_file).map(|entry| entry.path).collect())
    }
}

impl Directory {
    fn lossy(&self, path: &Path) -> String {
        path.strip_prefix(self.tree.root()).unwrap_or(path).to_string_lossy().into_owned()
    }
}

/// What a look at a regular file says.
fn look_of(metadata: &Metadata) -> Look {
    Look::File { size: metadata.len(), validator: Stamp::of(metadata).to_string() }
}

/// Why a file could not be read, as the end of a sentence that names it.
fn reason(error: &Error, path: &str) -> String {
    let message = error.message().trim_end_matches('.');
    message.strip_prefix(path).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(message).to_owned()
}

/// Why something could not be read, in words.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_beside_a_descriptor_is_followed_within_the_repository_only() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("src");
        fs::create_dir_all(root.join("a/.git")).unwrap();
        fs::write(root.join("a/.git/HEAD"), "ref: refs/heads/main").unwrap();
        fs::write(root.join("a/catalog-info.yaml"), "x").unwrap();
        fs::write(dir.path().join("outside"), "canary").unwrap();
        symlink("catalog-info.yaml", root.join("a/inner.yaml")).unwrap();
        symlink("../../outside", root.join("a/outer.yaml")).unwrap();
        let folder = Directory::new(&root, Limits::NAMED).unwrap();
        let survey = folder.survey(&|| false);
        assert_eq!(survey.descriptors, ["a/catalog-info.yaml"]);
        assert_eq!(survey.repositories.around("a/x").unwrap().branch.as_deref(), Some("main"));
        assert_eq!(folder.read("a/inner.yaml", 10).unwrap(), b"x");
        assert_eq!(folder.look("a/outer.yaml"), Look::Missing);
        assert_eq!(folder.look("a"), Look::NoFile);
        assert!(folder.read("a/outer.yaml", 10).is_err());
        for path in ["a/catalog-info.yaml", "a/inner.yaml", "a/outer.yaml", "a", "a/gone"] {
            let apart = (folder.look(path), folder.read(path, 10));
            assert_eq!(folder.look_and_read(path, 10), apart, "{path}");
        }
    }

    #[test]
    fn a_part_of_a_work_tree_knows_the_whole() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join(".git")).unwrap();
        fs::write(dir.path().join(".git/HEAD"), "ref: refs/heads/main").unwrap();
        fs::create_dir_all(dir.path().join("services/pay")).unwrap();
        let folder = Directory::new(&dir.path().join("services"), Limits::NAMED).unwrap();
        let repositories = folder.survey(&|| false).repositories;
        let found = repositories.around("pay/catalog-info.yaml").unwrap();
        assert_eq!((found.root.as_str(), found.prefix.as_str()), ("", "services"));
    }
}
