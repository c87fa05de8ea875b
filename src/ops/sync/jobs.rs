//! The sources that are under way: each a job of its own, and those whose time comes meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{Receiver, Sender, WeakSender, channel};
use tokio::task::JoinSet;

use super::job::{self, Job};
use super::{Losses, MAX_EVENTS, Open, SourceSynced, SyncEvent, all_due, has_passed};
use crate::catalog::SourceId;
use crate::ops::portal::{Portal, PortalSource};
use crate::source::room::Room;

/// How often it is looked whose time has come while others are under way.
const LOOK: Duration = Duration::from_secs(5);

/// The least time between two tries of one source, which need not even be able to note that it was tried.
const GAP: Duration = Duration::from_mins(1);

/// The jobs of one sync.
pub(super) struct Jobs<'a> {
    portal: &'a Portal,
    open: Open<'a>,
    runtime: &'a Runtime,
    room: Room,
    tasks: JoinSet<()>,
    /// Held by the jobs alone, so that the last one that ends also ends the events.
    events: WeakSender<SyncEvent>,
    begun: BTreeMap<SourceId, Begun>,
    looked_at: Timestamp,
}

/// A source that was begun.
struct Begun {
    at: Timestamp,
    is_under_way: bool,
}

impl<'a> Jobs<'a> {
    /// Begins sources. Gives what they tell, and what those came to that could not even begin.
    pub(super) fn begin(
        portal: &'a Portal,
        open: Open<'a>,
        runtime: &'a Runtime,
        (chosen, losses): (&[&PortalSource], Losses),
    ) -> (Self, Receiver<SyncEvent>, Vec<SourceSynced>) {
        let (sender, receiver) = channel(MAX_EVENTS);
        let mut jobs = Self {
            portal,
            open,
            runtime,
            room: Room::default(),
            tasks: JoinSet::new(),
            events: sender.downgrade(),
            begun: BTreeMap::new(),
            looked_at: portal.now(),
        };
        let not_begun = chosen.iter().filter_map(|source| jobs.start(source, losses, &sender)).collect();
        (jobs, receiver, not_begun)
    }

    /// Begins the sources whose time came since, and gives what those came to that could not even begin.
    pub(super) fn join_due(&mut self) -> Vec<SourceSynced> {
        let now = self.portal.now();
        if !has_passed(self.looked_at, now, LOOK) {
            return Vec::new();
        }
        self.looked_at = now;
        let Some(sender) = self.events.upgrade() else { return Vec::new() };
        let is_free = |id: &SourceId| {
            self.begun.get(id).is_none_or(|it| !it.is_under_way && has_passed(it.at, now, GAP))
        };
        let due: Vec<_> = all_due(self.portal).into_iter().filter(is_free).collect();
        let sources = due.iter().filter_map(|id| self.portal.source(id).ok());
        // What is accepted is accepted of the sources alone that somebody named.
        sources.filter_map(|source| self.start(source, Losses::Guarded, &sender)).collect()
    }

    /// Notes that a source is done.
    pub(super) fn end(&mut self, id: &SourceId) {
        if let Some(begun) = self.begun.get_mut(id) {
            begun.is_under_way = false;
        }
    }

    /// Ends all that are under way, with their connections and child processes.
    pub(super) fn stop(mut self) {
        self.runtime.block_on(self.tasks.shutdown());
    }

    fn start(
        &mut self,
        source: &PortalSource,
        losses: Losses,
        sender: &Sender<SyncEvent>,
    ) -> Option<SourceSynced> {
        let job = (self.open)(source).and_then(|remote| Job::begin(self.portal, source, remote, losses));
        let begun = Begun { at: self.portal.now(), is_under_way: job.is_ok() };
        self.begun.insert(source.id.clone(), begun);
        match job {
            Ok(job) => {
                self.tasks.spawn_on(job.run(sender.clone(), self.room.clone()), self.runtime.handle());
                None
            }
            Err(error) => Some(job::not_begun(self.portal, source, error)),
        }
    }
}
