//! Watches the folders that a walk searches, so that a change is read when it is made.
//!
//! The system tells; nothing is asked again and again. A burst of changes is told once, when it is over. What
//! is watched follows what the last walk searched: what git ignores is not watched at all.

#![expect(
    clippy::disallowed_methods,
    reason = "source is a room that may read files and the clock of a limit"
)]

mod burst;
mod coverage;
mod notice;
#[cfg(target_os = "linux")]
#[path = "inotify.rs"]
mod notices;
#[cfg(not(target_os = "linux"))]
#[path = "untold.rs"]
mod notices;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, PipeReader, PipeWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use self::burst::Burst;
pub use self::coverage::Coverage;
use self::coverage::Limit;
use self::notice::{Notice, Woken};
use self::notices::Notices;
use super::walk::{Nearest, OUTPUTS};
use crate::source::names;

/// Folders of one source that are watched at the most, the nearest to its top. Each takes about a kilobyte of the system.
const MAX_FOLDERS: usize = 16_384;

/// The part of the watches that the system lets one user have that one source takes at the most: editors
/// need theirs too.
const SHARE: usize = 4;

/// Files whose names say nothing, such as `openapi.json`, and that are watched because a descriptor refers to
/// them.
const MAX_REFERRED: usize = 65_536;

/// Times of files are as exact as the ticks of the system's clock: so much older than a walk still counts as
/// changed since.
const TICK: Duration = Duration::from_millis(20);

/// Whether a folder is watched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Watched {
    /// A change is read when it is made.
    #[default]
    Yes,
    /// It is read when it is asked for.
    No,
}

/// The watch over one folder and everything in it that is searched. Ends when it is dropped.
#[derive(Debug)]
pub struct Watch {
    shared: Arc<Shared>,
    /// A byte wakes the thread, as a change does; the end of the pipe ends it.
    nudge: PipeWriter,
}

#[derive(Debug)]
struct Shared {
    notices: Notices,
    folders: Mutex<Folders>,
    has_changed: AtomicBool,
}

/// Whether something may have changed between the look at a folder and the beginning of its watch.
#[derive(Debug, PartialEq, Eq)]
enum Missed {
    Nothing,
    Something,
}

/// What is watched.
#[derive(Debug, Default)]
struct Folders {
    by_path: HashMap<Arc<Path>, i32>,
    by_watch: HashMap<i32, Arc<Path>>,
    /// Files that count whatever they are called.
    referred: HashSet<PathBuf>,
    coverage: Coverage,
    /// How long the last walk took.
    walk: Duration,
}

impl Watch {
    /// Watches nothing yet: the first walk says what there is. `changed` is called on a thread of the watch.
    pub fn start(changed: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (nudges, nudge) = io::pipe()?;
        let shared = Arc::new(Shared {
            notices: Notices::new()?,
            folders: Mutex::default(),
            has_changed: AtomicBool::new(false),
        });
        let listened = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || listened.listen(&nudges, &changed))?;
        Ok(Self { shared, nudge })
    }

    /// Whether something changed since it was last asked to forget that.
    pub fn has_changed(&self) -> bool {
        self.shared.has_changed.load(Ordering::Acquire)
    }

    /// Everything is about to be read: what changed so far will be among it.
    pub fn forget_changes(&self) {
        self.shared.has_changed.store(false, Ordering::Release);
    }

    /// How much of the folder is watched.
    pub fn coverage(&self) -> Coverage {
        self.shared.folders().coverage.clone()
    }

    /// How many folders a walk has to name.
    pub(super) fn room() -> Nearest {
        let share = notices::most_watches().map_or(MAX_FOLDERS, |most| most / SHARE);
        Nearest::new(MAX_FOLDERS.min(share).max(1))
    }

    /// Watches the folders that a walk has searched, and no others. What changed in them since the walk began
    /// is told as a change.
    pub(super) fn cover(&self, root: &Path, folders: Nearest, began: SystemTime) {
        if self.shared.cover(root, folders, began) == Missed::Something {
            // A thread that is gone has nobody to tell.
            let _ = (&self.nudge).write_all(b"!");
        }
    }

    /// A file that was looked at counts from now on, whatever it is called.
    pub(super) fn refer_to(&self, file: &Path) {
        let says_so = file.file_name().is_some_and(|name| names::is_shown(name.as_encoded_bytes()));
        if says_so {
            return;
        }
        let mut folders = self.shared.folders();
        if folders.referred.len() < MAX_REFERRED && !folders.referred.contains(file) {
            folders.referred.insert(file.to_owned());
        }
    }
}

impl Shared {
    fn folders(&self) -> MutexGuard<'_, Folders> {
        // A panic while holding the lock leaves at worst one folder out.
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cover(&self, root: &Path, folders: Nearest, began: SystemTime) -> Missed {
        let of = folders.of;
        let wanted: Vec<Arc<Path>> = folders.into_folders().map(Arc::from).collect();
        let mut limit = (wanted.len() < of).then_some(Limit::Own);
        let mut missed = Missed::Nothing;
        let mut watched = self.folders();
        watched.walk = began.elapsed().unwrap_or_default();
        watched.keep(&wanted, &self.notices);
        for folder in wanted {
            if watched.by_path.contains_key(&folder) {
                continue;
            }
            match self.notices.add(&folder) {
                Ok(watch) => {
                    if is_newer(&folder, began) {
                        missed = Missed::Something;
                    }
                    watched.by_path.insert(Arc::clone(&folder), watch);
                    watched.by_watch.insert(watch, folder);
                }
                Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                    limit = Some(Limit::System);
                    break;
                }
                // It is gone again, or may not be read, which the walk says.
                Err(_) => {}
            }
        }
        watched.coverage = Coverage::of(watched.by_path.len(), of, limit, root);
        missed
    }

    /// Waits for changes, for ever and at no cost, and tells of each burst of them once.
    fn listen(&self, nudges: &PipeReader, changed: &dyn Fn()) {
        let mut burst = Burst::default();
        loop {
            let limit = burst.due().map(|due| due.saturating_duration_since(Instant::now()));
            match self.notices.wait(nudges, limit) {
                Ok(Woken::Nudged) => burst.add(Instant::now()),
                Ok(Woken::Noticed) if self.take_notices() => burst.add(Instant::now()),
                Ok(Woken::Noticed | Woken::Late) => {}
                Ok(Woken::Ended) | Err(_) => return,
            }
            if burst.end(Instant::now(), self.folders().walk) {
                self.has_changed.store(true, Ordering::Release);
                changed();
            }
        }
    }

    /// Takes what the system has to say. Says whether any of it matters.
    fn take_notices(&self) -> bool {
        let mut matters = false;
        let mut folders = self.folders();
        self.notices.take(&mut |notice| match notice {
            Notice::Overflow => matters = true,
            Notice::Ended(watch) => folders.forget(watch),
            Notice::Folder(name) => matters |= !OUTPUTS.iter().any(|output| output.as_bytes() == name),
            Notice::File(watch, name) => matters |= names::is_shown(name) || folders.refers_to(watch, name),
        });
        matters
    }
}

impl Folders {
    /// Ends the watches of folders that are not wanted any more. They come first: a folder that was renamed
    /// has the same watch under its new name.
    fn keep(&mut self, wanted: &[Arc<Path>], notices: &Notices) {
        let wanted: HashSet<&Path> = wanted.iter().map(AsRef::as_ref).collect();
        let by_watch = &mut self.by_watch;
        self.by_path.retain(|folder, watch| {
            let is_wanted = wanted.contains(&**folder);
            if !is_wanted {
                notices.remove(*watch);
                by_watch.remove(watch);
            }
            is_wanted
        });
    }

    fn forget(&mut self, watch: i32) {
        if let Some(folder) = self.by_watch.remove(&watch) {
            self.by_path.remove(&folder);
        }
    }

    fn refers_to(&self, watch: i32, name: &[u8]) -> bool {
        let file = self.by_watch.get(&watch).zip(std::str::from_utf8(name).ok());
        file.is_some_and(|(folder, name)| self.referred.contains(&folder.join(name)))
    }
}

/// Whether something came, went or was renamed in a folder since a walk began.
fn is_newer(folder: &Path, began: SystemTime) -> bool {
    let modified = fs::symlink_metadata(folder).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| modified + TICK >= began)
}
