//! How sources are synced: the section `sync` of the configuration.

use std::time::Duration;

use super::merged::Merged;
use crate::error::Result;
use crate::quantity::{Length, Percent};

/// How sources are synced.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncPolicy {
    /// How often a source is synced while the portal is open.
    pub every: Duration,
    /// How long one sync of a source may take.
    pub timeout: Duration,
    /// The age from which data is called stale.
    pub stale_after: Duration,
    /// How much of a source a sync may lose, from 0 to 100.
    pub max_loss: f64,
    /// How long an entity that is gone is still shown as such.
    pub tombstones: Duration,
}

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

impl Default for SyncPolicy {
    /// What the built-in configuration says; a test compares them.
    fn default() -> Self {
        Self {
            every: Duration::from_secs(15 * MINUTE),
            timeout: Duration::from_secs(10 * MINUTE),
            stale_after: Duration::from_secs(DAY),
            max_loss: 10.0,
            tombstones: Duration::from_secs(14 * DAY),
        }
    }
}

impl SyncPolicy {
    pub(super) fn new(merged: &Merged) -> Result<Self> {
        let length = |name: &str| merged.get::<Length>(&format!("/sync/{name}")).map(|Length(it)| it);
        Ok(Self {
            every: length("every")?,
            timeout: length("timeout")?,
            stale_after: length("stale_after")?,
            max_loss: merged.get::<Percent>("/sync/max_loss")?.0,
            tombstones: length("tombstones")?,
        })
    }
}
