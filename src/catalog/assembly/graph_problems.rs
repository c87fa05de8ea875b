//! What is wrong with the graph of a catalog: circles, empty groups, entities that nothing knows.

use super::cycles::cycles;
use super::{Capped, Relations};
use crate::catalog::relation_fields::FIELDS;
use crate::catalog::{Code, Entity, Problem, RelationType};

/// Members of a circle named in a message.
const MAX_NAMED: usize = 8;

pub(super) fn find(entities: &[Entity], relations: &Relations, problems: &mut Vec<Problem>) {
    for relation in [RelationType::ChildOf, RelationType::PartOf] {
        let found = cycles(entities.len(), |node| relations.targets(node, &relation).collect());
        let mut capped = Capped::new(problems);
        // Whoever looks at any of them is to see it.
        for circle in &found {
            for member in circle {
                capped.push(|| cycle(entities, &relation, (circle, *member)));
            }
        }
        capped.finish();
    }
    let mut capped = Capped::new(problems);
    for (index, entity) in
        entities.iter().enumerate().filter(|(_, entity)| entity.reference.kind() == "group")
    {
        let mut people = relations
            .targets(index, &RelationType::HasMember)
            .chain(relations.targets(index, &RelationType::ParentOf));
        if people.next().is_none() {
            let message = format!("{} has neither members nor children.", entity.reference);
            let problem = || Code::EmptyGroup.problem(entity.origin.clone(), message).of(&entity.reference);
            let fix = "Name its members, or remove it.";
            capped.push(|| problem().at_pointer("/metadata/name").with_fix(fix));
        }
    }
    capped.finish();
    let mut capped = Capped::new(problems);
    for (index, entity) in entities.iter().enumerate() {
        if entity.is_orphan(relations.count(index)) {
            let (why, fix) = if entity.is_undeclared() {
                (
                    "is an orphan in its Backstage: nothing declares it any more",
                    "Declare it again, or remove it there.",
                )
            } else {
                (
                    "names no other entity, and none names it",
                    "Say whose it is and what it belongs to: spec.owner, spec.system. Or remove it.",
                )
            };
            let message = format!("{} {why}.", entity.reference);
            let problem = || Code::Orphan.problem(entity.origin.clone(), message).of(&entity.reference);
            capped.push(|| problem().with_fix(fix));
        }
    }
    capped.finish();
}

fn cycle(entities: &[Entity], relation: &RelationType, (circle, member): (&[usize], usize)) -> Problem {
    let member = &entities[member];
    let named: Vec<_> =
        circle.iter().take(MAX_NAMED).map(|node| entities[*node].reference.as_str()).collect();
    let more = if circle.len() > MAX_NAMED { " and more" } else { "" };
    let message = match named.as_slice() {
        [only] => format!("{only} has the relation {relation} to itself."),
        _ => format!("{}{more} stand in a circle of {relation}.", named.join(", ")),
    };
    let fix = "Remove one of the relations of the circle.";
    let problem = Code::Cycle.problem(member.origin.clone(), message).with_fix(fix).of(&member.reference);
    // A copy, whose tree goes with it.
    let document = (*member.document).clone();
    let mut fields = FIELDS.iter().filter(|field| field.relation == *relation);
    let field = fields.find(|field| document.pointer(&format!("/spec/{}", field.name)).is_some());
    match field {
        Some(field) => problem.at_pointer(format!("/spec/{}", field.name)),
        None => problem,
    }
}
