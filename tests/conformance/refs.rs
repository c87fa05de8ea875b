//! Entity references and the relations made of them.

use std::collections::BTreeSet;

use callboard::catalog::validate::{Stage, validate};
use callboard::catalog::{
    Entity, EntityRef, Origin, Position, RefContext, RefError, RefParts, SourceId, assemble,
};
use serde_json::{Value, json};

use crate::expect_equal;

pub(crate) fn entity_ref(case: &Value, _: &Value) -> Result<(), String> {
    let found = match case["op"].as_str() {
        Some("parse") => {
            let text = |key: &str| case.pointer(&format!("/input/context/{key}")).and_then(Value::as_str);
            let context = RefContext { kind: text("defaultKind"), namespace: text("defaultNamespace") };
            match RefParts::from_value(&case["input"]["ref"], context) {
                Ok(parts) => serde_json::to_value(parts).unwrap(),
                Err(RefError::MissingKind(_)) => json!({"error": "missing-kind"}),
                Err(RefError::EmptyPart(_)) => json!({"error": "malformed"}),
            }
        }
        Some("stringify") => {
            let input = &case["input"];
            let text = |key: &str| {
                input.pointer(&format!("/metadata/{key}")).or_else(|| input.get(key)).and_then(Value::as_str)
            };
            let kind = input["kind"].as_str().unwrap_or_default();
            let namespace = text("namespace").unwrap_or("default");
            Value::from(EntityRef::new(kind, namespace, text("name").unwrap_or_default()).as_str())
        }
        other => return Err(format!("unknown operation {other:?}")),
    };
    expect_equal(&found, &case["expect"])
}

/// The vectors come from the processor of the built-in kinds: Template and `AiResource` get their relations
/// from other modules, which a catalog has as well.
pub(crate) fn relations(case: &Value, _: &Value) -> Result<(), String> {
    let input = &case["input"];
    let kind = input["kind"].as_str().unwrap_or_default();
    let is_refused = validate(input).iter().any(|finding| finding.stage == Stage::References);
    if is_refused {
        return expect_equal(&json!({"error": true}), &case["expect"]);
    }
    let expected: BTreeSet<(String, String, String)> = case["expect"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|relation| {
            let text = |key: &str| relation[key].as_str().unwrap_or_default().to_owned();
            (text("source"), text("type"), text("target"))
        })
        .collect();
    if matches!(kind, "Template" | "AiResource") {
        return expect_equal(&json!([]), &case["expect"]);
    }
    let found = declared(input, &expected);
    if found == expected { Ok(()) } else { Err(format!("found {found:?}, expected {expected:?}")) }
}

/// The relations of an entity both ways, in a catalog where every expected target exists.
fn declared(
    input: &Value,
    expected: &BTreeSet<(String, String, String)>,
) -> BTreeSet<(String, String, String)> {
    let subject = Entity::from_value(input.clone(), origin("subject")).unwrap();
    let mut entities = vec![subject.clone()];
    for (source, _, target) in expected {
        for other in [source, target] {
            let reference = EntityRef::parse(other, RefContext::default()).unwrap();
            if reference != subject.reference {
                let document = json!({"kind": reference.kind(), "metadata":
                    {"namespace": reference.namespace(), "name": reference.name()}});
                entities.push(Entity::from_value(document, origin("other")).unwrap());
            }
        }
    }
    assemble(entities)
        .relations
        .iter()
        .map(|one| {
            let text = |reference: &EntityRef| reference.as_str().to_owned();
            (text(&one.source), one.relation.as_str().to_owned(), text(&one.target))
        })
        .collect()
}

fn origin(path: &str) -> Origin {
    Origin {
        source: SourceId::new("vectors"),
        path: path.into(),
        position: Position::default(),
        repository: None,
    }
}
