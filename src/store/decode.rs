//! Rows of the tables as values of the catalog, and what is checked on the way.

use std::sync::Arc;

use rusqlite::Row;
use rusqlite::types::Type;
use serde::de::DeserializeOwned;

use crate::catalog::{Document, Entity, EntityRef, Origin, Position, RefContext, Repository, SourceId};
use crate::error::Result;

/// Selects what [`claim`] reads.
pub(super) const CLAIM: &str = "
    SELECT c.body, c.checksum, c.line, c.column, f.source, f.path, r.body,
           (SELECT ref FROM names WHERE id = c.name)
    FROM claims c JOIN files f ON f.id = c.file LEFT JOIN repositories r ON r.id = f.repository";

/// Bytes of one edge: a type of two and a name of four, least first.
const EDGE: usize = 6;

/// One document that claims a name.
pub(super) struct Claim {
    pub(super) name: EntityRef,
    pub(super) origin: Origin,
    body: String,
}

impl Claim {
    pub(super) fn into_entity(self) -> Result<Entity> {
        let document = Document::from_json(self.body).map_err(|error| super::snapshot::damaged(&error))?;
        Ok(Entity { reference: self.name, document: Arc::new(document), origin: self.origin })
    }
}

/// Reads a row of [`CLAIM`] and compares its checksum.
pub(super) fn claim(row: &Row<'_>) -> rusqlite::Result<Claim> {
    let (body, checksum): (String, u32) = (row.get(0)?, row.get(1)?);
    let name: String = row.get(7)?;
    if self::checksum(&name, &body) != checksum {
        return Err(conversion(0, "a checksum differs"));
    }
    let source: String = row.get(4)?;
    let path: String = row.get(5)?;
    let repository = match row.get::<_, Option<String>>(6)? {
        Some(_) => Some(Arc::new(json::<Repository>(row, 6)?)),
        None => None,
    };
    let position = Position { line: row.get(2)?, column: row.get(3)? };
    let origin = Origin { source: SourceId::new(&source), path: path.into(), position, repository };
    Ok(Claim { name: reference(&name)?, origin, body })
}

/// What finds flipped bits in a document.
pub(super) fn checksum(name: &str, body: &str) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(name.as_bytes());
    hasher.update(&[0]);
    hasher.update(body.as_bytes());
    hasher.finalize()
}

/// A column of JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| conversion(column, error))
}

/// A canonical reference.
pub(super) fn reference(text: &str) -> rusqlite::Result<EntityRef> {
    EntityRef::parse(text, RefContext::default()).map_err(|error| conversion(0, error))
}

/// Edges as (type, name).
pub(super) fn edges(bytes: &[u8]) -> impl Iterator<Item = (u16, u32)> + '_ {
    bytes.chunks_exact(EDGE).map(|edge| {
        (u16::from_le_bytes([edge[0], edge[1]]), u32::from_le_bytes([edge[2], edge[3], edge[4], edge[5]]))
    })
}

/// Appends an edge.
pub(super) fn push_edge(bytes: &mut Vec<u8>, kind: u16, name: u32) {
    bytes.extend_from_slice(&kind.to_le_bytes());
    bytes.extend_from_slice(&name.to_le_bytes());
}

fn conversion(
    column: usize,
    error: impl Into<Box<dyn std::error::Error + Send + Sync + 'static>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
