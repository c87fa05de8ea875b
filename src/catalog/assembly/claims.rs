//! Who gets a reference that several descriptors claim.

use std::collections::HashMap;

use super::Capped;
use crate::catalog::{Code, Entity, EntityRef, Origin, Problem, SourceId};

/// Claimants named in a message; the others are counted.
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
        // Paths of one source tell enough.
        let is_mixed = group.iter().any(|(_, origin)| origin.source != winner.source);
        let place = |origin: &Origin| {
            let source = if is_mixed { format!(" ({})", origin.source) } else { String::new() };
            format!("{}{source}", origin.location())
        };
        let named: Vec<_> = group.iter().take(MAX_NAMED).map(|(_, origin)| place(origin)).collect();
        let more = match group.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "{reference} is declared {} times: {} is taken, {}{more} {} not.",
            group.len() + 1,
            place(winner),
            named.join(", "),
            if group.len() == 1 { "is" } else { "are" },
        );
        for (_, origin) in group {
            capped.push(|| {
                Code::DuplicateEntity
                    .problem(origin.clone(), message.clone())
                    .with_fix("Give one of them another name or namespace, or remove it.")
                    .of(reference)
                    .at_pointer("/metadata/name")
            });
        }
    }
    capped.finish();
}
