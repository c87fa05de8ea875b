//! A system that callboard cannot ask for changes: nothing is watched, and folders are read when asked for.

use std::io::{self, PipeReader};
use std::path::Path;
use std::time::Duration;

/// There are none.
#[derive(Debug)]
pub(super) enum Notices {}

/// What a system would say.
#[expect(dead_code, reason = "nothing is ever said here")]
pub(super) enum Notice<'a> {
    Overflow,
    Ended(i32),
    Folder(&'a [u8]),
    File(i32, &'a [u8]),
}

/// What would end a wait.
#[expect(dead_code, reason = "nobody ever waits here")]
pub(super) enum Woken {
    Noticed,
    Nudged,
    Late,
    Ended,
}

pub(super) fn most_watches() -> Option<usize> {
    None
}

impl Notices {
    pub(super) fn new() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn add(&self, _folder: &Path) -> io::Result<i32> {
        match *self {}
    }

    pub(super) fn remove(&self, _watch: i32) {
        match *self {}
    }

    pub(super) fn wait(&self, _nudges: &PipeReader, _limit: Option<Duration>) -> io::Result<Woken> {
        match *self {}
    }

    pub(super) fn take(&self, _each: &mut dyn FnMut(Notice<'_>)) {
        match *self {}
    }
}
