//! Entities that vanished from their source: still shown for a while, as what they are, so that nobody meets a
//! silent gap.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Snapshot;
use super::decode::{self, checksum};
use crate::catalog::{Document, Entity, EntityRef, Origin, Position, Relation, RelationType, SourceId};
use crate::error::Result;

/// An entity that vanished from its source.
#[derive(Debug, Clone, PartialEq)]
pub struct Tombstone {
    /// The entity as it was last seen.
    pub entity: Entity,
    /// Who owned it.
    pub owners: Vec<EntityRef>,
    /// When it was first found to be gone.
    pub gone_at: Timestamp,
}

impl Tombstone {
    /// The relations that are still told of it.
    pub(super) fn relations(&self) -> Vec<Relation> {
        owned(&self.entity.reference, &self.owners)
    }

    pub(super) fn insert(&self, connection: &Connection) -> rusqlite::Result<()> {
        let origin = &self.entity.origin;
        let body = self.entity.document.json();
        let text = |value: serde_json::Result<String>| {
            value.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
        };
        let repository = origin.repository.as_ref().map(|it| text(serde_json::to_string(it))).transpose()?;
        connection
            .prepare_cached("INSERT INTO tombstones VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?
            .execute(params![
                self.entity.reference.as_str(),
                self.gone_at.as_second(),
                text(serde_json::to_string(&self.owners))?,
                &*origin.source.0,
                &*origin.path,
                origin.position.line,
                origin.position.column,
                repository,
                checksum(self.entity.reference.as_str(), body),
                body,
            ])
            .map(drop)
    }
}

fn owned(reference: &EntityRef, owners: &[EntityRef]) -> Vec<Relation> {
    let owned = owners.iter().map(|owner| Relation {
        source: reference.clone(),
        relation: RelationType::OwnedBy,
        target: owner.clone(),
    });
    owned.collect()
}

/// Selects what [`read`] reads.
const TOMBSTONE: &str = "SELECT ref, gone, owners, source, path, line, column, repository, checksum, body
    FROM tombstones";

fn read(row: &Row<'_>) -> rusqlite::Result<Tombstone> {
    let (name, sum, body): (String, u32, String) = (row.get(0)?, row.get(8)?, row.get(9)?);
    let damaged = |what: &str| {
        let error = std::io::Error::other(what.to_owned());
        rusqlite::Error::FromSqlConversionFailure(9, rusqlite::types::Type::Text, error.into())
    };
    if checksum(&name, &body) != sum {
        return Err(damaged("a checksum differs"));
    }
    let source: String = row.get(3)?;
    let path: String = row.get(4)?;
    let has_repository = row.get_ref(7)? != rusqlite::types::ValueRef::Null;
    let origin = Origin {
        source: SourceId::new(&source),
        path: path.into(),
        position: Position { line: row.get(5)?, column: row.get(6)? },
        repository: has_repository.then(|| decode::json(row, 7)).transpose()?.map(Arc::new),
    };
    let document = Document::from_json(body).map_err(|_| damaged("a document is no JSON"))?;
    let reference = decode::reference(&name)?;
    Ok(Tombstone {
        entity: Entity { reference, document: Arc::new(document), origin },
        owners: decode::json(row, 2)?,
        gone_at: Timestamp::from_second(row.get(1)?).map_err(|_| damaged("a time is none"))?,
    })
}

impl Snapshot {
    /// The entities that vanished, in the order of their references.
    pub fn tombstones(&self) -> Result<Vec<Tombstone>> {
        let query = format!("{TOMBSTONE} ORDER BY ref");
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&query)?;
            statement.query_map([], read)?.collect()
        })
    }

    /// The entity behind a reference that vanished from its source.
    pub fn tombstone(&self, reference: &EntityRef) -> Result<Option<Tombstone>> {
        let query = format!("{TOMBSTONE} WHERE ref = ?1");
        self.read(|connection| {
            connection.prepare_cached(&query)?.query_row([reference.as_str()], read).optional()
        })
    }

    /// When the first of the entities that vanished was found to be gone.
    pub fn oldest_tombstone(&self) -> Result<Option<Timestamp>> {
        let second: Option<i64> = self.read(|connection| {
            connection.prepare_cached("SELECT min(gone) FROM tombstones")?.query_row([], |row| row.get(0))
        })?;
        Ok(second.and_then(|second| Timestamp::from_second(second).ok()))
    }
}
