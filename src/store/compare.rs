//! What a snapshot tells of its entities, so that another state can be compared with it in one pass and
//! without reading documents.

use super::decode;
use super::snapshot::Snapshot;
use crate::catalog::{Entity, EntityRef};
use crate::error::Result;

/// An entity of a snapshot, without its document.
#[derive(Debug)]
pub struct Winner {
    /// Its identity.
    pub reference: EntityRef,
    checksum: u32,
    source: String,
    path: String,
}

impl Winner {
    /// Whether an entity has the same document and comes from the same file.
    pub fn is_same(&self, entity: &Entity) -> bool {
        *self.source == *entity.origin.source.0
            && *self.path == *entity.origin.path
            && self.checksum == decode::checksum(entity.reference.as_str(), entity.document.json())
    }
}

impl Snapshot {
    /// Shows every entity, in the order of references. What is shown must not read the snapshot itself.
    pub fn each_winner(&self, show: &mut dyn FnMut(Winner)) -> Result<()> {
        // A cross join keeps the order of the tables: names come sorted from their index, and nothing is sorted.
        let query = "SELECT n.ref, c.checksum, f.source, f.path FROM names n
             CROSS JOIN claims c ON c.id = n.claim CROSS JOIN files f ON f.id = c.file ORDER BY n.ref";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                show(Winner {
                    reference: decode::reference(row.get_ref(0)?.as_str()?)?,
                    checksum: row.get(1)?,
                    source: row.get(2)?,
                    path: row.get(3)?,
                });
            }
            Ok(())
        })
    }
}
