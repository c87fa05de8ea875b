//! Who gets a reference that several descriptors claim.

use std::collections::HashMap;

use super::Capped;
use crate::catalog::{Code, Entity, EntityRef, Origin, Problem, SourceId};

/// Other claimants that a problem names.
const MAX_NAMED: usize = 6;

/// The winners in the order of their references, and the losers.
pub(super) fn settle(
    mut entities: Vec<Entity>,
    problems: &mut Vec<Problem>,
) -> (Vec<Entity>, Vec<(EntityRef, Origin)>) {
    let mut ranks: HashMap<SourceId, usize> = HashMap::new();
    for entity in &entities {
        if !ranks.contains_key(&entity.origin.source) {
            ranks.insert(entity.origin.source.clone(), ranks.len());
        }
    }
    entities.sort_by(|a, b| {
        a.reference.cmp(&b.reference).then_with(|| {
            let precedence = |origin: &Origin| ranks.get(&origin.source).copied();
            precedence(&a.origin)
                .cmp(&precedence(&b.origin))
                .then_with(|| a.origin.path.cmp(&b.origin.path))
                .then_with(|| a.origin.position.cmp(&b.origin.position))
        })
    });
    // One file may be read twice, through two Locations: that is no conflict.
    entities.dedup_by(|later, first| later.reference == first.reference && later.origin == first.origin);

    let mut winners: Vec<Entity> = Vec::with_capacity(entities.len());
    let mut losers = Vec::new();
    for entity in entities {
        match winners.last() {
            Some(winner) if winner.reference == entity.reference => {
                losers.push((entity.reference, entity.origin));
            }
            _ => winners.push(entity),
        }
    }
    winners.shrink_to_fit();
    report(&winners, &losers, problems);
    (winners, losers)
}

fn report(winners: &[Entity], losers: &[(EntityRef, Origin)], problems: &mut Vec<Problem>) {
    let mut capped = Capped::new(problems);
    for group in losers.chunk_by(|a, b| a.0 == b.0) {
        let reference = &group[0].0;
        let Ok(winner) = winners.binary_search_by(|entity| entity.reference.cmp(reference)) else { continue };
        let winner = &winners[winner].origin;
        let count = match group.len() + 1 {
            2 => "twice".to_owned(),
            count => format!("{count} times"),
        };
        let message = format!("{reference} is declared {count}, and this one is not taken.");
        let claimants = || std::iter::once(winner).chain(group.iter().map(|(_, origin)| origin));
        for (_, origin) in group {
            capped.push(|| {
                Code::DuplicateEntity
                    .problem(origin.clone(), message.clone())
                    .with_fix("Give one of them another name or namespace, or remove it.")
                    .of(reference)
                    .at_pointer("/metadata/name")
                    .beside(claimants().filter(|other| *other != origin).take(MAX_NAMED).cloned().collect())
            });
        }
    }
    capped.finish();
}
