//! The relations of a catalog as numbers, and their making.

use std::collections::HashMap;
use std::convert::Infallible;

use super::Capped;
use crate::catalog::declared::{Declared, Resolved};
use crate::catalog::validate::nearest;
use crate::catalog::{Code, Entity, EntityRef, Problem, Relation, RelationType, Severity};
use crate::parallel;

/// Names compared in search of a better one, in the whole catalog: comparing is what costs.
const MAX_COMPARED: usize = 200_000;

/// Kinds that a field of any kind mostly means.
const ANY_KIND: &[&str] = &["component", "resource", "api"];

/// Entities whose references are resolved before they are handed on.
const RELATED_AT_ONCE: usize = 256;

/// The relations of all entities, both ways, each once, in order.
#[derive(Debug, Default)]
pub struct Relations {
    /// First the entities in their order, then the targets that do not exist.
    references: Vec<EntityRef>,
    entities: usize,
    types: Vec<RelationType>,
    edges: Vec<Edge>,
}

/// A relation by the numbers of its parts; edges sort as relations do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    source: u32,
    relation: u16,
    target: u32,
}

impl Relations {
    /// The relations of one entity, in the order of their types and targets.
    pub fn of(&self, reference: &EntityRef) -> impl Iterator<Item = Relation> {
        let range = match self.references[..self.entities].binary_search(reference) {
            Ok(source) => self.range(source as u32),
            Err(_) => 0..0,
        };
        self.edges[range].iter().map(|edge| self.relation(*edge))
    }

    /// All relations, in the order of entities, types and targets.
    pub fn iter(&self) -> impl Iterator<Item = Relation> {
        self.edges.iter().map(|edge| self.relation(*edge))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// Whether an entity with this reference exists.
    pub fn exists(&self, reference: &EntityRef) -> bool {
        self.references[..self.entities].binary_search(reference).is_ok()
    }

    /// The relations of the entity with a number: type and target of each, and whether the target exists.
    pub fn of_number(&self, source: usize) -> impl Iterator<Item = (&RelationType, &EntityRef, bool)> {
        let edges = &self.edges[self.range(source as u32)];
        edges.iter().map(|edge| {
            let (relation, target) = (usize::from(edge.relation), edge.target as usize);
            (&self.types[relation], &self.references[target], target < self.entities)
        })
    }

    /// Everything that a relation begins or ends at, by its number: first the entities in their order, then
    /// the targets that do not exist.
    pub fn references(&self) -> &[EntityRef] {
        &self.references
    }

    /// How many of the references are entities.
    pub fn entities(&self) -> usize {
        self.entities
    }

    /// The types of relations that there are, in their order.
    pub fn types(&self) -> &[RelationType] {
        &self.types
    }

    /// The relations as numbers: the entity that they begin at, and for each the type and the target.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, impl Iterator<Item = (u16, u32)>)> {
        let of_one = self.edges.chunk_by(|a, b| a.source == b.source);
        of_one.map(|edges| (edges[0].source, edges.iter().map(|edge| (edge.relation, edge.target))))
    }

    /// The numbers of the entities that one entity has a relation of this type to.
    pub(super) fn targets(&self, source: usize, relation: &RelationType) -> impl Iterator<Item = usize> {
        self.edges[self.range(source as u32)]
            .iter()
            .filter(move |edge| self.types[usize::from(edge.relation)] == *relation)
            .map(|edge| edge.target as usize)
    }

    /// How many relations an entity has, those to what does not exist among them.
    pub(super) fn count(&self, source: usize) -> usize {
        self.range(source as u32).len()
    }

    fn range(&self, source: u32) -> std::ops::Range<usize> {
        let start = self.edges.partition_point(|edge| edge.source < source);
        let length = self.edges[start..].partition_point(|edge| edge.source == source);
        start..start + length
    }

    fn relation(&self, edge: Edge) -> Relation {
        Relation {
            source: self.references[edge.source as usize].clone(),
            relation: self.types[usize::from(edge.relation)].clone(),
            target: self.references[edge.target as usize].clone(),
        }
    }
}

/// Makes the relations of entities that stand in the order of their references, and reports references that
/// point nowhere or to the wrong kind.
pub(super) fn relate<'e>(entities: &'e [Entity], problems: &mut Vec<Problem>) -> Relations {
    let mut maker = Maker::new(entities);
    let mut dangling = Vec::new();
    let mut unexpected = Vec::new();
    let (mut dangling, mut unexpected) = (Capped::new(&mut dangling), Capped::new(&mut unexpected));
    let mut sources = entities.iter().enumerate();
    let chunks = entities.chunks(RELATED_AT_ONCE);
    let read = |chunk: &'e [Entity], hand_on: &mut dyn FnMut(Vec<Stated<'e>>)| {
        hand_on(chunk.iter().map(Stated::by).collect());
    };
    let Ok(()) = parallel::in_order(&chunks, read, |all| {
        for (stated, (source, entity)) in all.into_iter().zip(&mut sources) {
            for (relation, target) in &stated.served {
                maker.add(source, relation, target);
            }
            for one in &stated.resolved {
                let Ok(target) = &one.target else { continue };
                let exists = maker.add(source, &one.field.relation, target);
                if !exists {
                    dangling.push(|| maker.dangling(entity, one, target));
                }
                if !one.field.targets.is_empty() && !one.field.targets.contains(&target.kind()) {
                    unexpected.push(|| unexpected_kind(entity, one, target));
                }
            }
        }
        Ok::<_, Infallible>(())
    });
    let relations = maker.finish();
    for capped in [dangling, unexpected] {
        let found = std::mem::take(capped.problems);
        capped.finish();
        problems.extend(found);
    }
    relations
}

/// What an entity says of its relations: what its server made of them, else the references of its fields.
#[derive(Default)]
struct Stated<'a> {
    served: Vec<(RelationType, EntityRef)>,
    resolved: Vec<Resolved<'a>>,
}

impl<'a> Stated<'a> {
    fn by(entity: &'a Entity) -> Self {
        let mut declared = Declared::of_json(entity.document.json());
        match declared.served.take() {
            Some(served) => Self { served, ..Self::default() },
            None => {
                Self { resolved: declared.resolve(entity.reference.namespace()).collect(), ..Self::default() }
            }
        }
    }
}

struct Maker {
    relations: Relations,
    numbers: HashMap<EntityRef, u32>,
    compared: usize,
}

impl Maker {
    fn new(entities: &[Entity]) -> Self {
        let references: Vec<_> = entities.iter().map(|entity| entity.reference.clone()).collect();
        let numbers = references.iter().cloned().zip(0..).collect();
        let relations =
            Relations { entities: references.len(), references, types: Vec::new(), edges: Vec::new() };
        Self { relations, numbers, compared: 0 }
    }

    /// Adds a relation and its reverse, and says whether the target exists.
    fn add(&mut self, source: usize, relation: &RelationType, target: &EntityRef) -> bool {
        let next = self.relations.references.len() as u32;
        let target = *self.numbers.entry(target.clone()).or_insert_with(|| {
            self.relations.references.push(target.clone());
            next
        });
        let exists = (target as usize) < self.relations.entities;
        let number = self.type_number(relation);
        self.relations.edges.push(Edge { source: source as u32, relation: number, target });
        if let Some(reverse) = relation.reverse().filter(|_| exists) {
            let number = self.type_number(&reverse);
            self.relations.edges.push(Edge { source: target, relation: number, target: source as u32 });
        }
        exists
    }

    fn type_number(&mut self, relation: &RelationType) -> u16 {
        let types = &mut self.relations.types;
        let found = types.iter().position(|known| known == relation);
        found.unwrap_or_else(|| {
            types.push(relation.clone());
            types.len() - 1
        }) as u16
    }

    fn dangling(&mut self, entity: &Entity, one: &Resolved<'_>, target: &EntityRef) -> Problem {
        let message =
            format!("{} of {} points to {target}, which does not exist.", one.field.name, entity.reference);
        let mut problem = Code::Dangling
            .problem(entity.origin.clone(), message)
            .of(&entity.reference)
            .at_pointer(one.pointer());
        let better = self.of_other_kind(one, target).or_else(|| self.better(target));
        // The file of the owning group is mostly in another repository: only a likely typo is a warning.
        if one.field.name == "owner" && better.is_none() {
            problem.severity = Severity::Note;
        }
        problem.with_fix(better.map_or_else(
            || "Correct the reference, or add the source that declares the entity.".to_owned(),
            |better| format!("Did you mean {better:?}?"),
        ))
    }

    /// The one entity of the same name and namespace, of another kind that the field takes.
    fn of_other_kind(&self, one: &Resolved<'_>, target: &EntityRef) -> Option<String> {
        let kinds = if one.field.targets.is_empty() { ANY_KIND } else { one.field.targets };
        let others = kinds.iter().filter(|kind| **kind != target.kind());
        let mut known = others
            .map(|kind| EntityRef::new(kind, target.namespace(), target.name()))
            .filter(|other| self.numbers.get(other).is_some_and(|n| (*n as usize) < self.relations.entities));
        let only = known.next().filter(|_| known.next().is_none())?;
        Some(only.as_str().to_owned())
    }

    /// The entity of the kind whose reference is nearest, while there is budget to compare: one of the same
    /// name in the only other namespace that has it, else one of nearly the same name.
    fn better(&mut self, target: &EntityRef) -> Option<String> {
        let known = &self.relations.references[..self.relations.entities];
        let start = known.partition_point(|reference| reference.kind() < target.kind());
        let length = known[start..].partition_point(|reference| reference.kind() == target.kind());
        self.compared += length;
        if self.compared > MAX_COMPARED {
            return None;
        }
        let known = &known[start..start + length];
        let mut elsewhere = known.iter().filter(|reference| reference.name() == target.name());
        if let (Some(only), None) = (elsewhere.next(), elsewhere.next()) {
            return Some(only.as_str().to_owned());
        }
        let in_namespace =
            known.iter().filter(|reference| reference.namespace() == target.namespace()).map(EntityRef::name);
        let name = nearest(target.name(), in_namespace)?;
        Some(EntityRef::new(target.kind(), target.namespace(), &name).as_str().to_owned())
    }

    fn finish(mut self) -> Relations {
        let mut order: Vec<usize> = (0..self.relations.types.len()).collect();
        order.sort_by(|a, b| self.relations.types[*a].cmp(&self.relations.types[*b]));
        let mut numbers = vec![0_u16; order.len()];
        for (new, old) in order.iter().enumerate() {
            numbers[*old] = new as u16;
        }
        self.relations.types.sort();
        for edge in &mut self.relations.edges {
            edge.relation = numbers[usize::from(edge.relation)];
        }
        self.relations.edges.sort_unstable();
        self.relations.edges.dedup();
        self.relations.edges.shrink_to_fit();
        self.relations
    }
}

fn unexpected_kind(entity: &Entity, one: &Resolved<'_>, target: &EntityRef) -> Problem {
    let message = format!(
        "{} of {} points to {target}, but takes {}.",
        one.field.name,
        entity.reference,
        one.field.targets.join(" or ")
    );
    Code::UnexpectedKind
        .problem(entity.origin.clone(), message)
        .of(&entity.reference)
        .at_pointer(one.pointer())
}
