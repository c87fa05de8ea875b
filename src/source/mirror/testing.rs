//! A mirror of tests, and what a source fetches into it.

use jiff::Timestamp;

use super::{Manifest, Mirror, Unit};
use crate::error::Result;
use crate::source::remote::{Amount, Fetch, Fetched, Remote};
use crate::source::room::Room;

/// A mirror in a folder of its own, with the manifest that the next fetch begins from.
pub(in crate::source) struct Stage {
    pub(in crate::source) dir: tempfile::TempDir,
    pub(in crate::source) mirror: Mirror,
    pub(in crate::source) before: Manifest,
}

impl Stage {
    pub(in crate::source) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mirror = Mirror::new(dir.path().join("mirror"));
        Self { dir, mirror, before: Manifest::default() }
    }

    /// What a source fetches at a second.
    pub(in crate::source) async fn fetch(&self, remote: &dyn Remote, second: i64) -> Result<Fetched> {
        let now = Timestamp::from_second(second).unwrap();
        let progress = |_: Amount| {};
        let (mirror, before, room) = (&self.mirror, &self.before, &Room::default());
        remote.fetch(Fetch { mirror, before, now, room, progress: &progress }).await
    }

    /// What a unit declares.
    pub(in crate::source) fn refs(&self, unit: &Unit) -> Vec<String> {
        self.mirror.pack(&unit.pack).unwrap().refs().to_vec()
    }
}
