//! The schema of a page, made usable: what is harmless but wrong is repaired, what is off by a feature flag is
//! taken out, references are followed inside of the document only, and what cannot be used becomes a finding.

use std::collections::BTreeSet;
use std::sync::Arc;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value};

use super::super::model::{Finding, Page};

/// References that are followed one after the other before a schema counts as pointing at itself.
const MAX_REFERENCES: usize = 16;

/// Objects below each other that a form shows.
pub(super) const MAX_DEPTH: usize = 12;

/// Steps back that a pattern may take before it counts as not matching: about 0.1 s.
const MAX_BACKTRACKS: usize = 200_000;

/// Bytes that a compiled pattern may take.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Keywords whose value is a schema.
const ONE: &[&str] = &["if", "then", "else", "not", "additionalProperties", "contains", "propertyNames"];
/// Keywords whose value is a list of schemas.
const LIST: &[&str] = &["allOf", "anyOf", "oneOf"];
/// Keywords whose value maps names to schemas.
const MAP: &[&str] = &["properties", "patternProperties", "definitions", "$defs", "dependencies"];
/// Keywords that hold data, not schemas.
const DATA: &[&str] = &["const", "default", "enum", "examples", "example", "enumNames"];

/// A page ready for use: its repaired schema and the validator of it.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) schema: Arc<Value>,
    pub(super) validator: Option<Arc<Validator>>,
    pub(super) title: Option<String>,
}

/// Makes a page usable. Its findings say what cannot be used and why.
pub(super) fn prepare(page: &Page, features: &BTreeSet<String>) -> (Prepared, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut schema = page.schema.clone();
    repair(&mut schema, features, 0);
    check_references(&schema, &page.pointer, &mut findings);
    let resolves = findings.is_empty();
    check_required(&schema, &schema, &page.pointer, &mut findings);
    let validator = match validator(&schema) {
        Ok(validator) if resolves => Some(Arc::new(validator)),
        Err(finding) if resolves => {
            findings.push(at_page(finding, page));
            None
        }
        // The references are what is wrong, and they are told already.
        _ => None,
    };
    (Prepared { schema: Arc::new(schema), validator, title: page.title.clone() }, findings)
}

fn at_page(mut finding: Finding, page: &Page) -> Finding {
    finding.pointer = format!("{}{}", page.pointer, finding.pointer);
    finding
}

/// The validator of a schema as the server of a portal checks it: draft 7, formats enforced, nothing fetched,
/// patterns bounded.
pub(super) fn validator(schema: &Value) -> Result<Validator, Finding> {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.shift_remove("$schema");
        object.shift_remove("$id");
        object.shift_remove("id");
    }
    let patterns = PatternOptions::fancy_regex()
        .backtrack_limit(MAX_BACKTRACKS)
        .size_limit(MAX_PATTERN_BYTES)
        .dfa_size_limit(MAX_PATTERN_BYTES);
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_options(patterns)
        .build(&schema)
        .map_err(|error| {
            let pointer = error.instance_path().as_str().to_owned();
            let message = format!("The schema cannot be used: {error}.");
            Finding::error(pointer, message).with_fix("Correct the schema (JSON Schema draft 7).")
        })
}

/// Whether a value fits a schema; a schema that cannot be used fits nothing.
pub(super) fn fits(schema: &Value, root: &Value, value: &Value) -> bool {
    let mut schema = schema.clone();
    if let (Some(object), Some(root)) = (schema.as_object_mut(), root.as_object()) {
        for key in ["definitions", "$defs"] {
            if let Some(definitions) = root.get(key) {
                object.entry(key).or_insert_with(|| definitions.clone());
            }
        }
    }
    validator(&schema).is_ok_and(|validator| validator.is_valid(value))
}

/// The schema behind a local reference, with the keywords that stand beside the reference laid over it.
/// Nothing where the reference leaves the document, points to nothing or at itself.
pub(super) fn resolve(schema: &Value, root: &Value) -> Option<Value> {
    let mut resolved = schema.clone();
    for _ in 0..MAX_REFERENCES {
        let Some(reference) = resolved.get("$ref") else { return Some(resolved) };
        let target = root.pointer(reference.as_str()?.strip_prefix('#')?)?.clone();
        let mut beside = resolved.as_object()?.clone();
        beside.shift_remove("$ref");
        resolved = target;
        resolved.as_object_mut()?.extend(beside);
    }
    None
}

/// Whether the schema is off by a feature flag that nobody switched on.
fn is_off(schema: &Value, features: &BTreeSet<String>) -> bool {
    let flag = schema
        .get("backstage:featureFlag")
        .or_else(|| schema.pointer("/ui:backstage/featureFlag"))
        .or_else(|| schema.get("ui:backstage.featureFlag"));
    flag.and_then(Value::as_str).is_some_and(|flag| !features.contains(flag))
}

/// Takes out what is off, keywords without a value and `required: true` of the oldest drafts (which then goes
/// to the list of the object around it).
fn repair(schema: &mut Value, features: &BTreeSet<String>, depth: usize) {
    let Value::Object(object) = schema else { return };
    if depth > 4 * MAX_DEPTH {
        return;
    }
    object.retain(|key, value| !value.is_null() || DATA.contains(&key.as_str()));
    if object.get("required").is_some_and(|required| !required.is_array()) {
        object.shift_remove("required");
    }
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        let mut off = BTreeSet::new();
        let mut hoisted = Vec::new();
        properties.retain(|name, property| {
            let stays = !is_off(property, features);
            if !stays {
                off.insert(name.clone());
            } else if property.get("required") == Some(&Value::Bool(true)) {
                hoisted.push(Value::String(name.clone()));
            }
            stays
        });
        require(object, &off, hoisted);
    }
    for key in ONE {
        if let Some(inner) = object.get_mut(*key) {
            repair(inner, features, depth + 1);
        }
    }
    for key in LIST {
        for inner in object.get_mut(*key).and_then(Value::as_array_mut).into_iter().flatten() {
            repair(inner, features, depth + 1);
        }
    }
    for key in MAP {
        for (_, inner) in object.get_mut(*key).and_then(Value::as_object_mut).into_iter().flatten() {
            repair(inner, features, depth + 1);
        }
    }
    match object.get_mut("items") {
        Some(Value::Array(items)) => items.iter_mut().for_each(|item| repair(item, features, depth + 1)),
        Some(item) => repair(item, features, depth + 1),
        None => {}
    }
}

fn require(object: &mut Map<String, Value>, off: &BTreeSet<String>, hoisted: Vec<Value>) {
    if let Some(Value::Array(required)) = object.get_mut("required") {
        let mut seen = BTreeSet::new();
        required.retain(|name| {
            name.as_str().is_none_or(|name| !off.contains(name) && seen.insert(name.to_owned()))
        });
        for name in hoisted {
            if !required.contains(&name) {
                required.push(name);
            }
        }
    } else if !hoisted.is_empty() {
        object.insert("required".to_owned(), Value::Array(hoisted));
    }
}

/// References that leave the document, or lead back to where they stand.
fn check_references(root: &Value, page: &str, findings: &mut Vec<Finding>) {
    let mut open = vec![(root, String::new())];
    while let Some((schema, pointer)) = open.pop() {
        match schema {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    check_reference(root, reference, &format!("{page}{pointer}"), findings);
                }
                let inner = object.iter().filter(|(key, _)| !DATA.contains(&key.as_str()));
                open.extend(inner.map(|(key, value)| (value, format!("{pointer}/{}", escape(key)))));
            }
            Value::Array(list) => {
                open.extend(list.iter().enumerate().map(|(i, value)| (value, format!("{pointer}/{i}"))));
            }
            _ => {}
        }
    }
}

fn check_reference(root: &Value, reference: &str, place: &str, findings: &mut Vec<Finding>) {
    let Some(pointer) = reference.strip_prefix('#') else {
        let message =
            format!("The schema refers to {reference:?}; nothing outside of the template is ever fetched.");
        let finding = Finding::error(place, message);
        findings.push(finding.with_fix("Copy the definition into the template."));
        return;
    };
    let resolved = root.pointer(pointer).and_then(|target| resolve(target, root));
    if resolved.is_none() {
        let message =
            format!("The schema refers to {reference:?}, which does not exist or refers to itself.");
        findings.push(Finding::error(place, message));
    } else if nests_in_itself(root, pointer) {
        let message = format!("The schema {reference:?} contains itself: the form would never end.");
        findings.push(Finding::error(place, message));
    }
}

/// Whether following properties from the schema at a pointer comes back to it.
fn nests_in_itself(root: &Value, pointer: &str) -> bool {
    let mut open: Vec<&Value> = root.pointer(pointer).into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(schema) = open.pop() {
        let Some(object) = schema.as_object() else { continue };
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            let Some(target) = reference.strip_prefix('#') else { continue };
            if target == pointer {
                return true;
            }
            if seen.insert(target) {
                open.extend(root.pointer(target));
            }
        }
        open.extend(object.get("properties").and_then(Value::as_object).into_iter().flatten().map(|p| p.1));
        for key in LIST {
            open.extend(object.get(*key).and_then(Value::as_array).into_iter().flatten());
        }
    }
    false
}

/// Names that are required though no part of the schema describes them.
fn check_required(schema: &Value, root: &Value, page: &str, findings: &mut Vec<Finding>) {
    let Some(required) = schema.get("required").and_then(Value::as_array) else { return };
    let mut described = BTreeSet::new();
    names(schema, root, &mut described);
    for name in required.iter().filter_map(Value::as_str).filter(|name| !described.contains(*name)) {
        let message = format!("{name:?} is required, but no property describes it; it is asked as a text.");
        let finding = Finding::warning(format!("{page}/required"), message);
        findings.push(finding.with_fix(format!("Describe {name} under properties, or do not require it.")));
    }
}

/// All names that some branch of a schema describes at its top level.
pub(super) fn names(schema: &Value, root: &Value, found: &mut BTreeSet<String>) {
    each_branch(schema, root, 0, &mut |branch| {
        let properties = branch.get("properties").and_then(Value::as_object);
        found.extend(properties.into_iter().flat_map(Map::keys).cloned());
    });
}

/// All names that some branch of a schema requires at its top level: they are asked where nothing describes them.
pub(super) fn required(schema: &Value, root: &Value, found: &mut BTreeSet<String>) {
    each_branch(schema, root, 0, &mut |branch| {
        let dependent =
            branch.get("dependencies").and_then(Value::as_object).into_iter().flat_map(Map::values);
        let lists = branch.get("required").into_iter().chain(dependent).filter_map(Value::as_array);
        found.extend(lists.flatten().filter_map(Value::as_str).map(str::to_owned));
    });
}

/// Visits a schema and all that may apply beside it.
fn each_branch(schema: &Value, root: &Value, depth: usize, visit: &mut dyn FnMut(&Map<String, Value>)) {
    if depth > MAX_DEPTH {
        return;
    }
    let Some(Value::Object(branch)) = resolve(schema, root) else { return };
    visit(&branch);
    let alone = ["then", "else", "if"].iter().filter_map(|key| branch.get(*key));
    let listed = LIST.iter().filter_map(|key| branch.get(*key)?.as_array()).flatten();
    let dependent = branch.get("dependencies").and_then(Value::as_object).into_iter().flat_map(Map::values);
    for inner in alone.chain(listed).chain(dependent) {
        each_branch(inner, root, depth + 1, visit);
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn findings(schema: Value) -> Vec<String> {
        let page = Page { title: None, description: None, schema, pointer: "/p".to_owned() };
        let findings = prepare(&page, &BTreeSet::new()).1;
        findings.into_iter().map(|finding| format!("{} {}", finding.pointer, finding.message)).collect()
    }

    fn one(schema: Value) -> String {
        let mut found = findings(schema);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    #[test]
    fn references_out_of_the_document_are_errors_and_nothing_is_fetched() {
        for place in ["http://169.254.169.254/x", "file:///etc/passwd"] {
            let found = one(json!({"properties": {"a": {"$ref": place}}}));
            assert!(found.starts_with("/p/properties/a ") && found.contains("ever fetched"), "{found}");
        }
    }

    #[test]
    fn references_to_themselves_are_errors() {
        assert!(one(json!({"properties": {"a": {"$ref": "#/properties/a"}}})).contains("itself"));
        assert!(one(json!({"properties": {"a": {"$ref": "#"}}})).contains("itself"));
    }

    #[test]
    fn unknown_types_and_broken_patterns_are_errors() {
        assert!(one(json!({"properties": {"a": {"type": "strin"}}})).starts_with("/p/properties/a/type "));
        assert!(
            one(json!({"properties": {"a": {"type": "string", "pattern": "([a-z"}}}))
                .contains("cannot be used")
        );
    }

    #[test]
    fn empty_keywords_and_old_required_are_repaired() {
        let schema = json!({"required": null, "properties": {"a": {"type": "string", "required": true}}});
        let page = Page { title: None, description: None, schema, pointer: String::new() };
        let (prepared, findings) = prepare(&page, &BTreeSet::new());
        assert!(findings.is_empty());
        assert_eq!(prepared.schema["required"], json!(["a"]));
    }

    #[test]
    fn a_required_name_that_nothing_describes_is_a_warning() {
        assert!(one(json!({"required": ["ghost"], "properties": {}})).contains("ghost"));
    }

    #[test]
    fn a_pattern_of_exponential_cost_ends_and_does_not_match() {
        let schema = json!({"type": "string", "pattern": "^(?=(a+)+$)x"});
        assert!(!fits(&schema, &schema, &json!("a".repeat(60) + "!")));
    }
}
