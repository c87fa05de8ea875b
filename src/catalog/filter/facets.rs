//! Facets: the values of a field and how many entities have each.

use std::collections::BTreeMap;

use super::Rows;

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Facet {
    /// The value as it was written.
    pub value: String,
    /// How many entities have it.
    pub count: usize,
}

/// The values of a field over some entities, in the order of the values.
pub fn facets<'r>(field: &str, entities: impl IntoIterator<Item = &'r Rows>) -> Vec<Facet> {
    let key = field.to_lowercase();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for rows in entities {
        for value in rows.with_key(&key).filter_map(|row| row.original.as_deref()) {
            *counts.entry(value).or_default() += 1;
        }
    }
    counts.into_iter().map(|(value, count)| Facet { value: value.to_owned(), count }).collect()
}
