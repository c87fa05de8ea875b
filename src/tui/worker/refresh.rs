//! Reads the sources behind the screen.

use super::{Outbox, facts, told};
use crate::error::ErrorKind;
use crate::ops::Cancel;
use crate::ops::portal::Portal;
use crate::ops::refresh::Phase;
use crate::tui::app::Message;
use crate::tui::view::thousands;

/// Files between two words about progress.
const STEP: usize = 100;

/// The desk of refreshes.
pub(super) struct RefreshDesk {
    portal: Portal,
}

impl RefreshDesk {
    pub(super) fn new(portal: Portal) -> Self {
        Self { portal }
    }

    pub(super) fn perform(&mut self, cancel: &Cancel, send: Outbox<'_>) {
        let mut told_at = 0;
        let outcome = self.portal.refresh(cancel, &mut |progress| {
            let words = match progress.phase {
                Phase::Writing => "writing the cache".to_owned(),
                Phase::Reading if progress.files >= told_at + STEP => {
                    told_at = progress.files;
                    format!("reading, {} files", thousands(progress.files))
                }
                Phase::Reading => return,
            };
            send(Message::Activity(Some(words)));
        });
        match outcome {
            Ok(refreshed) => {
                send(Message::Opened(facts(&self.portal)));
                for note in refreshed.notes {
                    send(Message::Say(note));
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => send(Message::RefreshFailed(told(&error))),
        }
    }
}
