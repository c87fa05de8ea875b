//! A catalog put together: one entity for each reference, relations both ways, and what only shows when all
//! descriptors are seen at once.
//!
//! A million entities have to fit: references are shared, relations are numbers, no document becomes a tree.

mod claims;
mod cycles;
mod edges;
mod graph_problems;

use std::convert::Infallible;

pub use edges::Relations;

use super::{Entity, EntityLookup, EntityRef, Origin, Problem, Relation};

/// A catalog put together.
#[derive(Debug, Default)]
pub struct Assembly {
    /// One entity for each reference, in the order of the references.
    pub entities: Vec<Entity>,
    /// The relations of the entities, both ways.
    pub relations: Relations,
    /// What is wrong between descriptors. Those with a pointer have the place of their document only:
    /// [`super::descriptor::locate`] finds the exact one.
    pub problems: Vec<Problem>,
    /// Descriptors whose entity another one claimed first.
    pub losers: Vec<(EntityRef, Origin)>,
}

/// Puts a catalog together from the entities of sources in the order of their precedence.
///
/// Where several descriptors claim one reference, the first source wins, and within a source the first path
/// and place.
pub fn assemble(entities: Vec<Entity>) -> Assembly {
    let mut problems = Vec::new();
    let (entities, losers) = claims::settle(entities, &mut problems);
    let relations = edges::relate(&entities, &mut problems);
    graph_problems::find(&entities, &relations, &mut problems);
    Assembly { entities, relations, problems, losers }
}

impl Assembly {
    /// The entity with this reference.
    pub fn entity(&self, reference: &EntityRef) -> Option<&Entity> {
        let found = self.entities.binary_search_by(|entity| entity.reference.cmp(reference));
        found.ok().map(|index| &self.entities[index])
    }
}

impl EntityLookup for Assembly {
    type Error = Infallible;

    fn entity(&self, reference: &EntityRef) -> Result<Option<Entity>, Infallible> {
        Ok(self.entity(reference).cloned())
    }

    fn relations(&self, reference: &EntityRef) -> Result<Vec<Relation>, Infallible> {
        Ok(self.relations.of(reference).collect())
    }
}

/// Problems of one code that are kept; one more says how many were left out.
const MAX_PROBLEMS_OF_A_CODE: usize = 10_000;

/// Collects problems of one code up to the limit.
struct Capped<'p> {
    problems: &'p mut Vec<Problem>,
    kept: usize,
    left_out: usize,
}

impl<'p> Capped<'p> {
    fn new(problems: &'p mut Vec<Problem>) -> Self {
        Self { problems, kept: 0, left_out: 0 }
    }

    fn push(&mut self, problem: impl FnOnce() -> Problem) {
        if self.kept < MAX_PROBLEMS_OF_A_CODE {
            self.kept += 1;
            self.problems.push(problem());
        } else {
            self.left_out += 1;
        }
    }

    fn finish(self) {
        if self.left_out > 0
            && let Some(last) = self.problems.last_mut()
        {
            last.message =
                format!("{} {} more problems of this kind are left out.", last.message, self.left_out);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::{Position, RelationType, Severity, SourceId, test_origin};

    fn entity(source: &str, path: &str, kind: &str, name: &str, spec: &serde_json::Value) -> Entity {
        let origin = Origin { source: SourceId::new(source), ..test_origin(path) };
        Entity::from_value(json!({"kind": kind, "metadata": {"name": name}, "spec": spec}), origin).unwrap()
    }

    fn codes(assembly: &Assembly) -> Vec<(&str, String)> {
        assembly
            .problems
            .iter()
            .map(|problem| (problem.code.as_str(), problem.origin.path.to_string()))
            .collect()
    }

    #[test]
    fn relations_go_both_ways_and_are_said_once() {
        let assembly = assemble(vec![
            entity("a", "u", "User", "jane", &json!({"memberOf": ["team"]})),
            entity("a", "g", "Group", "team", &json!({"members": ["jane"], "children": []})),
        ]);
        let team = EntityRef::new("group", "default", "team");
        let relations: Vec<_> = assembly.relations.of(&team).collect();
        assert_eq!(relations.len(), 1);
        assert_eq!(relations[0].relation, RelationType::HasMember);
        assert_eq!(relations[0].target.as_str(), "user:default/jane");
        assert_eq!(assembly.relations.iter().count(), 2);
        assert_eq!(assembly.problems, []);
    }

    #[test]
    fn the_first_source_wins_and_then_the_first_path() {
        let spec = || json!({"owner": "group:default/g"});
        let assembly = assemble(vec![
            entity("b", "z", "System", "x", &spec()),
            entity("b", "a", "System", "x", &spec()),
            entity("a", "a", "System", "X", &spec()),
            entity("a", "g", "Group", "g", &json!({"children": ["h"]})),
            entity("a", "h", "Group", "h", &json!({"children": ["i"]})),
            entity("a", "i", "User", "i", &json!({"memberOf": ["h"]})),
        ]);
        let winner = assembly.entity(&EntityRef::new("system", "default", "x")).unwrap();
        assert_eq!((&*winner.origin.source.0, &*winner.origin.path), ("b", "a"));
        let losers: Vec<_> = assembly.losers.iter().map(|(_, origin)| origin.path.to_string()).collect();
        assert_eq!(losers, ["z", "a"]);
        let duplicates: Vec<_> = assembly.problems.iter().filter(|p| p.code == "CB0403").collect();
        assert_eq!(duplicates.len(), 2);
        assert_eq!(duplicates[0].message, "system:default/x is declared 3 times, and this one is not taken.");
        assert_eq!(
            duplicates[0].elsewhere().as_deref(),
            Some("Taken is the one at a:1:1; others are at a:1:1 (a).")
        );
    }

    #[test]
    fn one_file_read_twice_is_no_conflict() {
        let one = || entity("a", "x", "Group", "g", &json!({"members": ["u"]}));
        let assembly = assemble(vec![one(), one(), entity("a", "u", "User", "u", &json!({"memberOf": []}))]);
        assert_eq!((assembly.entities.len(), assembly.losers.len()), (2, 0));
        assert_eq!(assembly.problems, []);
    }

    #[test]
    fn dangling_references_are_placed_and_offered_a_better_name() {
        let assembly = assemble(vec![
            entity("a", "c", "Component", "c", &json!({"owner": "paymnets", "dependsOn": ["component:c2"]})),
            entity("a", "d", "Component", "c2", &json!({"owner": "payments"})),
            entity("a", "g", "Group", "payments", &json!({"children": [], "members": ["u"]})),
            entity("a", "u", "User", "u", &json!({"memberOf": ["payments"]})),
        ]);
        assert_eq!(codes(&assembly), [("CB0402", "c".to_owned())]);
        assert_eq!(assembly.problems[0].pointer.as_deref(), Some("/spec/owner"));
        assert_eq!(assembly.problems[0].fix.as_deref(), Some("Did you mean \"group:default/payments\"?"));
    }

    #[test]
    fn a_dangling_reference_is_offered_the_same_name_of_another_kind_or_namespace() {
        let mut shop = entity("a", "s", "Component", "s", &json!({"owner": "team", "dependsOn": ["api:db"]}));
        shop.reference = EntityRef::new("component", "shop", "s");
        let assembly = assemble(vec![
            shop,
            entity("a", "c", "Component", "c", &json!({"owner": "user:team", "dependsOn": ["api:db"]})),
            entity("a", "d", "Resource", "db", &json!({"owner": "team", "dependsOn": ["component:s"]})),
            entity("a", "t", "Group", "team", &json!({"children": [], "members": ["group:team"]})),
        ]);
        let fixes = assembly.problems.iter().filter(|problem| problem.code == "CB0402");
        let mut fixes: Vec<_> = fixes
            .map(|problem| (problem.origin.path.to_string(), problem.fix.clone().unwrap(), problem.severity))
            .collect();
        fixes.sort();
        let expected = [
            ("c", "Did you mean \"group:default/team\"?"),
            ("c", "Did you mean \"resource:default/db\"?"),
            ("d", "Did you mean \"component:shop/s\"?"),
            ("s", "Correct the reference, or add the source that declares the entity."),
            ("s", "Did you mean \"group:default/team\"?"),
        ];
        let expected = expected.map(|(path, fix)| (path.to_owned(), fix.to_owned(), Severity::Warning));
        assert_eq!(fixes, expected);
    }

    #[test]
    fn circles_empty_groups_orphans_and_wrong_kinds_are_found() {
        let assembly = assemble(vec![
            entity("a", "1", "Group", "a", &json!({"parent": "b", "children": []})),
            entity("a", "2", "Group", "b", &json!({"parent": "a", "children": []})),
            entity("a", "3", "Group", "c", &json!({"children": []})),
            entity("a", "4", "System", "s", &json!({"owner": "system:s2"})),
            entity("a", "5", "System", "s2", &json!({})),
            entity("a", "6", "Resource", "r", &json!({"owner": "nobody"})),
            entity("a", "7", "Resource", "z", &json!({})),
            entity("a", "8", "Vessel", "tug", &json!({})),
            entity("a", "9", "User", "u", &json!({})),
        ]);
        assert_eq!(
            codes(&assembly),
            [
                ("CB0402", "6".to_owned()),
                ("CB0407", "4".to_owned()),
                ("CB0404", "1".to_owned()),
                ("CB0404", "2".to_owned()),
                ("CB0405", "3".to_owned()),
                ("CB0406", "7".to_owned()),
            ]
        );
        assert!(assembly.problems[2].message.contains("group:default/a, group:default/b"));
    }

    #[test]
    fn no_document_becomes_a_tree() {
        let assembly = assemble(vec![
            entity("a", "1", "Component", "c", &json!({"owner": "group:g", "dependsOn": ["resource:gone"]})),
            entity("a", "2", "Component", "c", &json!({"owner": "group:g"})),
            entity("a", "3", "Group", "g", &json!({"parent": "g", "children": []})),
            entity("a", "4", "Group", "empty", &json!({"children": []})),
            entity("a", "5", "Resource", "r", &json!({})),
        ]);
        assert_eq!(assembly.problems.len(), 5, "{:?}", codes(&assembly));
        assert!(assembly.entities.iter().all(|entity| !entity.document.is_tree()));
    }

    #[test]
    fn what_is_a_part_of_itself_is_a_circle_of_one() {
        let spec = json!({"owner": "group:default/g", "subcomponentOf": "c"});
        let assembly = assemble(vec![entity("a", "c", "Component", "c", &spec)]);
        let circle = assembly.problems.iter().find(|problem| problem.code == "CB0404").unwrap();
        assert_eq!(circle.message, "component:default/c has the relation partOf to itself.");
    }

    #[test]
    fn a_place_within_a_file_decides_between_twins() {
        let mut twin = entity("a", "x", "Group", "g", &json!({"members": ["u"]}));
        twin.origin.position = Position { line: 9, column: 1 };
        let assembly = assemble(vec![twin, entity("a", "x", "Group", "g", &json!({"members": ["u"]}))]);
        assert_eq!(assembly.losers[0].1.position.line, 9);
    }
}
