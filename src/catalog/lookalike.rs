//! Documents that stand where descriptors do and are none: known by what they hold, never by their name.

use serde_json::Value;

use super::document::at;
use super::validate::{is_known_kind, is_of_backstage};

/// What a document is instead of a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookAlike {
    /// A descriptor of a template's skeleton, whose name is still an expression.
    Skeleton,
    /// An object of another system, such as Kubernetes.
    OtherSystem,
    /// A map that has nothing of a descriptor, such as a GitLab catalog file.
    NoDescriptor,
}

/// What opens an expression in the template languages that skeletons are written in.
const EXPRESSIONS: [&str; 4] = ["{{", "{%", "<%", "[["];

/// What a map is, if it is no descriptor.
pub(super) fn of_value(value: &Value) -> Option<LookAlike> {
    let text = |pointer: &str| at(value, pointer).and_then(Value::as_str);
    if ["apiVersion", "kind", "metadata"].iter().all(|key| value.get(key).is_none()) {
        return Some(LookAlike::NoDescriptor);
    }
    let identity = ["/apiVersion", "/kind", "/metadata/name", "/metadata/namespace"];
    if identity.iter().filter_map(|pointer| text(pointer)).any(is_expression) || has_expression_key(value) {
        return Some(LookAlike::Skeleton);
    }
    match (text("/apiVersion"), text("/kind")) {
        (Some(version), Some(kind)) if is_foreign(version, kind) && !speaks_backstage(value) => {
            Some(LookAlike::OtherSystem)
        }
        _ => None,
    }
}

/// Whether a text that is no YAML is a skeleton: a name that is an expression, or lines of a template
/// language. A Template holds expressions by right and is none.
pub(super) fn is_template_text(text: &str) -> bool {
    let lines = || text.lines().map(str::trim);
    let is_template = lines().any(|line| line.starts_with("kind:") && line.ends_with("Template"));
    let is_control = |line: &str| ["{%", "<%", "{{", "${{"].iter().any(|open| line.starts_with(open));
    let names = |line: &str| ["name:", "kind:", "apiVersion:"].iter().any(|key| line.starts_with(key));
    !is_template && lines().any(|line| is_control(line) || (names(line) && is_expression(line)))
}

fn is_expression(text: &str) -> bool {
    EXPRESSIONS.iter().any(|open| text.contains(open))
}

/// A name such as `{{ x }}` without quotes is a map with a map as its key.
fn has_expression_key(value: &Value) -> bool {
    let name = at(value, "/metadata/name").and_then(Value::as_object);
    name.is_some_and(|map| map.keys().any(|key| key.starts_with('{')))
}

/// Whether version and kind are neither Backstage's own.
fn is_foreign(version: &str, kind: &str) -> bool {
    !is_of_backstage(version) && !is_known_kind(kind)
}

/// Whether a document of a foreign version means something to a Backstage: an owner or a part of spec that
/// only entities have.
fn speaks_backstage(value: &Value) -> bool {
    let spec = |key: &str| at(value, &format!("/spec/{key}")).is_some_and(Value::is_string);
    let annotations = at(value, "/metadata/annotations").and_then(Value::as_object);
    let is_annotated =
        || annotations.is_some_and(|map| map.keys().any(|key| key.starts_with("backstage.io/")));
    spec("owner") || (spec("lifecycle") && spec("type")) || is_annotated()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn skeletons_are_known_by_their_names() {
        for name in [json!("${{ values.name }}"), json!("{{cookiecutter.name}}"), json!({"{ name }": null})] {
            let value = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": name}});
            assert_eq!(of_value(&value), Some(LookAlike::Skeleton));
        }
    }

    #[test]
    fn objects_of_kubernetes_are_not_entities_and_kinds_of_ones_own_are() {
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x",
            "labels": {"backstage.io/kubernetes-id": "x"}}, "spec": {"replicas": 1}});
        assert_eq!(of_value(&object), Some(LookAlike::OtherSystem));
        let own = json!({"apiVersion": "acme.io/v1", "kind": "Queue", "metadata": {"name": "x"}, "spec": {"owner": "a"}});
        assert_eq!(of_value(&own), None);
    }

    #[test]
    fn a_catalog_file_of_another_system_is_no_descriptor() {
        assert_eq!(of_value(&json!({"spec": {"inputs": {}}})), Some(LookAlike::NoDescriptor));
        assert_eq!(of_value(&json!({"kind": "Component"})), None);
    }

    #[test]
    fn a_broken_template_is_no_skeleton() {
        assert!(is_template_text("{% if x %}\na: 1\n{% endif %}"));
        assert!(is_template_text("metadata:\n  name: ${{ values.name }}: x"));
        assert!(!is_template_text("kind: Template\nmetadata:\n  name: x\n{% raw %}"));
        assert!(!is_template_text("a: [1"));
    }
}
