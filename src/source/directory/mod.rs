//! A folder of repositories as a source.

mod walk;

pub use walk::{Limits, Stamp};

/// Threads that walk and parse. More bring little on one disk and take memory each.
pub(super) const MAX_THREADS: usize = 4;
