//! Walks a folder of repositories and names the descriptors and the work trees in it. Reads no file.
//!
//! What git ignores is left out, hidden folders are searched, links are not followed. A folder that cannot
//! be read is a trouble beside what was found, never the end of the walk.

#![expect(
    clippy::disallowed_methods,
    reason = "source is a room that may read files and the clock of a limit"
)]

use std::collections::BinaryHeap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::plain;
use crate::parallel::MAX_THREADS;
use crate::source::names::{self, IGNORE_FILE};

/// How far a walk goes before it says that it gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Folders below each other.
    pub depth: usize,
    /// Files and folders that are looked at.
    pub entries: usize,
    /// Time for the walk.
    pub time: Duration,
}

impl Limits {
    /// For a folder that somebody named: 2,000 large repositories fit, a whole disk does not.
    pub const NAMED: Self = Self { depth: 24, entries: 5_000_000, time: Duration::from_mins(2) };

    /// For the folder that somebody happens to stand in, which may be a home folder on a slow disk.
    pub const FOUND: Self = Self { depth: 8, entries: 300_000, time: Duration::from_secs(5) };
}

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Files that are descriptors by their name, sorted.
    pub(super) descriptors: Vec<PathBuf>,
    /// Files called CODEOWNERS, in no order.
    pub(super) code_owners: Vec<PathBuf>,
    /// Roots of work trees, sorted.
    pub(super) work_trees: Vec<PathBuf>,
    /// Folders that were searched, where they are wanted.
    pub(super) folders: Nearest,
    /// What could not be looked at, and why.
    pub(super) troubles: Vec<Trouble>,
}

/// The folders that lie nearest to the top, up to so many.
#[derive(Debug, Default)]
pub(super) struct Nearest {
    /// How many are kept.
    most: usize,
    /// The deepest first.
    kept: BinaryHeap<(usize, PathBuf)>,
    /// How many there are in all.
    pub(super) of: usize,
}

impl Nearest {
    /// Keeps up to so many folders.
    pub(super) fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    fn take(&mut self, depth: usize, folder: &Path) {
        self.of += 1;
        let is_nearer = || self.kept.peek().is_some_and(|(deepest, _)| depth < *deepest);
        if self.kept.len() < self.most || is_nearer() {
            self.kept.push((depth, folder.to_owned()));
        }
        if self.kept.len() > self.most {
            self.kept.pop();
        }
    }

    /// The folders, the nearest to the top first.
    pub(super) fn into_folders(self) -> impl Iterator<Item = PathBuf> {
        self.kept.into_sorted_vec().into_iter().map(|(_, folder)| folder)
    }
}

/// A place that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    /// A folder or a file could not be read.
    Unreadable(PathBuf, String),
    /// Something with a descriptor's name is no regular file.
    NoFile(PathBuf),
    /// The walk ended early.
    GaveUp(String),
}

#[derive(Default)]
struct Shared {
    walked: Mutex<Walked>,
    keeps_folders: bool,
    seen: AtomicUsize,
    stopped: AtomicBool,
}

impl Shared {
    fn note(&self, change: impl FnOnce(&mut Walked)) {
        // A panic while holding the lock leaves at worst one entry out; what was found stays usable.
        change(&mut self.walked.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn give_up(&self, why: String) -> WalkState {
        if !self.stopped.swap(true, Ordering::Relaxed) {
            self.note(|walked| walked.troubles.push(Trouble::GaveUp(why)));
        }
        WalkState::Quit
    }
}

/// Walks a folder. The folders that it searches are gathered in `folders`; `cancelled` is asked all the time
/// and ends the walk.
pub(super) fn walk(
    root: &Path,
    limits: Limits,
    folders: Nearest,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Walked {
    let keeps_folders = folders.most > 0;
    let walked = Mutex::new(Walked { folders, ..Walked::default() });
    let shared = Arc::new(Shared { walked, keeps_folders, ..Shared::default() });
    let start = Instant::now();
    builder(root, limits, Arc::clone(&shared)).build_parallel().run(|| {
        Box::new(|entry| {
            if cancelled() {
                return WalkState::Quit;
            }
            if shared.seen.fetch_add(1, Ordering::Relaxed) >= limits.entries {
                return shared.give_up(format!("more than {} files and folders", limits.entries));
            }
            if start.elapsed() > limits.time {
                return shared.give_up(format!("it took longer than {} s", limits.time.as_secs()));
            }
            match entry {
                Ok(entry) => visit(&entry, limits, &shared),
                Err(error) => shared.note(|walked| walked.troubles.extend(trouble(&error, root))),
            }
            WalkState::Continue
        })
    });
    let mut walked = Walked::default();
    shared.note(|found| walked = std::mem::take(found));
    walked.descriptors.sort();
    walked.work_trees.sort();
    walked.troubles.sort();
    walked
}

fn builder(root: &Path, limits: Limits, shared: Arc<Shared>) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder
        .threads(MAX_THREADS)
        .max_depth(Some(limits.depth))
        .follow_links(false)
        .hidden(false)
        .ignore(false)
        .git_global(false)
        .add_custom_ignore_filename(IGNORE_FILE)
        .filter_entry(move |entry| {
            if entry.depth() > 0 && entry.file_name() == ".git" {
                if let Some(parent) = entry.path().parent() {
                    shared.note(|walked| walked.work_trees.push(parent.to_owned()));
                }
                return false;
            }
            entry.depth() == 0 || !is_output(entry)
        });
    builder
}

/// Folders that tools fill, whatever lies beside them.
pub(super) const OUTPUTS: [&str; 14] = [
    ".hg",
    ".svn",
    ".jj",
    "node_modules",
    "bower_components",
    ".terraform",
    ".venv",
    "__pycache__",
    ".tox",
    ".gradle",
    ".cache",
    ".cargo",
    ".npm",
    ".rustup",
];

/// Folders that tools fill: no descriptor of their own, and often more files than everything else.
fn is_output(entry: &DirEntry) -> bool {
    if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return false;
    }
    match entry.file_name().to_str() {
        Some(name) if OUTPUTS.contains(&name) => true,
        Some("target") => entry.path().parent().is_some_and(|parent| {
            ["Cargo.toml", "pom.xml", "build.sbt"].iter().any(|build| parent.join(build).exists())
        }),
        _ => false,
    }
}

fn visit(entry: &DirEntry, limits: Limits, shared: &Shared) {
    let Some(kind) = entry.file_type() else { return };
    if kind.is_dir() && entry.depth() == limits.depth {
        let why = format!("folders below {} levels are not searched", limits.depth);
        shared.note(|walked| walked.troubles.push(Trouble::Unreadable(entry.path().to_owned(), why)));
        return;
    }
    if kind.is_dir() && shared.keeps_folders {
        shared.note(|walked| walked.folders.take(entry.depth(), entry.path()));
    }
    if kind.is_dir() || !is_candidate(entry.file_name().as_encoded_bytes()) {
        return;
    }
    let path = entry.path().to_owned();
    if names::is_code_owners(entry.file_name().as_encoded_bytes()) {
        if kind.is_file() {
            shared.note(|walked| walked.code_owners.push(entry.path().to_owned()));
        }
        return;
    }
    if !kind.is_file() {
        return shared.note(|walked| walked.troubles.push(Trouble::NoFile(path)));
    }
    shared.note(|walked| walked.descriptors.push(path));
}

fn is_candidate(name: &[u8]) -> bool {
    names::is_descriptor(name) || names::is_near(name) || names::is_code_owners(name)
}

fn trouble(error: &ignore::Error, root: &Path) -> Option<Trouble> {
    let io = error.io_error()?;
    // What vanished between its listing and the look at it is not there, as if we had come later.
    if io.kind() == io::ErrorKind::NotFound && path_of(error).is_some_and(|path| path != root) {
        return None;
    }
    Some(Trouble::Unreadable(path_of(error).unwrap_or(root).to_owned(), plain(io)))
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn touch(root: &Path, path: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }

    fn found(root: &Path, limits: Limits) -> (Vec<String>, Walked) {
        let walked = walk(root, limits, Nearest::new(10), &|| false);
        let names = walked
            .descriptors
            .iter()
            .map(|path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned())
            .collect();
        (names, walked)
    }

    #[test]
    fn hidden_folders_are_searched_and_ignored_ones_are_not() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "one/.git/catalog-info.yaml",
            "one/.backstage/catalog-info.yml",
            "one/build/catalog-info.yaml",
            "one/target/catalog-info.yaml",
            "one/node_modules/x/catalog-info.yaml",
            "one/x/README.md",
            "target/catalog-info.yaml",
            "two/payments.catalog-info.yaml",
            "two/samples/catalog-info.yaml",
        ] {
            touch(dir.path(), path);
        }
        fs::write(dir.path().join("one/.gitignore"), "/build\n").unwrap();
        fs::write(dir.path().join("two/.callboardignore"), "/samples\n").unwrap();
        touch(dir.path(), "one/Cargo.toml");
        let (names, walked) = found(dir.path(), Limits::NAMED);
        assert_eq!(
            names,
            ["one/.backstage/catalog-info.yml", "target/catalog-info.yaml", "two/payments.catalog-info.yaml"]
        );
        assert_eq!(walked.work_trees, [dir.path().join("one")]);
        assert_eq!(walked.troubles, []);
    }

    #[test]
    fn a_walk_that_ends_early_says_so() {
        let dir = tempfile::tempdir().unwrap();
        (0..20).for_each(|i| touch(dir.path(), &format!("d{i}/catalog-info.yaml")));
        let (_, walked) = found(dir.path(), Limits { entries: 5, ..Limits::NAMED });
        assert_eq!(walked.troubles, [Trouble::GaveUp("more than 5 files and folders".to_owned())]);
    }

    #[test]
    fn folders_below_the_depth_are_named() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), "a/b/c/catalog-info.yaml");
        let (names, walked) = found(dir.path(), Limits { depth: 2, ..Limits::NAMED });
        assert!(names.is_empty());
        assert_eq!(walked.troubles.len(), 1);
    }

    #[test]
    fn the_folders_that_are_kept_are_the_nearest_to_the_top() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["a/b/c/x", "d/e/x", "f/x", "node_modules/x/x", "f/.git/x"] {
            touch(dir.path(), path);
        }
        let folders = walk(dir.path(), Limits::NAMED, Nearest::new(4), &|| false).folders;
        assert_eq!(folders.of, 7);
        let kept: Vec<_> = folders.into_folders().collect();
        let expected = ["", "a", "d", "f"].map(|path| dir.path().join(path));
        assert_eq!(kept[1..], expected[1..]);
        assert!(walk(dir.path(), Limits::NAMED, Nearest::default(), &|| false).folders.of == 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_said_to_be_no_file() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), "a/catalog-info.yaml");
        std::os::unix::fs::symlink("..", dir.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink("a/catalog-info.yaml", dir.path().join("catalog-info.yaml")).unwrap();
        let (names, walked) = found(dir.path(), Limits::NAMED);
        assert_eq!(names, ["a/catalog-info.yaml"]);
        assert_eq!(walked.troubles, [Trouble::NoFile(dir.path().join("catalog-info.yaml"))]);
    }
}
