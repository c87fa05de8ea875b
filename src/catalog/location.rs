//! Where descriptors are: location references `type:target`, and the targets of Location entities.

use super::Entity;
use super::url::is_script;
use serde_json::Value;

/// A location reference such as `url:https://example.com/x` or `dir:.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationRef {
    /// What the target is, such as `url`, `file` or `dir`.
    pub location_type: String,
    /// The address or the path.
    pub target: String,
}

/// Why a text is no location reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// There is no colon, or nothing on one of its sides.
    #[error(
        "the location {0:?} is not written as type:target, as in \"dir:.\" or \"url:https://example.com/x\""
    )]
    Malformed(String),
    /// An address stands without `url:`.
    #[error("the location {0:?} lacks its type: write url:{0}")]
    MissingUrlPrefix(String),
    /// The target is an address that runs a script.
    #[error("the location {0:?} is a script")]
    ScriptUrl(String),
}

impl LocationRef {
    /// Parses `type:target`, split at the first colon; blanks around both are dropped.
    pub fn parse(text: &str) -> Result<Self, LocationError> {
        let malformed = || LocationError::Malformed(text.to_owned());
        let (location_type, target) = text.split_once(':').ok_or_else(malformed)?;
        let (location_type, target) = (location_type.trim(), target.trim());
        if location_type.is_empty() || target.is_empty() {
            return Err(malformed());
        }
        if matches!(location_type, "http" | "https") {
            return Err(LocationError::MissingUrlPrefix(text.to_owned()));
        }
        if is_script(target) {
            return Err(LocationError::ScriptUrl(text.to_owned()));
        }
        Ok(Self { location_type: location_type.to_owned(), target: target.to_owned() })
    }
}

/// One target of a Location entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What the target is; nothing where it inherits the type of the location that the entity came from.
    pub location_type: Option<String>,
    /// The path, glob or address as written.
    pub target: String,
    /// Whether it may be missing.
    pub presence: Presence,
    /// The JSON pointer of the target below the document.
    pub pointer: String,
}

/// Whether a location must exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A missing file is a problem.
    Required,
    /// A missing file is nothing to speak of.
    Optional,
}

/// The targets of a Location entity, `target` before `targets`; none for another kind.
pub fn targets(entity: &Entity) -> Vec<Target> {
    if entity.kind().raw() != "Location" {
        return Vec::new();
    }
    let Some(spec) = entity.spec() else { return Vec::new() };
    let text = |value: &Value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let location_type = spec.get("type").and_then(text);
    let presence = match spec.get("presence").and_then(Value::as_str) {
        Some("optional") => Presence::Optional,
        _ => Presence::Required,
    };
    let one = spec.get("target").into_iter().map(|value| ("/spec/target".to_owned(), value));
    let many = spec.get("targets").and_then(Value::as_array).into_iter().flatten().enumerate();
    one.chain(many.map(|(index, value)| (format!("/spec/targets/{index}"), value)))
        .filter_map(|(pointer, value)| {
            let target = text(value)?;
            Some(Target { location_type: location_type.clone(), target, presence, pointer })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::test_origin;

    #[test]
    fn a_bare_address_is_told_its_prefix() {
        let error = LocationRef::parse("https://a/b").unwrap_err();
        assert_eq!(error.to_string(), "the location \"https://a/b\" lacks its type: write url:https://a/b");
    }

    #[test]
    fn target_and_targets_are_both_read() {
        let entity = Entity::from_value(
            json!({"kind": "Location", "metadata": {"name": "x"},
                "spec": {"target": "./a", "targets": ["./b", 1], "presence": "optional"}}),
            test_origin("catalog-info.yaml"),
        )
        .unwrap();
        let found: Vec<_> =
            targets(&entity).into_iter().map(|target| (target.target, target.presence)).collect();
        assert_eq!(found, [("./a".into(), Presence::Optional), ("./b".into(), Presence::Optional)]);
    }
}
