//! Finding entities by where they are declared and by what their documents mention.

use rusqlite::params;

use super::{Snapshot, decode};
use crate::catalog::{EntityRef, SourceId};
use crate::error::Result;

/// Entities of a file; only winners count.
const WINNERS_OF_FILE: &str =
    "JOIN claims c ON c.file = f.id JOIN names n ON n.id = c.name AND n.claim = c.id";

impl Snapshot {
    /// The entities that a descriptor of this path declares, else those of the nearest folder above it that
    /// has descriptors. The path is `/`-separated, below the root of the source. Reads the names of all files.
    pub fn declared_nearest(&self, source: &SourceId, path: &str) -> Result<Vec<EntityRef>> {
        let nearest = self.read(|connection| {
            let mut files = connection.prepare_cached("SELECT id, path FROM files WHERE source = ?1")?;
            let mut declares = connection.prepare_cached("SELECT 1 FROM claims WHERE file = ?1")?;
            let mut rows = files.query([&*source.0])?;
            let (mut best, mut nearest) = (None, Vec::new());
            while let Some(row) = rows.next()? {
                let (id, file): (i64, String) = (row.get(0)?, row.get(1)?);
                let closeness = closeness(&file, path);
                // Files that declare nothing, such as templates' skeletons, are nobody's descriptor.
                if closeness.is_none() || closeness < best || !declares.exists([id])? {
                    continue;
                }
                if closeness > best {
                    nearest.clear();
                    best = closeness;
                }
                nearest.push(id);
            }
            Ok(nearest)
        })?;
        let query = format!("SELECT n.ref FROM files f {WINNERS_OF_FILE} WHERE f.id = ?1 ORDER BY c.id");
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&query)?;
            let mut found = Vec::new();
            for id in nearest {
                for name in statement.query_map([id], |row| row.get::<_, String>(0))? {
                    found.push(decode::reference(&name?)?);
                }
            }
            Ok(found)
        })
    }

    /// Entities whose document holds this text, letter by letter, in the order of their claims. Reads every
    /// document.
    pub fn mentioning(&self, text: &str, most: usize) -> Result<Vec<EntityRef>> {
        self.references(
            "SELECT n.ref FROM claims c JOIN names n ON n.id = c.name AND n.claim = c.id
             WHERE instr(c.body, ?1) ORDER BY c.id LIMIT ?2",
            text,
            most,
        )
    }

    /// Entities declared in a repository whose facts, such as its remote, hold this text.
    pub fn in_repository(&self, text: &str, most: usize) -> Result<Vec<EntityRef>> {
        let query = format!(
            "SELECT n.ref FROM repositories r JOIN files f ON f.repository = r.id {WINNERS_OF_FILE}
             WHERE instr(r.body, ?1) ORDER BY c.id LIMIT ?2"
        );
        self.references(&query, text, most)
    }

    fn references(&self, query: &str, text: &str, most: usize) -> Result<Vec<EntityRef>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query)?;
            let names = statement.query_map(params![text, most as i64], |row| row.get::<_, String>(0))?;
            names.map(|name| decode::reference(&name?)).collect()
        })
    }
}

/// How near a descriptor is to a path: the file itself before its folder before the folders above it; nothing
/// where the descriptor lies elsewhere.
fn closeness(file: &str, path: &str) -> Option<usize> {
    if file == path {
        return Some(usize::MAX);
    }
    let folder = file.rfind('/').map_or("", |at| &file[..at]);
    let below = path.strip_prefix(folder)?;
    (folder.is_empty() || below.is_empty() || below.starts_with('/')).then_some(folder.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_descriptor_is_the_file_then_its_folder_then_those_above() {
        assert_eq!(closeness("a/b/catalog-info.yaml", "a/b/catalog-info.yaml"), Some(usize::MAX));
        assert!(
            closeness("a/b/catalog-info.yaml", "a/b/src/x.rs")
                > closeness("a/catalog-info.yaml", "a/b/src/x.rs")
        );
        assert_eq!(closeness("a/b/catalog-info.yaml", "a/b"), Some(3));
        assert_eq!(closeness("a/b/catalog-info.yaml", "a/bc"), None);
        assert_eq!(closeness("catalog-info.yaml", "a"), Some(0));
    }
}
