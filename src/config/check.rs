//! Looks for keys that mean nothing: misspelt ones, and those of a later version. Pure.

use serde_json::Value;

use super::layer::{Layer, LayerSource, place};
use super::merged::{Merged, key};
use crate::catalog::yaml::Part;
use crate::misread::meant;
use crate::text::Untrusted;

/// Sections that the design has and this version does not.
const LATER: [&str; 4] = ["trust", "on_call", "actions", "limits"];

/// Something in the configuration that has no effect. The rest of the configuration counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Where it stands, with line and column.
    pub origin: String,
    /// What is wrong and what to do, as sentences.
    pub message: String,
}

/// The keys of all layers that the defaults do not have.
pub(super) fn unknown_keys(merged: &Merged) -> Vec<ConfigProblem> {
    let mut problems = Vec::new();
    let Some(default) = merged.layers().iter().find(|layer| layer.source == LayerSource::Default) else {
        return problems;
    };
    for layer in merged.layers() {
        compare(layer, &layer.tree, &default.tree, &mut String::new(), &mut problems);
    }
    problems
}

fn compare(
    layer: &Layer,
    tree: &Value,
    known: &Value,
    pointer: &mut String,
    problems: &mut Vec<ConfigProblem>,
) {
    // A map that is empty in the defaults has names of the user's own.
    let (Some(map), Some(known)) = (tree.as_object(), known.as_object().filter(|map| !map.is_empty())) else {
        return;
    };
    for (name, value) in map {
        let len = pointer.len();
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        match known.get(name) {
            Some(known) => compare(layer, value, known, pointer, problems),
            None if len == 0 && LATER.contains(&name.as_str()) => problems.push(ConfigProblem {
                origin: place(&layer.source, layer.position(pointer, Part::Key)),
                message: format!("`{name}` is not in this version of callboard and has no effect."),
            }),
            None => problems.push(ConfigProblem {
                origin: place(&layer.source, layer.position(pointer, Part::Key)),
                message: unknown("key", &key(pointer), name, known.keys().map(String::as_str)),
            }),
        }
        pointer.truncate(len);
    }
}

/// The sentences about a word that is not known: what it is, and what was perhaps meant.
pub(super) fn unknown<'a>(
    what: &str,
    shown: &str,
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    format!("`{}` is no {what} and has no effect. {}", Untrusted::new(shown).display(), meant(word, &known))
}
