//! One layer of the configuration: a tree of values and where it comes from. Pure.

use std::fmt;
use std::path::PathBuf;

use serde_json::Value;

use crate::catalog::Position;
use crate::catalog::yaml::{self, Part};
use crate::error::{Error, ErrorKind, Result};
use crate::text::Untrusted;

/// Where a layer comes from, the weakest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayerSource {
    /// Built in.
    Default,
    /// A file of the machine or the user.
    File(PathBuf),
    /// The environment of the process.
    Environment,
    /// The command line.
    CommandLine,
}

/// A tree of values from one place.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) source: LayerSource,
    pub(super) tree: Value,
    text: String,
}

impl Layer {
    /// The layer in a YAML text; an empty text sets nothing.
    pub(super) fn parse(source: LayerSource, text: String) -> Result<Self> {
        let wrong = |position: Position, message: &str| {
            Error::new(ErrorKind::Usage, format!("{}: {message}.", place(&source, Some(position))))
        };
        let tree = match yaml::parse(&text) {
            Ok(Value::Null) => Value::Object(serde_json::Map::new()),
            Ok(tree @ Value::Object(_)) => tree,
            Ok(_) => {
                let error = wrong(Position::default(), "a configuration is a map from keys to values");
                return Err(error.with_hint("`callboard config default` prints one to start from."));
            }
            Err(error) => {
                return Err(wrong(error.position, &error.message)
                    .with_hint("Mend the file; `callboard config check` looks at it again."));
            }
        };
        Ok(Self { source, tree, text })
    }

    /// The layer with single values, each at its JSON pointer.
    pub(super) fn of_values(source: LayerSource, values: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut tree = Value::Object(serde_json::Map::new());
        for (pointer, value) in values {
            let mut node = &mut tree;
            for key in pointer.split('/').skip(1) {
                node = &mut node[key];
            }
            *node = value;
        }
        Self { source, tree, text: String::new() }
    }

    /// Where a value or its key stands; nothing for layers that are no text of somebody.
    pub(super) fn position(&self, pointer: &str, part: Part) -> Option<Position> {
        let is_file = matches!(self.source, LayerSource::File(_));
        is_file.then(|| yaml::documents(&self.text).next())?.map(|document| document.locate(pointer, part))
    }
}

/// A place in a layer as people write it: `/home/jane/.config/callboard/config.yaml:3:8`.
pub(super) fn place(source: &LayerSource, position: Option<Position>) -> String {
    match position {
        Some(Position { line, column }) => format!("{source}:{line}:{column}"),
        None => source.to_string(),
    }
}

impl fmt::Display for LayerSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => f.write_str(&Untrusted::owned(path.to_string_lossy()).display()),
            Self::Environment => f.write_str("environment"),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}
