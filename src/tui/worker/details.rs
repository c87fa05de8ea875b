//! Loads entities: for the preview, for their page, for the menus of links and owners.

use std::sync::Arc;

use super::Outbox;
use crate::catalog::EntityRef;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::Snapshot;
use crate::ops::portal::Portal;
use crate::ops::problems::problems;
use crate::ops::show::{EntityDetails, show};
use crate::ops::sources::sources;
use crate::ops::who::answer;
use crate::tui::app::{Effect, Message};

/// The desk of entities.
pub(super) struct DetailsDesk {
    portal: Portal,
}

impl DetailsDesk {
    pub(super) fn new(portal: Portal) -> Self {
        Self { portal }
    }

    pub(super) fn perform(&mut self, effect: Effect, send: Outbox<'_>) {
        match effect {
            Effect::Preview { generation, reference } => {
                send(Message::Preview { generation, details: self.details(&reference) });
            }
            Effect::Entity { generation, reference } => {
                let details = self.shown(&reference).map(|mut details| {
                    details.locate(&self.portal);
                    Arc::new(details)
                });
                send(Message::Entity { generation, details });
            }
            Effect::Links { generation, reference } => {
                send(Message::Links { generation, details: self.details(&reference) });
            }
            Effect::Who { generation, reference } => {
                let mut found = self.snapshot().and_then(|snapshot| answer(&snapshot, &reference));
                if let Ok(answer) = &mut found {
                    answer.locate(&self.portal);
                }
                send(Message::Who { generation, answer: found.map(Box::new).map_err(|error| error.told()) });
            }
            Effect::Sources { generation } => {
                send(Message::Sources { generation, sources: sources(&self.portal) });
            }
            Effect::Problems { generation, source } => {
                let found =
                    self.snapshot().and_then(|snapshot| problems(&self.portal, &snapshot, source.as_ref()));
                let found = found.map(Arc::new).map_err(|error| error.told());
                send(Message::Problems { generation, found });
            }
            _ => {}
        }
    }

    fn details(&self, reference: &EntityRef) -> Result<Arc<EntityDetails>, String> {
        self.shown(reference).map(Arc::new)
    }

    fn shown(&self, reference: &EntityRef) -> Result<EntityDetails, String> {
        self.snapshot().and_then(|snapshot| show(&snapshot, reference)).map_err(|error| error.told())
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let nothing = || Error::new(ErrorKind::NotFound, "The catalog is still being read.");
        self.portal.snapshot().ok_or_else(nothing)
    }
}
