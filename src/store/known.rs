//! What a generation knows of the files it was read from, so that an unchanged file is not read again.

use super::Stage;
use super::decode::{self, CLAIM};
use super::snapshot::Snapshot;
use crate::catalog::{Entity, Problem, Repository, SourceId};
use crate::error::Result;

/// A descriptor file of a generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Its path below the root of its source.
    pub path: String,
    /// What told its source whether it changed.
    pub validator: String,
    /// The repository that it lay in.
    pub repository: Option<Repository>,
    id: i64,
}

impl KnownFile {
    /// Where it stood when the files of its source were read.
    pub fn order(&self) -> i64 {
        self.id
    }
}

impl Snapshot {
    /// The descriptor files of a source.
    pub fn files(&self, source: &SourceId) -> Result<Vec<KnownFile>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT path, validator, f.id, r.body FROM files f
                 LEFT JOIN repositories r ON r.id = f.repository WHERE source = ?1 ORDER BY f.id",
            )?;
            let files = statement.query_map([&*source.0], |row| {
                let has_repository = row.get_ref(3)? != rusqlite::types::ValueRef::Null;
                Ok(KnownFile {
                    repository: has_repository.then(|| decode::json(row, 3)).transpose()?,
                    path: row.get(0)?,
                    validator: row.get(1)?,
                    id: row.get(2)?,
                })
            })?;
            files.collect()
        })
    }

    /// Every entity that a file declared, also those that lost their name.
    pub fn entities_in(&self, file: &KnownFile) -> Result<Vec<Entity>> {
        let query = format!("{CLAIM} WHERE c.file = ?1 ORDER BY c.id");
        self.claims(&query, [file.id])
    }

    /// The Locations of a source, also those that lost their name.
    pub fn locations(&self, source: &SourceId) -> Result<Vec<Entity>> {
        // The range holds every reference that begins with `location:`, for ';' follows ':'.
        let query = format!(
            "{CLAIM} JOIN (
                 SELECT claim FROM names WHERE ref > 'location:' AND ref < 'location;' AND claim IS NOT NULL
                 UNION ALL
                 SELECT r.claim FROM names n JOIN rivals r ON r.name = n.id
                 WHERE ref > 'location:' AND ref < 'location;'
             ) l ON l.claim = c.id WHERE f.source = ?1 ORDER BY c.id"
        );
        self.claims(&query, [&*source.0])
    }

    fn claims(&self, query: &str, values: impl rusqlite::Params) -> Result<Vec<Entity>> {
        let claims = self.read(|connection| {
            let mut statement = connection.prepare_cached(query)?;
            let found = statement.query_map(values, decode::claim)?;
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
