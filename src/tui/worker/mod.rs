//! Jobs off the main loop. A desk does them one after the other and knows no thread, so that tests call it
//! directly; [`Workers`] gives each desk a lane of its own.

mod complete;
mod create;
mod details;
mod docs;
mod lane;
mod refresh;
mod search;
mod user;

use std::num::NonZeroUsize;

use tokio::sync::mpsc;

use self::complete::CompleteDesk;
use self::create::CreateDesk;
use self::details::DetailsDesk;
use self::docs::DocsDesk;
use self::lane::Lane;
use self::refresh::RefreshDesk;
use self::search::SearchDesk;
use self::user::UserDesk;
use super::app::{Effect, Message, Portal as Facts};
use crate::error::{Error, Result};
use crate::ops::portal::Portal;
use crate::ops::{Cancel, IdentityHints, SourceState};

/// Messages that wait for the main loop. Full means that a screen is due: workers wait for it.
const MAX_WAITING: usize = 256;

/// Where a job sends its answers.
type Outbox<'a> = &'a mut dyn FnMut(Message);

/// What the desks must know of the user and the machine.
#[derive(Debug, Clone)]
pub struct DeskOptions {
    /// The user of the configuration.
    pub user: Option<String>,
    /// The mail address that git commits with.
    pub email: Option<String>,
    /// Threads of a search.
    pub processors: NonZeroUsize,
}

impl DeskOptions {
    fn hints(&self) -> IdentityHints<'_> {
        IdentityHints { user: self.user.as_deref(), email: self.email.as_deref() }
    }
}

/// All desks, for whoever does jobs where it stands.
pub struct Desk {
    portal: Portal,
    search: SearchDesk,
    complete: CompleteDesk,
    details: DetailsDesk,
    docs: DocsDesk,
    create: CreateDesk,
    refresh: RefreshDesk,
    user: UserDesk,
}

impl Desk {
    /// The desks of a portal.
    pub fn new(portal: &Portal, options: &DeskOptions) -> Self {
        Self {
            portal: portal.clone(),
            search: SearchDesk::new(portal.clone(), options.clone()),
            complete: CompleteDesk::new(portal.clone()),
            details: DetailsDesk::new(portal.clone()),
            docs: DocsDesk::new(portal.clone()),
            create: CreateDesk::new(portal.clone()),
            refresh: RefreshDesk::new(portal.clone()),
            user: UserDesk::new(portal.clone()),
        }
    }

    /// What the screen shows of the catalog that is open.
    pub fn opened(&self) -> Message {
        Message::Opened(facts(&self.portal))
    }

    /// Does one job.
    pub fn perform(&mut self, effect: Effect, send: Outbox<'_>) {
        let cancel = Cancel::new();
        match effect.lane() {
            Some(Desks::Search) => self.search.perform(effect, &cancel, send),
            Some(Desks::Complete) => self.complete.perform(effect, send),
            Some(Desks::Details) => self.details.perform(effect, send),
            Some(Desks::Docs) => self.docs.perform(effect, send),
            Some(Desks::Create) => self.create.perform(effect, &cancel, send),
            Some(Desks::Refresh) => self.refresh.perform(effect, &cancel, send),
            Some(Desks::User) => self.user.perform(effect, send),
            None => {}
        }
    }
}

/// Which desk does a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desks {
    /// Finds rows.
    Search,
    /// Offers what can be typed next.
    Complete,
    /// Loads entities.
    Details,
    /// Loads docs.
    Docs,
    /// Loads forms, makes plans, carries them out.
    Create,
    /// Reads the sources.
    Refresh,
    /// Keeps what the user pinned and opened.
    User,
}

/// The desks, each in its own lane.
pub struct Workers {
    search: Lane<Effect>,
    complete: Lane<Effect>,
    preview: Lane<Effect>,
    details: Lane<Effect>,
    docs: Lane<Effect>,
    create: Lane<Effect>,
    refresh: Lane<Effect>,
    user: std::sync::mpsc::Sender<Effect>,
}

impl Workers {
    /// Starts the lanes and gives the end where their messages come out.
    pub fn start(portal: &Portal, options: &DeskOptions) -> Result<(Self, mpsc::Receiver<Message>)> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let failed = |error: std::io::Error| Error::io("A worker could not be started", &error);
        let desk = Desk::new(portal, options);
        let send = move || {
            let sender = sender.clone();
            // The main loop is gone when nobody receives: then nobody wants the answer.
            move |message| drop(sender.blocking_send(message))
        };
        let Desk {
            mut search, mut complete, mut details, mut docs, mut create, mut refresh, mut user, ..
        } = desk;
        let mut preview = DetailsDesk::new(portal.clone());
        let mut to_search = send();
        let mut to_complete = send();
        let mut to_preview = send();
        let mut to_details = send();
        let mut to_docs = send();
        let mut to_create = send();
        let mut to_refresh = send();
        let mut to_user = send();
        let to_loop = send();
        portal.watch(move || to_loop(Message::FoldersChanged));
        let (user_jobs, jobs) = std::sync::mpsc::channel::<Effect>();
        std::thread::Builder::new()
            .name("user".to_owned())
            .spawn(move || jobs.iter().for_each(|job| user.perform(job, &mut to_user)))
            .map_err(failed)?;
        let workers = Self {
            search: Lane::start("search", move |job, cancel| search.perform(job, cancel, &mut to_search))
                .map_err(failed)?,
            complete: Lane::start("complete", move |job, _| complete.perform(job, &mut to_complete))
                .map_err(failed)?,
            preview: Lane::start("preview", move |job, _| preview.perform(job, &mut to_preview))
                .map_err(failed)?,
            details: Lane::start("details", move |job, _| details.perform(job, &mut to_details))
                .map_err(failed)?,
            docs: Lane::start("docs", move |job, _| docs.perform(job, &mut to_docs)).map_err(failed)?,
            create: Lane::start("create", move |job, cancel| create.perform(job, cancel, &mut to_create))
                .map_err(failed)?,
            refresh: Lane::start("refresh", move |job, cancel| refresh.perform(job, cancel, &mut to_refresh))
                .map_err(failed)?,
            user: user_jobs,
        };
        Ok((workers, receiver))
    }

    /// Gives a job to its lane.
    pub fn submit(&self, effect: Effect) {
        match effect.lane() {
            Some(Desks::Search) => self.search.submit(effect),
            Some(Desks::Complete) => self.complete.submit(effect),
            Some(Desks::Details) if matches!(effect, Effect::Preview { .. }) => self.preview.submit(effect),
            Some(Desks::Details) => self.details.submit(effect),
            Some(Desks::Docs) => self.docs.submit(effect),
            Some(Desks::Create) => self.create.submit(effect),
            Some(Desks::Refresh) => self.refresh.submit(effect),
            // Each pin counts, so these wait in line; the line ends only with the program.
            Some(Desks::User) => drop(self.user.send(effect)),
            None => {}
        }
    }
}

/// What the frame tells about a portal as it is now.
pub fn facts(portal: &Portal) -> Facts {
    let snapshot = portal.snapshot();
    let meta = snapshot.as_ref().map(|snapshot| snapshot.meta());
    Facts {
        label: portal.label().to_owned(),
        is_sample: portal.is_sample(),
        entities: meta.map_or(0, |meta| meta.entities() as usize),
        problems: meta.map_or(0, |meta| meta.sources.iter().map(|source| source.problems as usize).sum()),
        // The oldest that is shown: what was looked at just now may have been fetched days ago.
        as_of: meta.and_then(|meta| {
            meta.sources.iter().filter(|source| !source.is_unknown()).map(SourceState::oldest).min()
        }),
        stale: meta
            .map_or(0, |meta| meta.sources.iter().filter(|source| source.why_stale().is_some()).count()),
        activity: None,
        sync_due: crate::ops::sync::next_due(portal),
    }
}
