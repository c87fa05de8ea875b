//! What is wrong with an entity, stage by stage in Backstage's order, all of it and not only the first.
//!
//! Pure in the narrow sense too: it sees one document as a value and knows neither places nor neighbours.

mod annotations;
mod envelope;
mod format;
mod kinds;
mod near_miss;
mod path;
mod references;
mod shape;
mod suggest;

use serde_json::Value;

use super::Code;
pub use format::is_valid_field;
pub(super) use format::{is_api_version, is_kind};
pub use suggest::nearest;

pub(super) use kinds::{is_known_kind, is_of_backstage};

/// The stage of Backstage's checks that a finding belongs to. A stock Backstage stops at the first stage that
/// fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// apiVersion, kind and metadata.name are there.
    Envelope,
    /// The entity's schema, unknown root fields, and the formats of the common fields.
    Policy,
    /// Kind and apiVersion are known together.
    Kind,
    /// The kind's own schema.
    KindSchema,
    /// The references that relations are made of.
    References,
    /// What Backstage does not check.
    Lint,
}

/// One thing that is wrong with an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The code.
    pub code: Code,
    /// The stage.
    pub stage: Stage,
    /// The field as Backstage's own messages name it.
    pub field: String,
    /// The JSON pointer of the value, or of what should be there.
    pub pointer: String,
    /// Whether the key is meant rather than the value.
    pub is_about_key: bool,
    /// What is wrong, naming the value.
    pub message: String,
    /// What to do about it.
    pub fix: Option<String>,
}

/// Everything that is wrong with an entity, in Backstage's order.
pub fn validate(entity: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    envelope::check(entity, &mut findings);
    kinds::check(entity, &mut findings);
    references::check(entity, &mut findings);
    near_miss::check(entity, &mut findings);
    annotations::check(entity, &mut findings);
    findings.sort_by_key(|finding| finding.stage);
    findings
}

/// A value as a message quotes it: short, on one line.
fn quote(value: &Value) -> String {
    /// Characters of a quoted value; longer ones are known by their head.
    const MAX_QUOTED: usize = 60;
    let text = match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(_) => return "a list".to_owned(),
        Value::Object(_) => return "a map".to_owned(),
        scalar => scalar.to_string(),
    };
    match text.char_indices().nth(MAX_QUOTED) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn component(spec: &Value) -> Value {
        json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "x"}, "spec": spec})
    }

    fn fields(entity: &Value) -> Vec<(Code, String)> {
        validate(entity).into_iter().map(|finding| (finding.code, finding.pointer)).collect()
    }

    #[test]
    fn a_sound_component_has_no_findings() {
        assert_eq!(validate(&component(&json!({"type": "s", "lifecycle": "p", "owner": "o"}))), []);
    }

    #[test]
    fn all_findings_are_collected_in_the_order_of_stages() {
        let mut entity = component(&json!({"owner": ["a"], "dependsOn": "x"}));
        entity["metadata"]["tags"] = json!(["Tier 1"]);
        assert_eq!(
            fields(&entity),
            [
                (Code::TagFormat, "/metadata/tags/0".to_owned()),
                (Code::MissingSpecField, "/spec/type".to_owned()),
                (Code::MissingSpecField, "/spec/lifecycle".to_owned()),
                (Code::WrongSpecType, "/spec/owner".to_owned()),
                (Code::WrongSpecType, "/spec/dependsOn".to_owned()),
            ]
        );
    }

    #[test]
    fn a_fix_is_concrete() {
        let mut entity =
            component(&json!({"type": "s", "lifecycle": "p", "owner": "o", "subComponentOf": "y"}));
        entity["metadata"]["tags"] = json!(["Tier 1"]);
        let fixes: Vec<_> = validate(&entity).into_iter().filter_map(|finding| finding.fix).collect();
        assert_eq!(fixes, ["Did you mean \"tier-1\"?", "Did you mean subcomponentOf?"]);
    }

    #[test]
    fn a_mistyped_field_of_another_kind_is_told_where_it_belongs() {
        let fix = |kind: &str, spec: Value| {
            let mut entity = component(&spec);
            entity["kind"] = json!(kind);
            validate(&entity).into_iter().next().and_then(|finding| finding.fix)
        };
        let system = fix("System", json!({"owner": "o", "subComponentOf": "x"}));
        assert_eq!(system.as_deref(), Some("Remove it: subcomponentOf belongs to Component."));
        let api =
            json!({"owner": "o", "type": "t", "lifecycle": "l", "definition": "d", "provideApis": ["x"]});
        assert_eq!(fix("API", api).as_deref(), Some("Remove it: providesApis belongs to Component."));
        assert_eq!(
            fix("System", json!({"owner": "o", "domains": ["x"], "depends": 1})),
            Some("Did you mean domain?".to_owned())
        );
    }

    #[test]
    fn a_kind_that_is_nearly_one_of_backstages_is_an_error_and_one_of_ones_own_is_not() {
        let kinds = [
            ("component", "backstage.io/v1alpha1", Code::MistypedKind),
            ("component", "acme.io/v1", Code::MistypedKind),
            ("Compnent", "backstage.io/v1alpha1", Code::MistypedKind),
            ("Groups", "acme.io/v1", Code::UnknownKind),
            ("App", "backstage.io/v1alpha1", Code::UnknownKind),
            ("S3Bucket", "backstage.io/v1alpha1", Code::UnknownKind),
        ];
        for (kind, version, code) in kinds {
            let entity = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "x"}});
            assert_eq!(fields(&entity), [(code, "/kind".to_owned())], "{kind}");
        }
    }

    #[test]
    fn every_finding_of_a_type_or_a_value_has_a_fix() {
        let mut entity =
            component(&json!({"type": {"{ x }": null}, "lifecycle": ["a", "b"], "owner": {"a": 1},
            "dependsOn": {"a": 1}, "providesApis": 1}));
        entity["metadata"]["labels"] = json!({"a/b/c": "x", "/": "y"});
        entity["metadata"]["links"] = json!(["x"]);
        let fixes: Vec<_> = validate(&entity).into_iter().map(|finding| finding.fix.unwrap()).collect();
        assert_eq!(
            fixes,
            [
                "Write it as a map: lines of `key: value`, indented below it.",
                "Did you mean \"a/b-c\"?",
                "Write a name, such as `team` or `example.com/team`.",
                "Put the expression in quotes: without them braces are a map.",
                "Write one text in the place of the list.",
                "Write one text in the place of the map; a text that has `: ` in it needs quotes.",
                "Write it as a list: `- 1`.",
                "Write it as a list: begin each entry with `- `.",
            ]
        );
    }

    #[test]
    fn an_mcp_server_without_definition_is_told_of_the_layer_that_it_needs() {
        let fix = |spec_type: &str| {
            let spec =
                json!({"type": spec_type, "lifecycle": "p", "owner": "o", "remotes": [{"type": "sse"}]});
            let mut entity = component(&spec);
            entity["kind"] = "API".into();
            validate(&entity).into_iter().find(|it| it.pointer == "/spec/definition").unwrap().fix.unwrap()
        };
        assert!(fix("mcp-server").starts_with("Leave it out where your Backstage has the layer"));
        assert!(fix("openapi").starts_with("Add `definition:`"));
    }

    #[test]
    fn dependency_of_takes_what_can_be_read_as_references() {
        let of = |value: Value| {
            let spec = json!({"type": "s", "lifecycle": "p", "owner": "o", "dependencyOf": value});
            validate(&component(&spec)).into_iter().map(|f| (f.pointer, f.fix.unwrap())).collect::<Vec<_>>()
        };
        for fine in [json!("api:a"), json!(["api:a", {"kind": "api", "name": "b"}]), json!(null), json!([])] {
            assert_eq!(of(fine), []);
        }
        let torn = of(json!(["api:a", {"component": "b"}, 1]));
        assert_eq!(
            torn,
            [
                (
                    "/spec/dependencyOf/1".to_owned(),
                    "Write no blank behind the colon: component:b.".to_owned()
                ),
                ("/spec/dependencyOf/2".to_owned(), "Write it in quotes: \"1\".".to_owned()),
            ]
        );
        assert_eq!(of(json!(1)).len(), 1);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-zA-Z:/ .ü-]{0,8}".prop_map(Value::from),
        ];
        let key = prop_oneof![
            prop::sample::select(vec![
                "apiVersion",
                "kind",
                "metadata",
                "spec",
                "name",
                "tags",
                "links",
                "url",
                "labels",
                "steps",
                "annotations",
                "owner",
                "type",
                "children",
                "dependsOn",
                "namespace",
                "output",
            ])
            .prop_map(str::to_owned),
            "[a-z~/]{0,4}",
        ];
        leaf.prop_recursive(5, 64, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((key.clone(), inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn validation_never_panics(mut value in any_json(), kind in 0..kinds::KINDS.len()) {
            validate(&value);
            if let Some(map) = value.as_object_mut() {
                map.insert("kind".to_owned(), kinds::KINDS[kind].name.into());
                map.insert("apiVersion".to_owned(), kinds::KINDS[kind].api_versions[0].into());
                validate(&value);
            }
        }
    }
}
