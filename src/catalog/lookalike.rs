//! Documents that stand where descriptors do and are none: known by what they hold, never by their name.

use serde_json::Value;

use super::document::at;
use super::relation_fields::FIELDS;
use super::validate::{is_api_version, is_kind, is_known_kind, is_of_backstage};

/// What a document is instead of a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookAlike {
    /// A descriptor of a template's skeleton, of which a name or a reference is still an expression.
    Skeleton,
    /// An object of another system, such as Kubernetes.
    OtherSystem,
    /// A map that has nothing of a descriptor, such as a GitLab catalog file.
    NoDescriptor,
}

impl LookAlike {
    /// Why it is left out, as a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Skeleton => {
                "It is left out as a template's skeleton: a name or a reference in it is an expression."
            }
            Self::OtherSystem => {
                "It is left out as an object of another system: nothing in it is Backstage's."
            }
            Self::NoDescriptor => "It is left out: it has neither an apiVersion nor a kind nor metadata.",
        }
    }

    /// What to do where it should be an entity.
    pub fn fix(self) -> &'static str {
        match self {
            Self::Skeleton => "Write the name itself where it is meant to be an entity.",
            Self::OtherSystem => "Give it a spec.owner where it is an entity of a kind of your own.",
            Self::NoDescriptor => "Write apiVersion, kind and metadata where it is meant to be an entity.",
        }
    }
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
    let is_unnamed = identity.iter().filter_map(|pointer| at(value, pointer)).any(holds_expression);
    // A Template may make of its own parameters what it likes.
    if is_unnamed || (text("/kind") != Some("Template") && refers_by_expression(value)) {
        return Some(LookAlike::Skeleton);
    }
    match (text("/apiVersion"), text("/kind")) {
        (Some(version), Some(kind)) if is_foreign(version, kind) && !is_of_own_kind(version, value) => {
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

/// Whether a text, or one of a list, is an expression. One such as `{{ x }}` without quotes is a map with a map
/// as its key.
fn holds_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => is_expression(text),
        Value::Array(items) => items.iter().any(holds_expression),
        Value::Object(map) => map.keys().any(|key| key.starts_with('{')),
        _ => false,
    }
}

/// Whether a reference is an expression.
fn refers_by_expression(value: &Value) -> bool {
    let is_reference = |key: &str| FIELDS.iter().any(|field| field.name == key);
    let spec = value.get("spec").and_then(Value::as_object);
    spec.is_some_and(|spec| spec.iter().any(|(key, value)| is_reference(key) && holds_expression(value)))
}

/// Whether version and kind are well formed and neither is Backstage's own.
fn is_foreign(version: &str, kind: &str) -> bool {
    is_api_version(version) && is_kind(kind) && !is_of_backstage(version) && !is_known_kind(kind)
}

/// Whether a document with a foreign version is an entity of somebody's own kind: it holds what only entities
/// hold, or, of a group that is not Kubernetes', it is nothing but its name.
fn is_of_own_kind(version: &str, value: &Value) -> bool {
    let spec = |key: &str| at(value, &format!("/spec/{key}")).is_some_and(Value::is_string);
    let metadata = |key: &str| value.get("metadata").and_then(|metadata| metadata.get(key));
    let annotations = metadata("annotations").and_then(Value::as_object);
    let is_annotated =
        || annotations.is_some_and(|map| map.keys().any(|key| key.starts_with("backstage.io/")));
    let is_described = || {
        ["title", "description"].iter().any(|key| metadata(key).is_some_and(Value::is_string))
            || ["tags", "links"].iter().any(|key| metadata(key).is_some_and(Value::is_array))
    };
    let group = version.split('/').next().filter(|group| group.contains('.') && !group.ends_with("k8s.io"));
    let is_bare = || {
        let is_name = |key: &String| ["apiVersion", "kind", "metadata"].contains(&key.as_str());
        group.is_some() && value.as_object().is_some_and(|map| map.keys().all(is_name))
    };
    spec("owner") || (spec("lifecycle") && spec("type")) || is_annotated() || is_described() || is_bare()
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
    fn skeletons_are_known_by_their_references_and_templates_are_none() {
        let with_spec = |kind: &str, spec: Value| {
            json!({"apiVersion": "backstage.io/v1alpha1", "kind": kind,
            "metadata": {"name": "x", "description": "Says ${{ values.x }}"}, "spec": spec})
        };
        for spec in [
            json!({"owner": "${{ values.owner }}"}),
            json!({"system": {"{ system }": null}}),
            json!({"dependsOn": ["resource:a", "resource:<%= b %>"]}),
        ] {
            assert_eq!(of_value(&with_spec("Component", spec)), Some(LookAlike::Skeleton));
        }
        assert_eq!(of_value(&with_spec("Component", json!({"owner": "a", "type": "${{ b }}"}))), None);
        assert_eq!(of_value(&with_spec("Template", json!({"owner": "${{ b }}"}))), None);
    }

    #[test]
    fn a_kind_of_ones_own_is_told_from_objects_by_what_only_entities_have() {
        let bare =
            |version: &str| json!({"apiVersion": version, "kind": "Custom", "metadata": {"name": "x"}});
        let mut titled = bare("v1");
        titled["metadata"]["title"] = json!("X");
        let mut held = bare("acme.com/v1");
        held["data"] = json!({});
        assert_eq!(of_value(&bare("acme.com/v1")), None);
        assert_eq!(of_value(&bare("a/b/c")), None);
        assert_eq!(of_value(&titled), None);
        for object in [bare("v1"), bare("batch/v1"), bare("storage.k8s.io/v1"), held] {
            assert_eq!(of_value(&object), Some(LookAlike::OtherSystem), "{object}");
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
