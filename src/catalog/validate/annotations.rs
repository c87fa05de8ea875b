//! Annotations that other parts of a portal act on: what they hold must be what those parts can follow.

use serde_json::Value;

use super::{Finding, Stage, path, quote};
use crate::catalog::Code;
use crate::catalog::document::at;
use crate::catalog::location::LocationRef;

/// Types of a location that docs are made from.
const DOCS_TYPES: [&str; 2] = ["dir", "url"];

/// Annotations that hold a location.
const LOCATIONS: [&str; 3] = [
    "backstage.io/source-location",
    "backstage.io/managed-by-location",
    "backstage.io/managed-by-origin-location",
];

/// Checks the annotations that hold locations.
pub(super) fn check(entity: &Value, findings: &mut Vec<Finding>) {
    let annotations = at(entity, "/metadata/annotations").and_then(Value::as_object);
    for (key, value) in annotations.into_iter().flatten() {
        let Some(text) = value.as_str() else { continue };
        let (code, fault) = if key == "backstage.io/techdocs-ref" {
            (Code::BadTechDocsRef, docs_fault(text))
        } else if LOCATIONS.contains(&key.as_str()) {
            (Code::BadLocation, location_fault(text))
        } else {
            continue;
        };
        let Some((reason, fix)) = fault else { continue };
        let pointer = path::METADATA.key("annotations").key(key).pointer();
        findings.push(Finding {
            code,
            stage: Stage::Lint,
            field: pointer.clone(),
            pointer,
            is_about_key: false,
            message: format!("{key} is {}: {reason}.", quote(value)),
            fix: Some(fix),
        });
    }
}

fn docs_fault(text: &str) -> Option<(String, String)> {
    match LocationRef::parse(text) {
        Ok(location) if DOCS_TYPES.contains(&location.location_type.as_str()) => None,
        Ok(location) if location.target.starts_with("http") => Some((
            format!("docs are not made from the type {:?}", location.location_type),
            format!("Write url:{}.", location.target),
        )),
        Ok(location) => Some((
            format!("docs are not made from the type {:?}", location.location_type),
            "Write dir: and a folder, or url: and an address.".to_owned(),
        )),
        Err(error) if text.starts_with("http") => Some((error.to_string(), format!("Write url:{text}."))),
        Err(_) if text.trim().is_empty() => {
            Some(("it is empty".to_owned(), "Write dir:. or remove it.".to_owned()))
        }
        Err(_) if matches!(text.trim(), "dir:" | "dir") => {
            Some(("it names no folder".to_owned(), "Write dir:. for the folder of this file.".to_owned()))
        }
        Err(error) => Some((error.to_string(), format!("Write dir:{}.", text.trim().trim_end_matches(':')))),
    }
}

fn location_fault(text: &str) -> Option<(String, String)> {
    let error = LocationRef::parse(text).err()?;
    Some((error.to_string(), "Write url: and an address, or file: and a path.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrong_forms_that_people_write_are_told_the_right_one() {
        assert_eq!(docs_fault("dir:../docs"), None);
        assert_eq!(docs_fault("docs").unwrap().1, "Write dir:docs.");
        assert_eq!(docs_fault("dir:").unwrap().1, "Write dir:. for the folder of this file.");
        assert_eq!(docs_fault("https://a/b").unwrap().1, "Write url:https://a/b.");
        assert_eq!(docs_fault("github:https://a/b").unwrap().1, "Write url:https://a/b.");
    }
}
