//! Keeps what the user pinned and opened.

use super::Outbox;
use crate::ops::portal::Portal;
use crate::ops::user;
use crate::tui::app::{Effect, Message};

/// The desk of the user's own things.
pub(super) struct UserDesk {
    portal: Portal,
}

impl UserDesk {
    pub(super) fn new(portal: Portal) -> Self {
        Self { portal }
    }

    pub(super) fn perform(&mut self, effect: Effect, send: Outbox<'_>) {
        match effect {
            Effect::Pin(reference, is_pinned) => match user::pin(&self.portal, &reference, is_pinned) {
                Ok(pins) => send(Message::Pins(pins)),
                Err(error) => send(Message::Say(error.told())),
            },
            Effect::Remember(reference) => {
                if let Err(error) = user::remember(&self.portal, &reference) {
                    send(Message::Say(error.told()));
                }
            }
            _ => {}
        }
    }
}
