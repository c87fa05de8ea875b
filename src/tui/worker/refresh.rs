//! Fetches and reads the sources behind the screen.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::{Outbox, facts, told};
use crate::catalog::SourceId;
use crate::error::{ErrorKind, Result};
use crate::ops::Cancel;
use crate::ops::portal::Portal;
use crate::ops::refresh::Phase;
use crate::ops::sync::{self, Amount, Losses, SyncEvent, SyncRequest};
use crate::tui::app::{Effect, Message, Syncing};
use crate::tui::view::thousands;

/// Files between two words about progress.
const STEP: usize = 100;

/// The least time between two words about one source.
const PACE: Duration = Duration::from_millis(200);

/// The desk of refreshes.
pub(super) struct RefreshDesk {
    portal: Portal,
}

impl RefreshDesk {
    pub(super) fn new(portal: Portal) -> Self {
        Self { portal }
    }

    pub(super) fn perform(&mut self, effect: Effect, cancel: &Cancel, send: Outbox<'_>) {
        let outcome = match self.request(effect) {
            Some(request) => self.sync(&request, cancel, send),
            None => self.read(cancel, send),
        };
        match outcome {
            Ok(notes) => notes.into_iter().for_each(|note| send(Message::Say(note))),
            // A newer job took its place, or the user stopped it.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => send(Message::RefreshFailed(told(&error))),
        }
        // The end first: what is opened then has no activity any more.
        send(Message::Settled);
        send(Message::Opened(facts(&self.portal)));
    }

    /// What is to be fetched; nothing where the catalog is only read again.
    fn request(&self, effect: Effect) -> Option<SyncRequest> {
        let has_remote = self.portal.sources().iter().any(crate::ops::portal::PortalSource::is_remote);
        let Effect::Refresh(which) = effect else { return None };
        let (sources, losses) = match which {
            Syncing::Local => return None,
            Syncing::Due => (sync::all_due(&self.portal), Losses::Guarded),
            Syncing::All if has_remote => return Some(SyncRequest::default()),
            Syncing::All => return None,
            Syncing::Only(source) => (vec![source], Losses::Guarded),
            Syncing::AcceptingLoss(source) => (vec![source], Losses::Accepted),
        };
        (!sources.is_empty()).then_some(SyncRequest { sources, losses })
    }

    fn sync(&self, request: &SyncRequest, cancel: &Cancel, send: Outbox<'_>) -> Result<Vec<String>> {
        let mut told: BTreeMap<SourceId, Timestamp> = BTreeMap::new();
        let synced = sync::sync(&self.portal, request, cancel, &mut |event| match event {
            SyncEvent::Fetching(source, amount) => {
                let now = self.portal.now();
                let last = told.get(&source).copied().unwrap_or(Timestamp::UNIX_EPOCH);
                if now.duration_since(last).unsigned_abs() >= PACE {
                    told.insert(source.clone(), now);
                    send(Message::Syncing { source, words: Some(words(amount)) });
                }
            }
            SyncEvent::Done(synced) => send(Message::Syncing { source: synced.id, words: None }),
            SyncEvent::Read => send(Message::Opened(facts(&self.portal))),
        })?;
        let mut notes = synced.refreshed.notes;
        notes.extend(synced.sources.into_iter().flat_map(|source| source.notes));
        Ok(notes)
    }

    fn read(&self, cancel: &Cancel, send: Outbox<'_>) -> Result<Vec<String>> {
        let mut told_at = 0;
        let refreshed = self.portal.refresh(cancel, &mut |progress| {
            let words = match progress.phase {
                Phase::Writing => "writing the cache".to_owned(),
                Phase::Reading if progress.files >= told_at + STEP => {
                    told_at = progress.files;
                    format!("reading, {} files", thousands(progress.files))
                }
                Phase::Reading => return,
            };
            send(Message::Activity(Some(words)));
        })?;
        Ok(refreshed.notes)
    }
}

fn words(amount: Amount) -> String {
    let of = |done: u64, of: u64, what: &str| match of {
        0 => format!("{} {what}", thousands(done as usize)),
        of => format!("{} of {} {what}", thousands(done as usize), thousands(of as usize)),
    };
    if amount.of_repositories > 0 {
        of(amount.repositories, amount.of_repositories, "repositories")
    } else {
        of(amount.entities, amount.of_entities, "entities")
    }
}
