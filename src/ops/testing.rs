//! A small catalog in memory for the tests of use cases: money, its services, and a gap or two.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::catalog::{
    Entity, EntityRef, Origin, Position, Problem, RefContext, RelationType, Severity, SourceId, assemble,
};
use crate::store::{FileRecord, Generation, Meta, Snapshot, SourceState, Stage, Writer};

/// How many entities the catalog has.
pub(super) const ENTITIES: usize = 11;

/// The time at which the catalog was read.
pub(super) fn read_at() -> jiff::Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

/// A reference by its text.
pub(super) fn reference(text: &str) -> EntityRef {
    EntityRef::parse(text, RefContext::default()).unwrap()
}

fn documents() -> Vec<Value> {
    vec![
        json!({
            "kind": "Component",
            "metadata": {
                "name": "payments",
                "title": "Payments API",
                "description": "Accepts cards.",
                "tags": ["java"],
                "annotations": {
                    "pagerduty.com/service-id": "P4Y",
                    "github.com/project-slug": "acme/payments",
                    "backstage.io/techdocs-ref": "dir:.",
                },
                "links": [
                    { "url": "https://acme.dev/home", "title": "Home" },
                    { "url": "https://runbooks.acme.dev/payments", "title": "Runbook" },
                ],
            },
            "spec": { "type": "service", "lifecycle": "production", "owner": "team-pay", "system": "money" },
        }),
        json!({ "kind": "Component", "metadata": { "name": "worker" }, "spec": { "system": "money" } }),
        json!({ "kind": "Component", "metadata": { "name": "checkout" }, "spec": { "owner": "team-shop" } }),
        json!({ "kind": "API", "metadata": { "name": "payments", "title": "Payments" } }),
        json!({ "kind": "Resource", "metadata": { "name": "db" } }),
        json!({ "kind": "System", "metadata": { "name": "money" }, "spec": { "owner": "team-pay" } }),
        json!({
            "kind": "Group",
            "metadata": { "name": "team-pay", "annotations": { "slack.com/channel": "#pay" } },
            "spec": { "profile": { "displayName": "Team Pay", "email": "pay@acme.dev" }, "parent": "commerce" },
        }),
        json!({ "kind": "Group", "metadata": { "name": "team-shop" } }),
        json!({
            "kind": "Group",
            "metadata": { "name": "commerce", "annotations": { "slack.com/channel": "#commerce" } },
        }),
        json!({
            "kind": "User",
            "metadata": { "name": "alima", "description": "Leads Team Pay." },
            "spec": { "profile": { "displayName": "Alima Sarr", "email": "Alima@acme.dev" } },
        }),
        json!({ "kind": "Component", "metadata": { "name": "lonely" } }),
    ]
}

const RELATIONS: [Named; 13] = [
    ("component:payments", RelationType::OwnedBy, "group:team-pay"),
    ("component:payments", RelationType::PartOf, "system:money"),
    ("component:payments", RelationType::DependsOn, "resource:db"),
    ("component:payments", RelationType::DependsOn, "component:gone"),
    ("component:payments", RelationType::ProvidesApi, "api:payments"),
    ("component:checkout", RelationType::ConsumesApi, "api:payments"),
    ("component:checkout", RelationType::OwnedBy, "group:team-shop"),
    ("component:worker", RelationType::PartOf, "system:money"),
    ("component:worker", RelationType::DependsOn, "component:payments"),
    ("resource:db", RelationType::DependsOn, "component:worker"),
    ("system:money", RelationType::OwnedBy, "group:team-pay"),
    ("group:team-pay", RelationType::ChildOf, "group:commerce"),
    ("user:alima", RelationType::MemberOf, "group:team-pay"),
];

/// The catalog: `db` needs `worker`, which needs `payments`, which needs `db`.
pub(super) fn snapshot() -> Arc<Snapshot> {
    let problem = |origin| Problem {
        code: "CB0401".to_owned(),
        severity: Severity::Warning,
        message: "component:gone does not exist".to_owned(),
        fix: None,
        origin,
        pointer: None,
        entity: Some(reference("component:payments")),
        related: Vec::new(),
    };
    snapshot_of(documents(), &RELATIONS, &[&problem])
}

/// A domain of two systems with a component each, one of which is needed by another component.
pub(super) fn wholes() -> Arc<Snapshot> {
    let names = [("Domain", "all"), ("System", "a"), ("System", "b"), ("Component", "x"), ("Component", "y")];
    let document = |(kind, name): (&str, &str)| json!({ "kind": kind, "metadata": { "name": name } });
    let mut documents: Vec<_> = names.into_iter().map(document).collect();
    documents.push(document(("Component", "user")));
    let relations = [
        ("system:a", RelationType::PartOf, "domain:all"),
        ("system:b", RelationType::PartOf, "domain:all"),
        ("component:x", RelationType::PartOf, "system:a"),
        ("component:y", RelationType::PartOf, "system:b"),
        ("component:user", RelationType::DependsOn, "component:y"),
    ];
    snapshot_of(documents, &relations, &[])
}

type Named = (&'static str, RelationType, &'static str);

fn snapshot_of(
    documents: Vec<Value>,
    relations: &[Named],
    problems: &[&dyn Fn(Origin) -> Problem],
) -> Arc<Snapshot> {
    let count = documents.len() as u64;
    let mut writer = Writer::in_memory().unwrap();
    let source = SourceId::new("src");
    let record = FileRecord {
        source: source.clone(),
        path: "acme/catalog-info.yaml".into(),
        validator: String::new(),
        repository: None,
        is_stale: false,
    };
    let file = writer.file(&record).unwrap();
    let origin = |line: usize| Origin {
        source: source.clone(),
        path: record.path.clone(),
        position: Position { line: line as u32, column: 1 },
        repository: None,
    };
    let mut entities = Vec::new();
    for (at, mut document) in documents.into_iter().enumerate() {
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let own = EntityRef::new(&text("/kind"), "default", &text("/metadata/name"));
        document["relations"] = relations
            .iter()
            .filter(|(source, ..)| reference(source) == own)
            .map(|(_, relation, target)| json!({ "type": relation, "targetRef": reference(target) }))
            .collect();
        let entity = Entity::from_value(document, origin(10 * at + 1)).unwrap();
        writer.claim(&entity).unwrap();
        entities.push(entity);
    }
    for problem in problems {
        writer.problem(Stage::Read, Some(file), &problem(origin(9))).unwrap();
    }
    let mut assembly = assemble(entities);
    // The tests count the problems above.
    assembly.problems.clear();
    let state = SourceState {
        id: source.clone(),
        location: "~/src".to_owned(),
        as_of: read_at(),
        revision: None,
        stale: None,
        parts: Vec::new(),
        files: 1,
        entities: count,
        problems: problems.len() as u64,
    };
    let meta = Meta {
        generation: Generation::default(),
        as_of: read_at(),
        checked_at: read_at(),
        kinds: BTreeMap::default(),
        sources: vec![state],
    };
    writer.finish(&assembly, meta).unwrap()
}
