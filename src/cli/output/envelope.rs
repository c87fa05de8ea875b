//! The envelope that every JSON answer has.

use jiff::Timestamp;
use serde::Serialize;

use crate::ops::Meta;

/// A JSON answer: what it is, how old it is, what in it is older than it should be, and the items.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope<T> {
    schema: String,
    as_of: Option<Timestamp>,
    stale: Vec<Stale>,
    /// The answer.
    pub(crate) items: Vec<T>,
}

/// A source whose data is older than that of the others.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Stale {
    source: String,
    /// Nothing where nothing of it is known.
    as_of: Option<Timestamp>,
    reason: String,
}

impl Stale {
    /// The sources of a snapshot that could not be read the last time.
    fn of(meta: &Meta) -> Vec<Self> {
        let stale = meta.sources.iter().filter_map(|source| {
            let reason = source.why_stale()?;
            let as_of = (!source.is_unknown()).then_some(source.oldest());
            Some(Self { source: source.id.to_string(), as_of, reason })
        });
        stale.collect()
    }
}

impl<T: Serialize> Envelope<T> {
    /// The answer of a command about the catalog of this age.
    pub(crate) fn new(command: &str, meta: &Meta, items: Vec<T>) -> Self {
        Self { as_of: Some(meta.as_of), stale: Stale::of(meta), ..Self::without_catalog(command, items) }
    }

    /// The answer of a command that looked at no catalog.
    pub(crate) fn without_catalog(command: &str, items: Vec<T>) -> Self {
        Self { schema: format!("callboard/v1/{command}"), as_of: None, stale: Vec::new(), items }
    }
}
