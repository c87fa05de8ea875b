//! Owners by CODEOWNERS: from a path to the line that matches, and from its words to groups and users.

use crate::catalog::codeowners::{Dialect, owners_of};
use crate::catalog::{DEFAULT_NAMESPACE, Entity, EntityRef, Origin, Position, SourceId};
use crate::error::Result;
use crate::search::fold;
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
    let remote = repository.and_then(|it| it.remote.as_deref());
    let dialect = Dialect::of(&file.path, remote, &file.text);
    let mut owners: Vec<Owner> = Vec::new();
    for line in owners_of(&file.text, dialect, &within) {
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

/// Whom `@org/team`, `@login` or a mail address means: the group or user that names it in an annotation or in
/// its profile, else the one of that name. Where there is none, the reference that its name would have.
fn meant(snapshot: &Snapshot, written: &str) -> Result<EntityRef> {
    let handle = written.strip_prefix('@');
    let alias = fold(handle.unwrap_or(written));
    let rows = snapshot.rows()?;
    let mut people = rows.iter().filter(|row| matches!(row.kind().raw(), "group" | "user"));
    if let Some(row) = people.find(|row| row.aliases().any(|it| it.raw() == alias)) {
        return Ok(row.reference());
    }
    let name = alias.rsplit('/').next().unwrap_or(&alias);
    let named = |kind| EntityRef::new(kind, DEFAULT_NAMESPACE, name);
    let kinds = if alias.contains('/') { ["group", "user"] } else { ["user", "group"] };
    // A mail address is nobody's name.
    for kind in kinds.into_iter().filter(|_| handle.is_some()) {
        if snapshot.exists(&named(kind))? {
            return Ok(named(kind));
        }
    }
    Ok(named(kinds[0]))
}
