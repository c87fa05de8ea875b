//! Fetches and reads the sources behind the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::{Outbox, facts};
use crate::catalog::SourceId;
use crate::error::{ErrorKind, Result};
use crate::ops::Cancel;
use crate::ops::portal::Portal;
use crate::ops::refresh::Phase;
use crate::ops::sync::{self, Amount, Losses, Others, SyncEvent, SyncRequest};
use crate::tui::app::{Effect, Message, Syncing};
use crate::tui::view::thousands;

/// Files between two words about progress.
const STEP: usize = 100;

/// The least time between two words about one source.
const PACE: Duration = Duration::from_millis(200);

/// The desk of refreshes.
pub(super) struct RefreshDesk {
    portal: Portal,
    /// Sources whose fetching was cut short by a newer job, which takes them along.
    unfinished: BTreeSet<SourceId>,
}

impl RefreshDesk {
    pub(super) fn new(portal: Portal) -> Self {
        Self { portal, unfinished: BTreeSet::new() }
    }

    pub(super) fn perform(&mut self, effect: Effect, cancel: &Cancel, send: Outbox<'_>) {
        let Effect::Refresh { generation, which } = effect else { return };
        if which == Syncing::Changed && !self.portal.has_changed() {
            // It was read meanwhile.
            return send(Message::Settled { generation });
        }
        let outcome = self.refresh(which, cancel, send);
        let notes = match outcome {
            Ok(notes) => notes,
            // A newer job took its place, and tells the end.
            Err(error) if error.kind() == ErrorKind::Interrupted => return,
            Err(error) => {
                send(Message::RefreshFailed(error.told()));
                Vec::new()
            }
        };
        // The end first: what is opened then has no activity any more.
        send(Message::Settled { generation });
        send(Message::Opened(facts(&self.portal)));
        for note in notes {
            send(Message::Say(note));
        }
    }

    fn refresh(&mut self, which: Syncing, cancel: &Cancel, send: Outbox<'_>) -> Result<Vec<String>> {
        if which == Syncing::Changed {
            return Ok(self.portal.refresh(cancel, &mut |_| ())?.notes);
        }
        let Some(request) = self.request(which) else { return self.read(cancel, send) };
        // What lies here is shown before anything is asked elsewhere. That nothing of it can be read yet is
        // no news: the sync says why, where it stays so.
        match self.read(cancel, send) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
            _ => send(Message::Opened(facts(&self.portal))),
        }
        self.sync(&request, cancel, send)
    }

    /// What is to be fetched; nothing where the catalog is only read again.
    fn request(&mut self, which: Syncing) -> Option<SyncRequest> {
        let remote = || self.portal.sources().iter().filter(|source| source.is_remote());
        let (wanted, losses) = match which {
            Syncing::Local | Syncing::Changed => (Vec::new(), Losses::Guarded),
            Syncing::Stop => {
                self.unfinished.clear();
                (Vec::new(), Losses::Guarded)
            }
            Syncing::Due => (sync::all_due(&self.portal), Losses::Guarded),
            Syncing::All => (remote().map(|source| source.id.clone()).collect(), Losses::Guarded),
            Syncing::Only(source) => (vec![source], Losses::Guarded),
            // What is accepted is accepted of this source alone.
            Syncing::AcceptingLoss(source) => {
                let sources = vec![source];
                return Some(SyncRequest { sources, losses: Losses::Accepted, others: Others::Join });
            }
        };
        self.unfinished.extend(wanted);
        let sources: Vec<_> = self.unfinished.iter().cloned().collect();
        (!sources.is_empty()).then_some(SyncRequest { sources, losses, others: Others::Join })
    }

    fn sync(&mut self, request: &SyncRequest, cancel: &Cancel, send: Outbox<'_>) -> Result<Vec<String>> {
        let mut told: BTreeMap<SourceId, Timestamp> = BTreeMap::new();
        let unfinished = &mut self.unfinished;
        let synced = sync::sync(&self.portal, request, cancel, &mut |event| match event {
            SyncEvent::Fetching(source, amount) => {
                // Its time came while others were under way.
                if !unfinished.contains(&source) {
                    unfinished.insert(source.clone());
                }
                let now = self.portal.now();
                let last = told.get(&source).copied().unwrap_or(Timestamp::UNIX_EPOCH);
                if now.duration_since(last).unsigned_abs() >= PACE {
                    told.insert(source.clone(), now);
                    send(Message::Syncing { source, words: Some(words(amount)) });
                }
            }
            SyncEvent::Done(synced) => {
                unfinished.remove(&synced.id);
                send(Message::Syncing { source: synced.id, words: None });
            }
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
    if amount == Amount::default() {
        return "asking …".to_owned();
    }
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
