//! The configuration as the rest of the house sees it: typed and complete.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::check::ConfigProblem;
use super::merged::Merged;
use super::sources::{Bases, SourceConfig, sources};
use super::sync::SyncPolicy;
use crate::error::Result;

/// The configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The ref of the user entity that "mine" is about.
    pub user: Option<String>,
    /// Where entities come from.
    pub sources: Vec<SourceConfig>,
    /// How they are synced.
    pub sync: SyncPolicy,
    /// The name of the theme.
    pub theme: String,
    /// How the portal looks and listens.
    pub ui: Ui,
    /// Chords by context, each with the id of its command; none takes the chord away.
    pub keys: Keys,
}

/// Chords by context, each with the id of its command; none takes the chord away.
pub type Keys = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// How the portal looks and listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ui {
    /// The signs that lines and marks are drawn with.
    pub symbols: Symbols,
    /// Whether clicks and the wheel reach the portal.
    pub mouse: bool,
}

/// The signs that lines and marks are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Symbols {
    /// Box drawing and arrows.
    Unicode,
    /// Nothing beyond ASCII.
    Ascii,
}

impl Config {
    /// The typed configuration of merged layers, and the sources that cannot be understood.
    pub(super) fn new(merged: &Merged, bases: &Bases<'_>) -> Result<(Self, Vec<ConfigProblem>)> {
        for section in ["/sync", "/ui"] {
            merged.get::<serde_json::Map<String, serde_json::Value>>(section)?;
        }
        let (sources, problems) = sources(merged, bases)?;
        let config = Self {
            user: merged.get("/user")?,
            sources,
            sync: SyncPolicy::new(merged)?,
            theme: merged.get("/theme")?,
            ui: Ui { symbols: merged.get("/ui/symbols")?, mouse: merged.get("/ui/mouse")? },
            keys: keys(merged)?,
        };
        Ok((config, problems))
    }
}

fn keys(merged: &Merged) -> Result<Keys> {
    let Some(contexts) = merged.value("/keys").as_object() else { return merged.get("/keys") };
    let mut keys = Keys::new();
    for (context, chords) in contexts {
        let pointer = format!("/keys/{}", escape(context));
        let mut bound = BTreeMap::new();
        for chord in chords.as_object().into_iter().flat_map(|chords| chords.keys()) {
            bound.insert(chord.clone(), merged.get(&format!("{pointer}/{}", escape(chord)))?);
        }
        if !chords.is_object() {
            bound = merged.get(&pointer)?;
        }
        keys.insert(context.clone(), bound);
    }
    Ok(keys)
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
