//! Where the values of a descriptor stand in its file: looked up only where a problem needs it.

use crate::catalog::yaml::{self, Fragment, MAX_LOCATE_BYTES, Part};
use crate::catalog::{Position, Problem};

/// Gives problems of one file the exact places of the values that their pointers name, from the bytes of the
/// file. Problems that were found without the file at hand have only the start of their document.
pub fn locate<'p>(problems: impl IntoIterator<Item = &'p mut Problem>, bytes: &[u8]) {
    let Ok(text) = yaml::decode(bytes) else { return };
    let fragments: Vec<_> = yaml::documents(text).map(|fragment| (fragment.position(), fragment)).collect();
    for problem in problems {
        let Some(pointer) = problem.pointer.take() else { continue };
        let start = problem.origin.position;
        if let Ok(at) = fragments.binary_search_by_key(&start, |(position, _)| *position) {
            problem.origin.position = fragments[at].1.locate(&pointer, Part::Value);
        }
    }
}

/// The place of a value in the document that begins at `start`; nothing where none begins there any more.
pub fn place(bytes: &[u8], start: Position, pointer: &str) -> Option<Position> {
    let text = yaml::decode(bytes).ok()?;
    let fragment = yaml::documents(text).find(|fragment| fragment.position() == start)?;
    Some(fragment.locate(pointer, Part::Value))
}

/// Looks places up in one document, within a budget of bytes. What a server sent has none.
pub(super) struct Places<'a> {
    fragment: Option<&'a Fragment<'a>>,
    left: usize,
}

impl<'a> Places<'a> {
    pub(super) fn of(fragment: &'a Fragment<'a>) -> Self {
        Self { fragment: Some(fragment), left: MAX_LOCATE_BYTES }
    }

    pub(super) fn nowhere() -> Self {
        Self { fragment: None, left: 0 }
    }

    pub(super) fn is_nowhere(&self) -> bool {
        self.fragment.is_none()
    }

    /// Where the document begins.
    pub(super) fn start(&self) -> Position {
        self.fragment.map_or_else(Position::default, Fragment::position)
    }

    /// The place of the key or the value at a JSON pointer; that of the document where the budget is spent.
    pub(super) fn find(&mut self, pointer: &str, part: Part) -> Position {
        let Some(fragment) = self.fragment else { return Position::default() };
        match self.left.checked_sub(fragment.text().len()) {
            Some(left) => {
                self.left = left;
                fragment.locate(pointer, part)
            }
            None => fragment.position(),
        }
    }

    /// The scalar that is written at a place.
    pub(super) fn word_at(&self, position: Position) -> &str {
        self.fragment.map_or("", |fragment| fragment.word_at(position))
    }
}
