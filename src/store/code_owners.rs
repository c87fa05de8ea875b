//! The CODEOWNERS files of a generation, and the repositories that they are of.

use rusqlite::{OptionalExtension, params};

use super::{KnownFile, Snapshot, decode};
use crate::catalog::codeowners::{Dialect, People};
use crate::catalog::{EntityRef, Repository, SourceId};
use crate::error::{Error, Result};
use crate::search::fold;

/// A file that names the owners of the paths of its repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOwnersFile {
    /// Its path below the root of its source.
    pub path: String,
    /// The repository that it is of; nothing for one of files that lie in none.
    pub repository: Option<Repository>,
    /// Its text. Foreign.
    pub text: String,
}

impl CodeOwnersFile {
    /// Whose rules it follows.
    pub fn dialect(&self) -> Dialect {
        let remote = self.repository.as_ref().and_then(|it| it.remote.as_deref());
        Dialect::of(&self.path, remote, &self.text)
    }

    /// The file of a row with its path, its repository and its text.
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let has_repository = row.get_ref(1)? != rusqlite::types::ValueRef::Null;
        Ok(Self {
            path: row.get(0)?,
            repository: has_repository.then(|| decode::json(row, 1)).transpose()?,
            text: row.get(2)?,
        })
    }
}

/// Selects what [`CodeOwnersFile::read`] reads, by the root of the repository and the source.
pub(super) const FILE: &str = "SELECT f.path, r.body, c.body FROM code_owners c JOIN files f ON f.id = c.file
    LEFT JOIN repositories r ON r.id = f.repository WHERE c.root = ?1 AND f.source = ?2";

impl People for Snapshot {
    type Error = Error;

    fn by_alias(&self, alias: &str) -> Result<Option<EntityRef>> {
        let (alias, rows) = (fold(alias), self.rows()?);
        let mut people = rows.iter().filter(|row| matches!(row.kind().raw(), "group" | "user"));
        let found = people.find(|row| row.aliases().any(|it| it.raw() == alias));
        Ok(found.map(|row| row.reference()))
    }

    fn is_there(&self, reference: &EntityRef) -> Result<bool> {
        self.exists(reference)
    }
}

impl Snapshot {
    /// The file of the innermost repository around a path.
    pub fn code_owners_around(&self, source: &SourceId, path: &str) -> Result<Option<CodeOwnersFile>> {
        self.read(|connection| {
            let mut file = connection.prepare_cached(FILE)?;
            let mut repository = connection.prepare_cached(
                "SELECT 1 FROM repositories r WHERE json_extract(r.body, '$.root') = ?1
                 AND EXISTS (SELECT 1 FROM files f WHERE f.repository = r.id AND f.source = ?2)",
            )?;
            let mut root = path;
            loop {
                let found = file.query_row(params![root, &*source.0], CodeOwnersFile::read);
                if let Some(found) = found.optional()? {
                    return Ok(Some(found));
                }
                if root.is_empty() || repository.exists(params![root, &*source.0])? {
                    return Ok(None);
                }
                root = root.rsplit_once('/').map_or("", |(above, _)| above);
            }
        })
    }

    /// The text that a file of owners had.
    pub fn code_owners_in(&self, file: &KnownFile) -> Result<Option<String>> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT body FROM code_owners WHERE file = ?1")?
                .query_row([file.order()], |row| row.get(0))
                .optional()
        })
    }

    /// Repositories whose facts, such as the remote, hold this text in any case, each with a source of it.
    pub fn repositories_holding(&self, text: &str, most: usize) -> Result<Vec<(SourceId, Repository)>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT (SELECT f.source FROM files f WHERE f.repository = r.id LIMIT 1), r.body
                 FROM repositories r WHERE instr(lower(r.body), lower(?1)) LIMIT ?2",
            )?;
            let found = statement.query_map(params![text, most as i64], |row| {
                Ok((row.get::<_, Option<String>>(0)?, decode::json(row, 1)?))
            })?;
            let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
            let sourced =
                |(source, repository): (Option<String>, _)| Some((SourceId::new(&source?), repository));
            Ok(found.into_iter().filter_map(sourced).collect())
        })
    }
}
