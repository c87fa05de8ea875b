//! Descriptors: YAML documents, formats of fields, validation.

use callboard::catalog::validate::{Finding, Stage, is_valid_field, validate};
use callboard::catalog::yaml;
use serde_json::{Value, json};

use crate::expect_equal;

pub(crate) fn yaml_documents(case: &Value, _: &Value) -> Result<(), String> {
    let text = case["input"].as_str().unwrap_or_default();
    let text = yaml::decode(text.as_bytes()).map_err(|error| error.to_string())?;
    let found: Vec<Value> = yaml::documents(text)
        .filter_map(|document| match document.parse() {
            Ok(Value::Null) => None,
            Ok(entity @ Value::Object(_)) => Some(json!({"entity": entity})),
            Ok(_) | Err(_) => Some(json!({"error": true})),
        })
        .collect();
    expect_equal(&found.into(), &case["expect"])
}

pub(crate) fn field_format(case: &Value, _: &Value) -> Result<(), String> {
    let field = case["field"].as_str().unwrap_or_default();
    match is_valid_field(field, &case["input"]) {
        Some(found) => expect_equal(&found.into(), &case["expect"]),
        None => Err(format!("the field {field} has no format")),
    }
}

pub(crate) fn entity_validation(case: &Value, _: &Value) -> Result<(), String> {
    let input = &case["input"];
    let findings = validate(input);
    let first = findings.iter().find(|finding| finding.stage <= Stage::KindSchema);
    let found = match first {
        None => {
            let namespace = input.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or("default");
            json!({"valid": true, "namespace": namespace})
        }
        Some(Finding { stage: Stage::Kind, .. }) => {
            json!({"valid": false, "stage": "unrecognized-kind-or-apiVersion"})
        }
        Some(finding) => {
            let stage = match finding.stage {
                Stage::Envelope => "envelope",
                Stage::Policy => "policy",
                _ => "kind-schema",
            };
            json!({"valid": false, "stage": stage, "field": finding.field})
        }
    };
    expect_equal(&found, &case["expect"])
}
