//! What Linux says of changes in folders.
//!
//! Asked of the system itself: a folder that is only read must wake nobody, or the reading that a change leads
//! to would be the next change. Libraries that watch everywhere ask for openings too.

use std::io::{self, PipeReader, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;

use super::notice::{Notice, Woken};

/// Bytes of notices that are taken at once: some hundred of them.
const NOTICES: usize = 8 << 10;

/// The limit on watches of one user.
const MOST: &str = "/proc/sys/fs/inotify/max_user_watches";

/// The notices of the folders that are watched.
#[derive(Debug)]
pub(super) struct Notices(OwnedFd);

/// How many folders one user may watch.
pub(super) fn most_watches() -> Option<usize> {
    std::fs::read_to_string(MOST).ok()?.trim().parse().ok()
}

impl Notices {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self(inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?))
    }

    /// Watches a folder itself, not what is below it. Gives the number of its watch.
    pub(super) fn add(&self, folder: &Path) -> io::Result<i32> {
        // No openings and no single writes: a file counts when whoever wrote it is done.
        let what = WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::ATTRIB
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF;
        let how = WatchFlags::ONLYDIR | WatchFlags::DONT_FOLLOW | WatchFlags::EXCL_UNLINK;
        Ok(inotify::add_watch(&self.0, folder, what | how)?)
    }

    pub(super) fn remove(&self, watch: i32) {
        // It is gone already where its folder is.
        let _ = inotify::remove_watch(&self.0, watch);
    }

    /// Waits for notices or for the other end of the pipe, for ever where there is no limit.
    pub(super) fn wait(&self, mut nudges: &PipeReader, limit: Option<Duration>) -> io::Result<Woken> {
        let limit = limit.map(|limit| Timespec {
            tv_sec: limit.as_secs() as i64,
            tv_nsec: i64::from(limit.subsec_nanos()),
        });
        let mut fds = [
            PollFd::from_borrowed_fd(nudges.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.0.as_fd(), PollFlags::IN),
        ];
        match rustix::event::poll(&mut fds, limit.as_ref()) {
            Ok(0) | Err(Errno::INTR) => return Ok(Woken::Late),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        if fds[0].revents().is_empty() {
            return Ok(Woken::Noticed);
        }
        Ok(if nudges.read(&mut [0])? == 0 { Woken::Ended } else { Woken::Nudged })
    }

    /// Takes all notices that have come.
    pub(super) fn take(&self, each: &mut dyn FnMut(Notice<'_>)) {
        let mut buffer = [MaybeUninit::uninit(); NOTICES];
        let mut reader = Reader::new(&self.0, &mut buffer);
        while let Ok(event) = reader.next() {
            let (kind, name) = (event.events(), event.file_name().map_or(&b""[..], |name| name.to_bytes()));
            each(if kind.contains(ReadFlags::QUEUE_OVERFLOW) {
                Notice::Overflow
            } else if kind.contains(ReadFlags::IGNORED) {
                Notice::Ended(event.wd())
            } else if kind.contains(ReadFlags::ISDIR) || name.is_empty() {
                Notice::Folder(name)
            } else {
                Notice::File(event.wd(), name)
            });
        }
    }
}
