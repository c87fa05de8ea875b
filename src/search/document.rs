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
    fn lists_match_by_their_items() {
        assert!(found("dependsOn", "resource:db"));
        assert!(found("spec.steps.id", "one"));
    }
}
