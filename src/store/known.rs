//! What a generation knows of the files it was read from, so that an unchanged file is not read again.

use super::Stage;
use super::decode::{self, CLAIM};
use super::snapshot::Snapshot;
use crate::catalog::{Entity, Problem, SourceId};
use crate::error::Result;

/// A descriptor file of a generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Its path below the root of its source.
    pub path: String,
    /// What told its source whether it changed.
    pub validator: String,
    id: i64,
    first: i64,
    claims: i64,
}

impl Snapshot {
    /// The descriptor files of a source.
    pub fn files(&self, source: &SourceId) -> Result<Vec<KnownFile>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT path, validator, id, first, claims FROM files WHERE source = ?1 ORDER BY id",
            )?;
            let files = statement.query_map([&*source.0], |row| {
                Ok(KnownFile {
                    path: row.get(0)?,
                    validator: row.get(1)?,
                    id: row.get(2)?,
                    first: row.get(3)?,
                    claims: row.get(4)?,
                })
            })?;
            files.collect()
        })
    }

    /// Every entity that a file declared, also those that lost their name.
    pub fn entities_in(&self, file: &KnownFile) -> Result<Vec<Entity>> {
        let query = format!("{CLAIM} WHERE c.id >= ?1 AND c.id < ?2 ORDER BY c.id");
        let claims = self.read(|connection| {
            let mut statement = connection.prepare_cached(&query)?;
            let found = statement.query_map([file.first, file.first + file.claims], decode::claim)?;
            found.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        claims.into_iter().map(decode::Claim::into_entity).collect()
    }

    /// The problems that were found while a file was read.
    pub fn problems_in(&self, file: &KnownFile) -> Result<Vec<Problem>> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT body FROM problems WHERE file = ?1 AND stage = ?2 ORDER BY id")?;
            let found = statement.query_map([file.id, Stage::Read as i64], |row| decode::json(row, 0))?;
            found.collect()
        })
    }
}
