//! Owners by CODEOWNERS: from a path to the line that matches, and from its words to groups and users.

use crate::catalog::codeowners::{CodeOwners, meant};
use crate::catalog::{Entity, Origin, Position, SourceId};
use crate::error::Result;
use crate::store::Snapshot;
use crate::text::Untrusted;

use super::owner::{Basis, Evidence, Owner, describe};

/// The owners of an entity that names none: those of its descriptor.
pub(super) fn of_entity(snapshot: &Snapshot, entity: &Entity) -> Result<Vec<Owner>> {
    let mut owners = of_path(snapshot, &entity.origin.source, &entity.origin.path)?;
    for owner in &mut owners {
        owner.because.entity = Some(entity.reference.clone());
        owner.because.is_inherited = true;
    }
    Ok(owners)
}

/// The owners of a path below the root of a source.
pub(super) fn of_path(snapshot: &Snapshot, source: &SourceId, path: &str) -> Result<Vec<Owner>> {
    let Some(file) = snapshot.code_owners_around(source, path)? else { return Ok(Vec::new()) };
    let repository = file.repository.as_ref();
    let within = repository.map_or_else(|| Some(path.to_owned()), |it| it.path_within(path));
    let Some(within) = within else { return Ok(Vec::new()) };
    let mut owners: Vec<Owner> = Vec::new();
    for line in CodeOwners::read(&file.text, file.dialect()).of(&within) {
        for written in &line.owners {
            let origin = Origin {
                source: source.clone(),
                path: file.path.as_str().into(),
                position: Position { line: line.line, column: 1 },
                repository: repository.cloned().map(Into::into),
            };
            let because = Evidence {
                basis: Basis::CodeOwners,
                field: "CODEOWNERS",
                pattern: Some(Untrusted::owned(line.pattern)),
                entity: None,
                is_inherited: false,
                origin: Some(origin),
            };
            let mut owner = describe(snapshot, meant(snapshot, written)?, because)?;
            if !owner.exists {
                owner.name = Untrusted::owned(*written);
            }
            if !owners.iter().any(|known| known.reference == owner.reference) {
                owners.push(owner);
            }
        }
    }
    Ok(owners)
}
