//! The references of an entity: each must be one, or Backstage refuses the whole entity.

use serde::Deserialize;
use serde_json::Value;

use super::{Finding, Stage, quote};
use crate::catalog::declared::Declared;
use crate::catalog::{Code, DEFAULT_NAMESPACE, RefError};

/// Checks every reference that a relation is made of.
pub(super) fn check(entity: &Value, findings: &mut Vec<Finding>) {
    let Ok(declared) = Declared::deserialize(entity) else { return };
    for one in declared.resolve(DEFAULT_NAMESPACE) {
        let Err(error) = &one.target else { continue };
        let quoted = quote(&(&*one.text).into());
        let pointer = one.pointer();
        // A value of the wrong type was reported as such.
        if findings.iter().any(|finding| finding.pointer == pointer) {
            continue;
        }
        let (message, fix) = match error {
            RefError::MissingKind(text) => (
                format!("{quoted} has no kind, and {} takes any.", one.field.name),
                format!("Write the kind before it: component:{text}, or resource:{text}."),
            ),
            RefError::EmptyPart(_) => (
                format!("{quoted} is no reference: a part of it is empty."),
                "Write it as kind:namespace/name.".to_owned(),
            ),
        };
        findings.push(Finding {
            code: Code::BadReference,
            stage: Stage::References,
            field: pointer.clone(),
            pointer,
            is_about_key: false,
            message,
            fix: Some(fix),
        });
    }
}
