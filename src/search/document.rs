//! Dotted paths into a document: `annotations.github.com/project-slug`, `spec.profile.email`. Keys hold dots
//! themselves, so every way to read a path is tried; `metadata.` and `spec.` may be left out.

use serde_json::Value;

/// Whether a value at the path passes the test. A list passes when one of its items does.
pub(super) fn any_at(document: &Value, path: &str, test: &dyn Fn(&Value) -> bool) -> bool {
    let roots = [Some(document), document.get("metadata"), document.get("spec")];
    roots.into_iter().flatten().any(|root| walk(root, path, test))
}

/// Each step consumes at least one byte of the path, so the path bounds the depth.
fn walk(value: &Value, path: &str, test: &dyn Fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| walk(item, path, test)),
        Value::Object(map) => map.iter().any(|(key, value)| {
            let Some(start) = path.get(..key.len()).filter(|start| start.eq_ignore_ascii_case(key)) else {
                return false;
            };
            match path[start.len()..].strip_prefix('.') {
                Some(rest) if !rest.is_empty() && !key.is_empty() => walk(value, rest, test),
                Some(_) => false,
                None => path.len() == start.len() && leaf(value, test),
            }
        }),
        _ => false,
    }
}

/// Levels below `metadata` and `spec` that [`leaves`] goes down.
const LEAF_DEPTH: usize = 4;

/// Calls for every text, number and flag of a document with its dotted path. The items of a list have its path.
pub fn leaves(document: &Value, found: &mut dyn FnMut(&str, &Value)) {
    for root in ["metadata", "spec"] {
        if let Some(value) = document.get(root) {
            below(value, root, LEAF_DEPTH, found);
        }
    }
}

fn below(value: &Value, path: &str, depth: usize, found: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Array(items) if depth > 0 => items.iter().for_each(|item| below(item, path, depth - 1, found)),
        Value::Object(map) if depth > 0 => {
            map.iter().for_each(|(key, value)| below(value, &format!("{path}.{key}"), depth - 1, found));
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) => found(path, value),
        _ => {}
    }
}

fn leaf(value: &Value, test: &dyn Fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(test),
        value => test(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(path: &str, text: &str) -> bool {
        let document = json!({
            "kind": "Component",
            "metadata": { "annotations": { "github.com/project-slug": "acme/pay" } },
            "spec": { "dependsOn": ["resource:db"], "profile": { "email": "a@b" }, "steps": [{ "id": "one" }] },
        });
        any_at(&document, path, &|value| value.as_str() == Some(text))
    }

    #[test]
    fn keys_with_dots_are_found_with_and_without_their_root() {
        assert!(found("annotations.github.com/project-slug", "acme/pay"));
        assert!(found("metadata.annotations.github.com/project-slug", "acme/pay"));
        assert!(found("Spec.Profile.Email", "a@b"));
        assert!(!found("annotations.github.com", "acme/pay"));
    }

    #[test]
    fn every_leaf_has_its_path() {
        let document = json!({
            "kind": "Component",
            "metadata": { "labels": { "a.b/c": "x" }, "tags": ["t", "u"] },
            "spec": { "replicas": 2, "steps": [{ "id": "one" }] },
        });
        let mut found = Vec::new();
        leaves(&document, &mut |path, value| found.push(format!("{path} {value}")));
        let all = [
            "metadata.labels.a.b/c \"x\"",
            "metadata.tags \"t\"",
            "metadata.tags \"u\"",
            "spec.replicas 2",
            "spec.steps.id \"one\"",
        ];
        assert_eq!(found, all);
    }

    #[test]
    fn lists_match_by_their_items() {
        assert!(found("dependsOn", "resource:db"));
        assert!(found("spec.steps.id", "one"));
    }
}
