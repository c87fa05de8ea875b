//! The sync of one source: lock, fetch, guard, publish, and the word about it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::Sender;

use super::loss::{Loss, entities};
use super::{Losses, SourceSynced, SyncEvent, SyncPolicy};
use crate::catalog::SourceId;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::portal::{Clock, Portal, PortalSource};
use crate::source::mirror::{Manifest, Mirror};
use crate::source::remote::{Amount, Fetch, Fetched, Remote};
use crate::source::room::Room;
use crate::store::{Lock, SyncLog, SyncResult, SyncRun, Taken, unfetched};

/// How long a server is left alone at most where it asks for it; it may be mistaken.
const LONGEST_REST: Duration = Duration::from_hours(24);

/// The sync of one source.
pub(super) struct Job {
    synced: SourceSynced,
    remote: Arc<dyn Remote>,
    mirror: Mirror,
    log: SyncLog,
    policy: SyncPolicy,
    losses: Losses,
    clock: Clock,
}

/// What became of a fetch.
enum Taking {
    /// It counts now.
    Taken { fetched: Box<Fetched>, manifest: Manifest, is_changed: bool },
    /// It would have lost too much.
    HeldBack(Loss),
}

impl Job {
    /// Makes the folder of a source ready.
    pub(super) fn begin(
        portal: &Portal,
        source: &PortalSource,
        remote: Arc<dyn Remote>,
        losses: Losses,
    ) -> Result<Self> {
        crate::private::make_directory(source.mirror().folder()).map_err(unkept)?;
        Ok(Self {
            synced: SourceSynced::new(source),
            remote,
            mirror: source.mirror().clone(),
            log: source.log().clone(),
            policy: portal.policy().clone(),
            losses,
            clock: Arc::clone(&portal.surroundings().clock),
        })
    }

    /// Syncs in the room that all share, and tells the end of it.
    pub(super) async fn run(mut self, events: Sender<SyncEvent>, room: Room) {
        let lock = Lock::take_for(self.mirror.folder(), (self.clock)(), self.policy.timeout * 2);
        match lock {
            Ok(Taken::Own(_lock)) => self.locked(&events, &room).await,
            Ok(Taken::By(holder)) => {
                self.synced.notes.push(format!("It is being synced by {holder}; it was left to that."));
            }
            Err(error) => {
                let began = (self.clock)();
                let folder = self.mirror.folder().display();
                let error = Error::io(format_args!("Nothing can be kept in {folder}"), &error);
                self.end(began, Amount::default(), Err(unkept(error)));
            }
        }
        // Nobody listens any more when the sync was interrupted.
        drop(events.send(SyncEvent::Done(Box::new(self.synced))).await);
    }

    async fn locked(&mut self, events: &Sender<SyncEvent>, room: &Room) {
        let began = (self.clock)();
        let before = self.mirror.manifest().unwrap_or_default();
        let amount = std::sync::Mutex::new(Amount::default());
        let id = self.synced.id.clone();
        let progress = |now: Amount| {
            *amount.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
            // What nobody has shown yet is out of date by now.
            drop(events.try_send(SyncEvent::Fetching(id.clone(), now)));
        };
        progress(Amount::default());
        let fetch = Fetch { mirror: &self.mirror, before: &before, now: began, room, progress: &progress };
        let fetched = match tokio::time::timeout(self.policy.timeout, self.remote.fetch(fetch)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(too_long(&self.policy)),
        };
        let taken = fetched.and_then(|fetched| self.take(&before, fetched));
        if !matches!(taken, Ok(Taking::Taken { .. })) {
            // Packs that came to nothing.
            self.mirror.collect(&before);
        }
        let amount = *amount.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.end(began, amount, taken);
    }

    /// Lets what was fetched count, unless too much would be lost.
    fn take(&self, before: &Manifest, fetched: Fetched) -> Result<Taking> {
        let manifest = Manifest::new(fetched.units.clone()).with_failures(&fetched.failures);
        if self.losses == Losses::Guarded {
            let loss = Loss::between(&self.mirror, before, &manifest)?;
            if loss.exceeds(self.policy.max_loss) {
                return Ok(Taking::HeldBack(loss));
            }
        }
        let is_changed = before.revision() != manifest.revision();
        self.mirror.publish(&manifest)?;
        Ok(Taking::Taken { fetched: Box::new(fetched), manifest, is_changed })
    }

    fn end(&mut self, began: Timestamp, amount: Amount, taken: Result<Taking>) {
        let took = (self.clock)().duration_since(began).as_millis();
        let mut run = SyncRun {
            at: began,
            took_ms: u64::try_from(took).unwrap_or_default(),
            result: SyncResult::Failed,
            why: None,
            hint: None,
            wants_token: false,
            not_before: None,
            budget: None,
            entities: 0,
            parts: 0,
            bytes: amount.bytes,
            requests: 0,
        };
        let error = match taken {
            Ok(Taking::Taken { fetched, manifest, is_changed }) => {
                run.result = match (fetched.failures.is_empty(), is_changed) {
                    (false, _) => SyncResult::Partial,
                    (true, true) => SyncResult::Changed,
                    (true, false) => SyncResult::Unchanged,
                };
                let failed = fetched.failures.iter().map(|it| (it.what.as_str(), it.why.as_str()));
                run.why = unfetched(failed);
                run.requests = fetched.requests;
                run.budget.clone_from(&fetched.budget);
                run.parts = manifest.units.len() as u64;
                run.entities = entities(&self.mirror, &manifest);
                (self.synced.failures, self.synced.notes) = (fetched.failures, fetched.notes);
                None
            }
            Ok(Taking::HeldBack(loss)) => {
                run.result = SyncResult::Refused;
                Some(held_back(&self.synced.id, loss, self.policy.max_loss))
            }
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            run.why = Some(error.message().to_owned());
            run.hint = error.hint().map(str::to_owned);
            run.wants_token = error.wants_token();
            let wait = error.retry_after().map(|wait| wait.min(LONGEST_REST));
            run.not_before = wait.and_then(|wait| (self.clock)().checked_add(wait).ok());
            let kept = self.mirror.manifest().unwrap_or_default();
            (run.parts, run.entities) = (kept.units.len() as u64, entities(&self.mirror, &kept));
            self.synced.error = Some(error);
        }
        note(&mut self.synced, run, &self.log);
    }
}

/// The word about a source whose sync did not even begin.
pub(super) fn not_begun(portal: &Portal, source: &PortalSource, error: Error) -> SourceSynced {
    let mut synced = SourceSynced::new(source);
    let run = SyncRun {
        at: portal.now(),
        took_ms: 0,
        result: SyncResult::Failed,
        why: Some(error.message().to_owned()),
        hint: error.hint().map(str::to_owned),
        wants_token: error.wants_token(),
        not_before: None,
        budget: None,
        entities: 0,
        parts: 0,
        bytes: 0,
        requests: 0,
    };
    synced.error = Some(error);
    note(&mut synced, run, source.log());
    synced
}

fn note(synced: &mut SourceSynced, run: SyncRun, log: &SyncLog) {
    if let Err(error) = log.add(run.clone()) {
        synced.notes.push(format!("How the sync went could not be kept. {}", error.message()));
    }
    synced.run = Some(run);
}

/// The error of a place in which nothing can be kept. One that is refused for safety says itself what to do.
fn unkept(error: Error) -> Error {
    if error.kind() == ErrorKind::Refused {
        return error;
    }
    error.with_hint(
        "Make room there, let callboard write to it, or name another place with XDG_CACHE_HOME; what is known \
         stays.",
    )
}

/// The error of a fetch that took longer than one may.
pub(in crate::ops) fn too_long(policy: &SyncPolicy) -> Error {
    let seconds = policy.timeout.as_secs();
    let message = format!("It took longer than {seconds} s, which is the limit of one sync.");
    Error::new(ErrorKind::Unreachable, message)
        .with_hint("Try again when the source answers faster, or raise sync.timeout.")
}

fn held_back(id: &SourceId, loss: Loss, percent: f64) -> Error {
    let Loss { lost, of } = loss;
    let message = format!(
        "It was held back: {lost} of {of} entities would be gone, and {percent} % may go (sync.max_loss)."
    );
    Error::new(ErrorKind::Failed, message)
        .with_hint(format!("If they are really gone: callboard sync {id} --accept-loss."))
}
