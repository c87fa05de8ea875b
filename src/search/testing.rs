//! Rows for the tests of search.

use super::{RowFacts, RowFlags, Rows, RowsWriter};
use crate::catalog::EntityRef;

/// The facts of a row with a name and nothing else.
pub(super) fn facts<'a>(reference: &'a EntityRef, name: &'a str) -> RowFacts<'a> {
    RowFacts {
        reference,
        name,
        title: None,
        aliases: Vec::new(),
        tags: Vec::new(),
        owner: None,
        owner_name: None,
        lifecycle: None,
        spec_type: None,
        system: None,
        flags: RowFlags::default(),
        problems: 0,
    }
}

/// Components with these names, which come in order.
pub(super) fn rows(names: &[&str]) -> Rows {
    let mut writer = RowsWriter::new();
    for name in names {
        writer.push(&facts(&EntityRef::new("component", "default", name), name));
    }
    Rows::from_bytes(writer.finish()).unwrap()
}
