//! The file of an entity that a server or a program gave: where it lies in a pack.

use super::{NewFile, PackWriter, Role};
use crate::catalog::EntityRef;
use crate::error::Result;

/// Letters of a name that are kept in a path.
const MAX_NAME: usize = 200;

/// The path that stands for the file of an entity: its reference, in which nothing is left that a path could mind.
/// [`crate::catalog::Origin::is_given`] knows it by its colon.
pub fn entity_path(reference: &EntityRef) -> String {
    let part = |text: &str| -> String {
        let tidy = |c: char| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c };
        let text: String = text.chars().take(MAX_NAME).map(tidy).collect();
        if text.trim_matches('.').is_empty() { format!("_{text}") } else { text }
    };
    format!("{}:{}/{}", part(reference.kind()), part(reference.namespace()), part(reference.name()))
}

impl PackWriter {
    /// Adds an entity as the JSON of its document, at a path as [`entity_path`] makes it, and declares it.
    pub fn add_entity(
        &mut self,
        reference: &EntityRef,
        path: &str,
        validator: &str,
        json: &[u8],
    ) -> Result<()> {
        self.add(NewFile { path, validator, role: Role::Entity, executable: false }, json)?;
        self.declare(reference.as_str());
        Ok(())
    }
}
