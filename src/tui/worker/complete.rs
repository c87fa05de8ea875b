//! Offers what can be typed next. In a lane of its own: counting the values of a million rows takes a second.

use std::sync::Arc;

use super::Outbox;
use crate::ops::completion::Completer;
use crate::ops::portal::Portal;
use crate::tui::app::{Effect, Message};

/// The desk of completions. Keeps what was counted of the newest snapshot.
pub(super) struct CompleteDesk {
    portal: Portal,
    completer: Option<Completer>,
}

impl CompleteDesk {
    pub(super) fn new(portal: Portal) -> Self {
        Self { portal, completer: None }
    }

    pub(super) fn perform(&mut self, effect: Effect, send: Outbox<'_>) {
        let Effect::Complete { generation, query } = effect else { return };
        let Some(snapshot) = self.portal.snapshot() else { return };
        let is_newest = |known: &Completer| Arc::ptr_eq(known.snapshot(), &snapshot);
        if !self.completer.as_ref().is_some_and(is_newest) {
            // Where the rows cannot be read, the search says so.
            self.completer = Completer::new(&snapshot).ok();
        }
        let Some(completer) = &mut self.completer else { return };
        send(Message::Offered { generation, offered: completer.offer(&query, query.len()) });
    }
}
