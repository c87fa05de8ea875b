//! A descriptor: the entities that a file declares, and what is wrong with it.
//!
//! Every document stands for itself: one that cannot be read, or is no descriptor at all, never hides its
//! neighbours. An entity is kept when it can be named, even if a stock Backstage would refuse it.

mod places;
mod reader;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;

use super::lookalike::LookAlike;
use super::placeholder::Files;
use super::{Code, Entity, Origin, Position, Problem};
use reader::Reader;

pub use places::{locate, place};

/// What a file declares.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The entities, in the order of the file. The origin of each is the start of its document.
    pub entities: Vec<Entity>,
    /// Which of the entities a stock Backstage would refuse.
    pub refused: BTreeSet<usize>,
    /// What is wrong, each with its place.
    pub problems: Vec<Problem>,
    /// Documents that are no descriptors, though they stand where descriptors do.
    pub skipped: Vec<Skipped>,
}

/// A document that is no descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// What it is instead.
    pub reason: LookAlike,
    /// Where it starts.
    pub position: Position,
}

/// Reads a descriptor and leaves its placeholders as they are.
pub fn read(bytes: &[u8], origin: &Origin) -> Reading {
    Reader::new(origin).file(bytes, None)
}

/// Reads a descriptor and puts the content of files in the place of its placeholders.
pub fn read_with_files(bytes: &[u8], origin: &Origin, files: &mut Files<'_>) -> Reading {
    Reader::new(origin).file(bytes, Some(files))
}

/// Reads one entity that a server gave as JSON. Its placeholders are replaced already, its relations are taken
/// as the server made them, and the errors that it reports become problems of the entity.
pub fn read_json(bytes: &[u8], origin: &Origin) -> Reading {
    let mut reader = Reader::new(origin);
    match serde_json::from_slice(bytes) {
        Ok(value @ Value::Object(_)) => reader.served(value),
        Ok(_) => reader.report(Code::NotAMap, Position::default(), "The answer is no entity.".to_owned()),
        Err(error) => {
            let position = Position { line: error.line() as u32, column: error.column() as u32 };
            reader.report(Code::YamlSyntax, position, format!("The answer is no JSON: {error}."));
        }
    }
    reader.reading
}
