//! The owners that rows show of entities without a relation to one: the same as `who` names first.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::code_owners::{CodeOwnersFile, FILE};
use super::writer::failed;
use crate::catalog::codeowners::{CodeOwners, People, meant};
use crate::catalog::{Assembly, Entity, EntityRef, RelationType, ownership};
use crate::error::Result;
use crate::search::{RowDocument, RowFlags, fold};

/// Owners by the number of the entity, each with what the row says of it.
#[derive(Debug, Default)]
pub(super) struct RowOwners {
    owners: HashMap<usize, (EntityRef, RowFlags)>,
}

impl RowOwners {
    /// Finds the owners in fields and wholes, and then in the files of owners that the tables hold.
    pub(super) fn of(assembly: &Assembly, connection: &Connection) -> Result<Self> {
        let mut found = Self::default();
        // Each file is read once, and only one at a time is held.
        let mut unowned: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for at in without_relation(assembly) {
            let entity = &assembly.entities[at];
            if ownership::is_owner(entity) {
                continue;
            }
            if let Some(owner) = ownership::unrelated(&without_tree(entity)) {
                found.owners.insert(at, (owner, RowFlags::OWNED));
            } else if let Some(owner) = of_whole(assembly, entity) {
                found.owners.insert(at, (owner, RowFlags::OWNED | RowFlags::INHERITED));
            } else {
                let root = entity.origin.repository.as_ref().map_or("", |it| &it.root);
                unowned.entry((&entity.origin.source.0, root)).or_default().push(at);
            }
        }
        let mut people = None;
        for ((source, root), numbers) in unowned {
            let file = connection
                .prepare_cached(FILE)
                .and_then(|mut file| file.query_row(params![root, source], CodeOwnersFile::read).optional())
                .map_err(|error| failed(&error))?;
            if let Some(file) = file {
                let people = people.get_or_insert_with(|| Known::of(assembly));
                found.add(&file, numbers, people);
            }
        }
        Ok(found)
    }

    /// The owner of an entity, and the flags that say why.
    pub(super) fn of_number(&self, at: usize) -> Option<(&EntityRef, RowFlags)> {
        self.owners.get(&at).map(|(owner, flags)| (owner, *flags))
    }

    /// Adds the owners that a file names for the descriptors of its repository.
    fn add(&mut self, file: &CodeOwnersFile, numbers: Vec<usize>, people: &Known<'_>) {
        let code_owners = CodeOwners::read(&file.text, file.dialect());
        for at in numbers {
            let path = &people.assembly.entities[at].origin.path;
            let within =
                file.repository.as_ref().map_or_else(|| Some(path.to_string()), |it| it.path_within(path));
            let lines = within.map(|within| code_owners.of(&within)).unwrap_or_default();
            let Some(written) = lines.first().and_then(|line| line.owners.first()) else { continue };
            let Ok(owner) = meant(people, written);
            let flags = RowFlags::OWNED | RowFlags::INHERITED | RowFlags::CODE_OWNERS;
            self.owners.insert(at, (owner, flags));
        }
    }
}

/// The numbers of the entities that have no relation to an owner.
fn without_relation(assembly: &Assembly) -> impl Iterator<Item = usize> {
    let owned_by = assembly.relations.types().iter().position(|it| *it == RelationType::OwnedBy);
    let mut is_owned = vec![false; assembly.entities.len()];
    for (source, mut edges) in assembly.relations.numbered() {
        is_owned[source as usize] = edges.any(|(relation, _)| Some(usize::from(relation)) == owned_by);
    }
    is_owned.into_iter().enumerate().filter(|(_, is_owned)| !is_owned).map(|(at, _)| at)
}

/// The same entity with a document of its own, so that the tree which a look inside makes goes with it: a
/// million trees at once would take several GB.
fn without_tree(entity: &Entity) -> Entity {
    Entity { document: Arc::new((*entity.document).clone()), ..entity.clone() }
}

/// The owner of the nearest whole that names one.
fn of_whole(assembly: &Assembly, entity: &Entity) -> Option<EntityRef> {
    let Ok(owners) = ownership::owners(assembly, &entity.reference);
    owners.into_iter().next().map(|found| found.owner)
}

/// The groups and users of a catalog that is being written.
struct Known<'a> {
    assembly: &'a Assembly,
    by_alias: HashMap<String, &'a EntityRef>,
}

impl<'a> Known<'a> {
    fn of(assembly: &'a Assembly) -> Self {
        let mut by_alias = HashMap::new();
        for entity in assembly.entities.iter().filter(|entity| ownership::is_owner(entity)) {
            for alias in RowDocument::of(&entity.document).aliases() {
                by_alias.entry(fold(alias).into_owned()).or_insert(&entity.reference);
            }
        }
        Self { assembly, by_alias }
    }
}

impl People for Known<'_> {
    type Error = Infallible;

    fn by_alias(&self, alias: &str) -> Result<Option<EntityRef>, Infallible> {
        Ok(self.by_alias.get(&*fold(alias)).map(|found| (*found).clone()))
    }

    fn is_there(&self, reference: &EntityRef) -> Result<bool, Infallible> {
        Ok(self.assembly.relations.exists(reference))
    }
}
