//! A real folder as a tree. Symbolic links are followed only to what lies in the same repository, pipes and
//! devices are never opened, and nothing in a `.git` is read.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read files")]

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::tree::{Entry, EntryKind, Tree, resolve, too_big};
use crate::error::{Error, ErrorKind, Result};

/// A folder on the disk.
#[derive(Debug, Clone)]
pub struct DirectoryTree {
    /// Free of links and dots, so that a resolved path can be compared with it.
    root: PathBuf,
}

impl DirectoryTree {
    /// The tree below a folder.
    pub fn new(root: &Path) -> Result<Self> {
        let failed = |error: io::Error| Error::io(format_args!("The folder {}", root.display()), &error);
        let canonical = fs::canonicalize(root).map_err(failed)?;
        if !fs::metadata(&canonical).map_err(failed)?.is_dir() {
            return Err(Error::new(ErrorKind::Usage, format!("{} is no folder.", root.display())));
        }
        Ok(Self { root: canonical })
    }

    /// The folder, free of links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The real place of a path, if that lies in the tree, in the same repository and in no `.git`.
    pub(super) fn place(&self, path: &str) -> Result<PathBuf> {
        let clean = resolve("", path).ok_or_else(|| leaves(path))?;
        let lexical = self.root.join(&clean);
        let real = fs::canonicalize(&lexical).map_err(|error| Error::io(path, &error))?;
        let below = real.strip_prefix(&self.root).map_err(|_| leaves(path))?;
        if below.components().any(|part| part == Component::Normal(".git".as_ref())) {
            return Err(leaves(path));
        }
        if real != lexical && self.repository(&real) != self.repository(&lexical) {
            return Err(leaves(path));
        }
        Ok(real)
    }

    /// The nearest folder around a path, not above the root, that holds a `.git`.
    fn repository(&self, path: &Path) -> Option<PathBuf> {
        path.ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(&self.root))
            .find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())
            .map(Path::to_owned)
    }
}

impl Tree for DirectoryTree {
    fn list(&self, directory: &str) -> Result<Vec<Entry>> {
        let clean = resolve("", directory).ok_or_else(|| leaves(directory))?;
        let failed = |error: io::Error| Error::io(format_args!("The folder {directory}"), &error);
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.place(&clean)?).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // What vanished since it was listed is not there.
            let Ok(metadata) = entry.metadata() else { continue };
            if entry.file_name() == ".git" {
                continue;
            }
            entries.push(described(&clean, &entry, &metadata));
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        let file = RegularFile::open(&self.place(path)?).map_err(|error| Error::io(path, &error))?;
        file.read(path, limit)
    }
}

fn described(directory: &str, entry: &fs::DirEntry, metadata: &Metadata) -> Entry {
    let name = entry.file_name();
    let readable = name.to_str().is_some();
    let name = name.to_string_lossy();
    let kind = if !readable {
        EntryKind::Other
    } else if metadata.is_symlink() {
        let target = fs::read_link(entry.path()).unwrap_or_default();
        EntryKind::Symlink(target.to_string_lossy().into_owned())
    } else if metadata.is_dir() {
        EntryKind::Directory
    } else if metadata.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    };
    let size = if kind == EntryKind::File { metadata.len() } else { 0 };
    let path = if directory.is_empty() { name.into_owned() } else { format!("{directory}/{name}") };
    Entry { path, executable: kind == EntryKind::File && is_executable(metadata), kind, size }
}

fn leaves(path: &str) -> Error {
    Error::new(ErrorKind::Refused, format!("{path}: it leads out of its repository."))
        .with_hint("Only files of the same repository are read.")
}

/// A regular file that was opened.
pub(super) struct RegularFile {
    /// What it was like then.
    pub(super) metadata: Metadata,
    file: File,
}

impl RegularFile {
    /// Opens a file: never through a link in the last place, never a pipe that would keep us waiting.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = File::options();
        options.read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.custom_flags(
                (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits().cast_signed(),
            );
        }
        let file = options.open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_file() {
            return Ok(Self { metadata, file });
        }
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))
    }

    /// Its bytes, at most `limit`, though it may grow meanwhile; errors call it by `path`.
    pub(super) fn read(mut self, path: &str, limit: u64) -> Result<Vec<u8>> {
        let size = self.metadata.len();
        if size > limit {
            return Err(too_big(path, size, limit));
        }
        let mut bytes = vec![0; size as usize + 1];
        let first = self.file.read(&mut bytes).ok();
        bytes.truncate(first.unwrap_or_default());
        // One that is as long as it was ends there; any other is read until it says so.
        if first != Some(size as usize) {
            let rest = (limit + 1).saturating_sub(bytes.len() as u64);
            self.file.take(rest).read_to_end(&mut bytes).map_err(|error| Error::io(path, &error))?;
        }
        if bytes.len() as u64 > limit {
            return Err(too_big(path, bytes.len() as u64, limit));
        }
        Ok(bytes)
    }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &Metadata) -> bool {
    false
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder() -> (tempfile::TempDir, DirectoryTree) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("tree/docs")).unwrap();
        fs::write(dir.path().join("tree/docs/index.md"), "# Hello").unwrap();
        fs::write(dir.path().join("secret"), "canary").unwrap();
        let tree = DirectoryTree::new(&dir.path().join("tree")).unwrap();
        (dir, tree)
    }

    #[test]
    fn a_file_is_listed_and_read() {
        let (_dir, tree) = folder();
        let paths: Vec<String> = tree.walk("").unwrap().into_iter().map(|entry| entry.path).collect();
        assert_eq!(paths, ["docs", "docs/index.md"]);
        assert_eq!(tree.read_text("docs/../docs/index.md", 100).unwrap(), "# Hello");
    }

    #[test]
    fn a_file_above_the_limit_is_refused_with_the_limit() {
        let (_dir, tree) = folder();
        let error = tree.read("docs/index.md", 3).unwrap_err();
        assert!(error.message().contains("limit of 3 bytes"), "{error}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_is_read_to_its_end_whatever_size_it_says() {
        let file = RegularFile::open(Path::new("/proc/self/status")).unwrap();
        assert_eq!(file.metadata.len(), 0);
        assert!(file.read("status", 1 << 20).unwrap().ends_with(b"\n"));
        let file = RegularFile::open(Path::new("/proc/self/status")).unwrap();
        assert!(file.read("status", 16).unwrap_err().message().contains("limit of 16 bytes"));
    }

    #[test]
    fn nothing_outside_is_read() {
        let (dir, tree) = folder();
        symlink(dir.path().join("secret"), tree.root().join("link")).unwrap();
        symlink("..", tree.root().join("up")).unwrap();
        for path in ["../secret", "/../secret", "docs/../../secret", "link", "up/secret"] {
            assert_eq!(tree.read(path, 100).unwrap_err().kind(), ErrorKind::Refused, "{path}");
        }
        assert!(tree.list("up").is_err());
    }

    #[test]
    fn a_link_within_the_repository_is_followed_and_one_to_its_neighbour_is_not() {
        let (_dir, tree) = folder();
        fs::create_dir_all(tree.root().join("one/.git")).unwrap();
        fs::create_dir_all(tree.root().join("two/.git")).unwrap();
        fs::write(tree.root().join("one/a"), "a").unwrap();
        symlink("a", tree.root().join("one/b")).unwrap();
        symlink("../one/a", tree.root().join("two/c")).unwrap();
        symlink(".git", tree.root().join("two/git")).unwrap();
        assert_eq!(tree.read("one/b", 100).unwrap(), b"a");
        assert!(tree.read("two/c", 100).is_err());
        assert!(tree.list("two/git").is_err());
    }

    #[test]
    fn links_in_a_circle_end() {
        let (_dir, tree) = folder();
        symlink("loop", tree.root().join("loop")).unwrap();
        symlink("..", tree.root().join("docs/up")).unwrap();
        assert!(tree.read("loop", 100).is_err());
        assert_eq!(tree.walk("").unwrap().len(), 4);
    }

    #[test]
    fn a_pipe_is_no_file_and_does_not_block() {
        let (_dir, tree) = folder();
        let fifo = tree.root().join("catalog-info.yaml");
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
            .unwrap();
        assert_eq!(tree.list("").unwrap()[0].kind, EntryKind::Other);
        assert!(tree.read("catalog-info.yaml", 100).unwrap_err().message().contains("no regular file"));
    }
}
