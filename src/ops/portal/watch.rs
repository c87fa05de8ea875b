//! The watch over the folders of a portal: what changes in them is read when it changes.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, OnceLock};

use super::{Portal, SourcePlace, Watched};
use crate::catalog::SourceId;
use crate::source::directory::watch::{Coverage, Watch};

/// The watches, once somebody asked for them; why there is none, as a sentence.
pub(super) type Watches = OnceLock<BTreeMap<SourceId, Result<Arc<Watch>, String>>>;

/// How a folder is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watching {
    /// A change shows by itself.
    Whole,
    /// Some changes do; why not all, as a sentence.
    Part(String),
    /// It is read when it is asked for; why, as a sentence.
    No(String),
}

impl Portal {
    /// Watches the folders among the sources for as long as the portal is open, from the next refresh on, which
    /// says what there is. `changed` is called after each burst of changes, on a thread of its own.
    pub fn watch(&self, changed: impl Fn() + Send + Clone + 'static) {
        self.0.watches.get_or_init(|| {
            let watched = self.sources().iter().filter(|source| {
                matches!(&source.place, SourcePlace::Directory { watched: Watched::Yes, .. })
            });
            let watch = || Watch::start(changed.clone()).map(Arc::new).map_err(|error| refusal(&error));
            watched.map(|source| (source.id.clone(), watch())).collect()
        });
    }

    /// Whether something changed in a folder since the last refresh began.
    pub fn has_changed(&self) -> bool {
        self.watches().any(Watch::has_changed)
    }

    pub(super) fn forget_changes(&self) {
        self.watches().for_each(Watch::forget_changes);
    }

    /// How a folder is watched; nothing where no portal is open on the screen, and for what is no folder.
    pub fn watching(&self, source: &SourceId) -> Option<Watching> {
        let watches = self.0.watches.get()?;
        let place = &self.source(source).ok()?.place;
        Some(match (watches.get(source), place) {
            (Some(Ok(watch)), _) => match watch.coverage() {
                Coverage::Pending => return None,
                Coverage::Whole => Watching::Whole,
                Coverage::Part(why) => Watching::Part(why),
            },
            (Some(Err(why)), _) => Watching::No(why.clone()),
            (None, SourcePlace::Directory { .. }) => {
                Watching::No("The configuration says `watch: false`.".to_owned())
            }
            (None, _) => return None,
        })
    }

    /// The watch over a source.
    pub(in crate::ops) fn watch_of(&self, source: &SourceId) -> Option<Arc<Watch>> {
        self.0.watches.get()?.get(source)?.as_ref().ok().cloned()
    }

    fn watches(&self) -> impl Iterator<Item = &Watch> {
        self.0.watches.get().into_iter().flat_map(BTreeMap::values).flatten().map(Arc::as_ref)
    }
}

/// Why nothing can be watched.
fn refusal(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::Unsupported => "callboard watches folders on Linux only.".to_owned(),
        _ => "The system watches no more for this user; fs.inotify.max_user_instances says how many programs may ask.".to_owned(),
    }
}
