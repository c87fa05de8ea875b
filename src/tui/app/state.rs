//! The whole state of the portal. One owner, no sharing: a view borrows it, an update changes it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{History, Job};
use crate::catalog::SourceId;
use crate::tui::command::Context;
use crate::tui::keymap::{Chord, Keymap};
use crate::tui::pane::catalog::CatalogPane;
use crate::tui::pane::menu::Menu;
use crate::tui::pane::{Place, PlaceJobs};
use crate::tui::theme::Meaning;
use crate::tui::view::Symbols;

/// How long a toast stays.
const TOAST: Duration = Duration::from_secs(5);

/// The least time between two syncs that nobody asked for.
const SYNC_GAP: Duration = Duration::from_mins(1);

/// What does not change while the portal is open.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which key means what.
    pub keymap: Arc<Keymap>,
    /// The signs to draw with.
    pub symbols: Symbols,
    /// Where `create` makes its folders, for people.
    pub out: String,
    /// Whether sources may be fetched.
    pub network: Network,
}

/// Whether sources may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// As their schedule says and whenever the user wants.
    Allowed,
    /// Never: what is cached is all there is.
    Off,
}

/// What the frame tells about the catalog that is open.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Portal {
    /// The folder, or the name of the sample.
    pub label: String,
    /// Whether this is the bundled sample.
    pub is_sample: bool,
    /// Entities.
    pub entities: usize,
    /// Problems.
    pub problems: usize,
    /// When the sources were read last; nothing before the first time.
    pub as_of: Option<Timestamp>,
    /// Sources whose data is older than it should be.
    pub stale: usize,
    /// What the background is doing, such as `reading 120 files`.
    pub activity: Option<String>,
    /// When the next source is to be fetched; nothing where all are folders.
    pub sync_due: Option<Timestamp>,
}

/// The fetching of sources while the portal is open.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SyncClock {
    /// The newest fetching and reading.
    pub job: Job,
    /// What each source that is being fetched is at.
    pub doing: BTreeMap<SourceId, String>,
    /// Whether a watched folder changed meanwhile.
    pub has_missed: bool,
    /// Whether the user stopped it: then the next one is the user's too.
    pub is_held: bool,
    /// When it began last.
    pub began: Option<Timestamp>,
}

/// A sentence that goes away by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// What it is about.
    pub meaning: Meaning,
    /// The sentence.
    pub text: String,
    /// When it goes.
    pub until: Timestamp,
}

/// The state.
#[derive(Debug)]
pub struct State {
    /// What does not change.
    pub options: Options,
    /// Columns and rows.
    pub size: (u16, u16),
    /// The time of the event that is being handled.
    pub now: Timestamp,
    /// The catalog that is open.
    pub portal: Portal,
    /// The search box and its list; always there, below every other place.
    pub catalog: CatalogPane,
    /// What is shown.
    pub place: Place,
    /// What was shown before, and what lies ahead.
    pub history: History<Place>,
    /// A menu over the place.
    pub menu: Option<Menu>,
    /// The chords of a sequence that is not complete.
    pub pending: Vec<Chord>,
    /// A sentence that goes away by itself.
    pub toast: Option<Toast>,
    /// The jobs of the places.
    pub jobs: PlaceJobs,
    /// The job of `who`, whose answer opens a menu.
    pub who: Job,
    /// Whether callboard or the terminal has the mouse.
    pub mouse: bool,
    /// The fetching of sources.
    pub sync: SyncClock,
}

impl State {
    /// The state before anything is known.
    pub fn new(options: Options, portal: Portal, size: (u16, u16), now: Timestamp) -> Self {
        Self {
            options,
            size,
            now,
            portal,
            catalog: CatalogPane::default(),
            place: Place::Catalog,
            history: History::default(),
            menu: None,
            pending: Vec::new(),
            toast: None,
            jobs: PlaceJobs::default(),
            who: Job::default(),
            mouse: true,
            sync: SyncClock::default(),
        }
    }

    /// The contexts of the keymap, the most special first.
    pub fn contexts(&self) -> Vec<Context> {
        if self.menu.is_some() {
            return vec![Context::Menu, Context::Global];
        }
        let mut contexts = match &self.place {
            Place::Catalog => self.catalog.contexts(),
            place => place.contexts(),
        };
        contexts.push(Context::Global);
        contexts
    }

    /// Says a sentence for a few seconds.
    pub fn say(&mut self, meaning: Meaning, text: impl Into<String>) {
        let until = self.now.checked_add(TOAST).unwrap_or(self.now);
        self.toast = Some(Toast { meaning, text: text.into(), until });
    }

    /// When something wants to happen by itself: a toast goes, a source is to be fetched.
    pub fn deadline(&self) -> Option<Timestamp> {
        let toast = self.toast.as_ref().map(|toast| toast.until);
        toast.into_iter().chain(self.sync_due()).min()
    }

    /// When sources are to be fetched next by themselves.
    pub(super) fn sync_due(&self) -> Option<Timestamp> {
        let is_off = self.sync.job.is_running() || self.sync.is_held || self.options.network == Network::Off;
        let due = self.portal.sync_due.filter(|_| !is_off)?;
        // A source that cannot even note that it was tried is not tried again and again.
        let earliest = self.sync.began.and_then(|began| began.checked_add(SYNC_GAP).ok());
        Some(earliest.map_or(due, |earliest| due.max(earliest)))
    }

    /// Goes to another place and remembers the one that is left.
    pub fn go(&mut self, place: Place) {
        let left = std::mem::replace(&mut self.place, place);
        self.history.leave(left);
    }
}
