//! The wish to stop, shared between whoever asked for work and whoever does it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A wish to stop. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Nobody wishes to stop yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Wishes to stop. Work ends at its next look, without a result.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// The wish as the pure modules take it.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.0
    }

    /// Whether somebody wishes to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
