//! `catalog:write` and `catalog:fetch`: an entity into the tree, an entity out of the catalog.

use serde_json::{Map, Value, json};

use super::Carrier;
use crate::catalog::{EntityRef, RefContext};
use crate::number::noun;
use crate::template::workflow::{Call, Deed};
use crate::template::workspace::{Node, PLAIN_MODE, checked_path};

/// The file that an entity is written to where the step names none.
pub(super) const DEFAULT_FILE: &str = "catalog-info.yaml";

/// The annotation that says which template an entity came from.
const SOURCE_TEMPLATE: &str = "backstage.io/source-template";

impl Carrier<'_> {
    pub(super) fn catalog_write(&mut self, call: &Call<'_>) -> Result<Deed, String> {
        let Some(Value::Object(entity)) = call.input.get("entity") else {
            return Err("the input \"entity\" is no entity".to_owned());
        };
        let path = call.input.get("filePath").and_then(Value::as_str).unwrap_or(DEFAULT_FILE);
        let path = checked_path(path.trim_start_matches("./")).map_err(|error| error.to_string())?;
        let mut entity = entity.clone();
        annotate(&mut entity, self.template);
        let yaml = serde_yaml::to_string(&Value::Object(entity))
            .map_err(|error| format!("the entity cannot be written as YAML: {error}"))?;
        let node = Node::File { bytes: yaml.into_bytes().into(), mode: PLAIN_MODE };
        self.workspace.put(&path, node).map_err(|error| error.to_string())?;
        Ok(Deed { does: format!("writes {path}"), paths: vec![path], ..Deed::default() })
    }

    pub(super) fn catalog_fetch(&mut self, call: &Call<'_>) -> Result<(Map<String, Value>, Deed), String> {
        let text = |key: &str| call.input.get(key).and_then(Value::as_str);
        let context = RefContext { kind: text("defaultKind"), namespace: text("defaultNamespace") };
        let optional = call.input.get("optional").and_then(Value::as_bool).unwrap_or(false);
        let fetch = |reference: &str| -> Result<Value, String> {
            let parsed = EntityRef::parse(reference, context).map_err(|error| error.to_string())?;
            match self.surroundings.entity(&parsed)? {
                Some(entity) => Ok(entity),
                None if optional => Ok(Value::Null),
                None => Err(format!("there is no {parsed} in the catalog")),
            }
        };
        let (output, count) = if let Some(reference) = text("entityRef") {
            (json!({"entity": fetch(reference)?}), 1)
        } else if let Some(Value::Array(references)) = call.input.get("entityRefs") {
            let found: Result<Vec<Value>, String> =
                references.iter().map(|one| fetch(one.as_str().unwrap_or(""))).collect();
            (json!({"entities": found?}), references.len())
        } else {
            return Err("it names no entityRef and no entityRefs".to_owned());
        };
        let does = format!("reads {count} {} of the catalog", noun(count as u64, "entity"));
        Ok((output.as_object().cloned().unwrap_or_default(), Deed { does, ..Deed::default() }))
    }
}

fn annotate(entity: &mut Map<String, Value>, template: &EntityRef) {
    let Some(metadata) = entity.entry("metadata").or_insert_with(|| json!({})).as_object_mut() else {
        return;
    };
    let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.insert(SOURCE_TEMPLATE.to_owned(), Value::String(template.as_str().to_owned()));
    }
}
