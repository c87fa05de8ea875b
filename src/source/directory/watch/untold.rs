//! A system that callboard cannot ask for changes: nothing is watched, and folders are read when asked for.

use std::io::{self, PipeReader};
use std::path::Path;
use std::time::Duration;

use super::notice::{Notice, Woken};

/// There are none.
#[derive(Debug)]
pub(super) enum Notices {}

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
