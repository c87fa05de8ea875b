//! The values that occur in a set of rows, for completion.

use super::{Row, RowFlags, Rows};
use crate::catalog::query::{Facets, Field};

/// Words of `has:` beside those that are flags.
const HAS_FIELDS: [&str; 6] = ["owner", "system", "lifecycle", "type", "tags", "title"];

impl Rows {
    /// The values of the short fields with how often they occur. Reads every row: ask once for a snapshot.
    pub fn facets(&self) -> Facets {
        let has = RowFlags::HAS.iter().map(|(word, _)| *word).chain(HAS_FIELDS).collect();
        let mut facets = Facets::new(has);
        for row in self.iter() {
            add(&mut facets, row);
        }
        facets
    }
}

fn add(facets: &mut Facets, row: Row<'_>) {
    let name = |reference: &str| reference.rsplit(['/', ':']).next().unwrap_or(reference).to_owned();
    facets.add(&Field::Kind, row.kind().raw());
    facets.add(&Field::Namespace, row.namespace().raw());
    for (field, value) in [(Field::Lifecycle, row.lifecycle()), (Field::Type, row.spec_type())] {
        if let Some(value) = value {
            facets.add(&field, value.raw());
        }
    }
    for (field, reference) in [(Field::Owner, row.owner()), (Field::System, row.system())] {
        if let Some(reference) = reference {
            facets.add(&field, &name(reference.raw()));
        }
    }
    for tag in row.tags() {
        facets.add(&Field::Tag, tag.raw());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::rows;

    #[test]
    fn values_are_counted() {
        let facets = rows(&["a", "b"]).facets();
        assert_eq!(facets.values(&Field::Kind), [("component", 2)]);
    }
}
