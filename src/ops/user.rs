//! What the user pinned and opened: the order of an empty search.

use super::portal::Portal;
use crate::catalog::EntityRef;
use crate::error::Result;

/// Recents that are offered; a screen shows fewer.
const MAX_RECENTS: usize = 50;

/// What the user prefers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preferences {
    /// Pinned entities, the newest last.
    pub pins: Vec<EntityRef>,
    /// Entities opened last, the newest first.
    pub recents: Vec<EntityRef>,
    /// Entities opened often and lately, with their scores, the highest first.
    pub frequent: Vec<(EntityRef, f64)>,
    /// What the user should know, as sentences: state that was damaged and set aside. Foreign text.
    pub notes: Vec<String>,
}

/// What the user prefers. State that cannot be read is empty, with a note.
pub fn preferences(portal: &Portal) -> Preferences {
    let remembered = portal.user_state().load();
    Preferences {
        recents: remembered.recents(MAX_RECENTS),
        frequent: remembered.frequent(portal.now()),
        pins: remembered.pins,
        notes: remembered.notes,
    }
}

/// Pins an entity or takes its pin away, and returns the pins.
pub fn pin(portal: &Portal, reference: &EntityRef, is_pinned: bool) -> Result<Vec<EntityRef>> {
    portal.user_state().pin(reference, is_pinned)
}

/// Notes that an entity was opened.
pub fn remember(portal: &Portal, reference: &EntityRef) -> Result<()> {
    portal.user_state().visit(reference, portal.now())
}
