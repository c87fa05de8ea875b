//! YAML as Backstage reads it: YAML 1.2 core by the judgement of npm's `yaml`, as JSON values.
//!
//! Knows text and values, never what a descriptor is. Only [`reader`], [`aliases`] and [`writer`] know the YAML crate.
//! Every reading is bounded before it recurses or allocates; a place in the text is looked up only when a
//! problem needs it.

mod aliases;
mod build;
mod dashes;
mod decode;
mod directives;
mod limit;
mod plain_words;
mod reader;
mod repair;
mod scalar;
mod search;
mod second_look;
mod split;
mod stand_in;
#[cfg(test)]
mod tests;
mod writer;

pub use decode::{DecodeError, decode};
pub use limit::{
    MAX_ALIAS_COUNT, MAX_DEPTH, MAX_DOCUMENT_NODES, MAX_DOCUMENT_TEXT_BYTES, MAX_DOCUMENT_TOKENS,
    MAX_FILE_BYTES, MAX_FLOW_OPENERS, MAX_LOCATE_BYTES,
};
pub use search::Part;
pub use split::{Documents, Fragment, documents};
pub use writer::to_yaml;

use serde_json::Value;

use super::Position;

/// Why a YAML document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum YamlErrorKind {
    /// The text is no YAML.
    Syntax,
    /// A key stands twice in one map.
    DuplicateKey,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// More values or text than the limits allow, written or made by aliases.
    TooLarge,
}

/// A YAML document that could not be read: why and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {}, column {})", position.line, position.column)]
pub struct YamlError {
    /// The class of the error.
    pub kind: YamlErrorKind,
    /// What is wrong, as the part of a sentence.
    pub message: String,
    /// What to do about it, as a sentence.
    pub fix: Option<String>,
    /// Where it is.
    pub position: Position,
}

/// Reads a text that holds one document; an empty text is null.
pub fn parse(text: &str) -> Result<Value, YamlError> {
    let mut documents = documents(text);
    let Some(first) = documents.next() else { return Ok(Value::Null) };
    let value = first.parse()?;
    match documents.next() {
        None => Ok(value),
        Some(second) => Err(YamlError {
            kind: YamlErrorKind::Syntax,
            message: "a second document where one was expected".to_owned(),
            fix: None,
            position: second.position(),
        }),
    }
}
