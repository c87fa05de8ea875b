//! Descriptors of real repositories, where they are at hand: every one is classified as it should be.

use std::path::{Path, PathBuf};

use callboard::catalog::{Code, Origin, Position, SourceId, descriptor};
use serde_json::{Value, json};

#[test]
fn real_descriptors_are_read_as_the_facts_say() {
    let Some(shared) = std::env::var_os("CALLBOARD_SHARED").map(PathBuf::from) else {
        eprintln!("left out: CALLBOARD_SHARED does not say where real descriptors are");
        return;
    };
    let corpus = shared.join("corpus");
    let facts: Value = serde_json::from_slice(&std::fs::read(corpus.join("FACTS.json")).unwrap()).unwrap();
    let mut faults = Vec::new();
    let files = facts["files"].as_object().unwrap();
    for (path, expected) in files {
        if let Err(fault) = check(&corpus.join("catalog").join(path), expected) {
            faults.push(format!("{path}: {fault}"));
        }
    }
    assert!(faults.is_empty(), "{} of {} files:\n{}", faults.len(), files.len(), faults.join("\n"));
}

fn check(path: &Path, expected: &Value) -> Result<(), String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let origin = Origin {
        source: SourceId::new("corpus"),
        path: "catalog-info.yaml".into(),
        position: Position::default(),
        repository: None,
    };
    let reading = descriptor::read(&bytes, &origin);
    let found: Vec<Value> = reading
        .entities
        .iter()
        .map(|entity| {
            let namespace =
                entity.at("/metadata/namespace").map_or("default".to_owned(), |text| text.raw().to_owned());
            json!({"kind": entity.kind(), "namespace": namespace, "name": entity.name()})
        })
        .collect();
    let named = |entity: &Value| json!({"kind": entity["kind"], "namespace": entity["namespace"], "name": entity["name"]});
    let listed = expected["entities"].as_array().unwrap();
    let wanted: Vec<Value> = listed.iter().map(named).collect();
    if found != wanted {
        return Err(format!("found {found:?}, expected {wanted:?}; problems {:?}", reading.problems));
    }
    for (index, entity) in listed.iter().enumerate() {
        let should_be_refused = entity.get("problems").is_some();
        let reference = &reading.entities[index].reference;
        let own = || reading.problems.iter().filter(|problem| problem.entity.as_ref() == Some(reference));
        // The facts leave out unknown fields at the root, which Backstage was observed to refuse.
        let differs = own().any(|problem| problem.code == Code::UnknownRootField.id());
        if reading.refused.contains(&index) != should_be_refused && !differs {
            let problems: Vec<_> = reading.problems.iter().map(|problem| &problem.message).collect();
            return Err(format!("{} refused: {}; {problems:?}", named(entity), !should_be_refused));
        }
    }
    Ok(())
}
