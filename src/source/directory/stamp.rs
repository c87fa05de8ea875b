//! What tells a changed file from an unchanged one without reading it.

use std::fmt;
use std::fs::Metadata;

/// Size, times and number of a file. Its text is the validator that a cache keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    size: u64,
    /// Time of the last change of the content, in nanoseconds since 1970.
    modified: i64,
    /// Time of the last change of content or name; catches a file whose other time was set back.
    changed: i64,
    inode: u64,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let time = |seconds: i64, nanoseconds: i64| seconds.saturating_mul(1_000_000_000) + nanoseconds;
            Self {
                size: metadata.len(),
                modified: time(metadata.mtime(), metadata.mtime_nsec()),
                changed: time(metadata.ctime(), metadata.ctime_nsec()),
                inode: metadata.ino(),
            }
        }
        #[cfg(not(unix))]
        {
            let modified = metadata.modified().ok();
            let since = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            let modified = since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or_default();
            Self { size: metadata.len(), modified, changed: 0, inode: 0 }
        }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}-{:x}-{:x}", self.size, self.modified, self.changed, self.inode)
    }
}
