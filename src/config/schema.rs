//! The JSON schema of the configuration, for editors. Kept by hand; a test holds it against what is read.

/// The schema, as JSON.
pub const SCHEMA: &str = include_str!("../../config/schema.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::SCHEMA;
    use crate::config::DEFAULT;
    use crate::config::sources::kinds;
    use crate::source::RemoteSettings;

    fn schema() -> Value {
        serde_json::from_str(SCHEMA).unwrap()
    }

    fn problems(configuration: &Value) -> Vec<String> {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        validator.iter_errors(configuration).map(|error| error.to_string()).collect()
    }

    fn yaml(text: &str) -> Value {
        crate::catalog::yaml::parse(text).unwrap()
    }

    fn keys(schema: &Value, pointer: &str) -> BTreeSet<String> {
        schema.pointer(pointer).unwrap()["properties"].as_object().unwrap().keys().cloned().collect()
    }

    /// The keys that a kind of source takes beside another, as the reader of settings itself names them.
    fn taken(kind: &str, own: &Value) -> BTreeSet<String> {
        let error = RemoteSettings::parse(kind, own).unwrap_err().into_inner().to_string();
        let (_, expected) = error.split_once("expected").unwrap();
        expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_key_of_the_built_in_configuration_is_in_it_and_no_other() {
        let (schema, default) = (schema(), yaml(DEFAULT));
        for (pointer, section) in [("", ""), ("/properties/sync", "/sync"), ("/properties/ui", "/ui")] {
            let known = default.pointer(section).unwrap().as_object().unwrap();
            assert_eq!(keys(&schema, pointer), known.keys().cloned().collect(), "{section}");
        }
    }

    #[test]
    fn every_key_of_a_source_is_in_it_and_no_other() {
        let schema = schema();
        let common: BTreeSet<String> = ["id", "type", "every"].map(str::to_owned).into();
        let foreign = |kind: &str| match kind {
            "gitlab" => vec!["organization", "organizations"],
            "github" | "gitea" => vec!["group", "groups"],
            _ => Vec::new(),
        };
        for (kind, _) in RemoteSettings::KINDS {
            let mut own = taken(kind, &json!({"no such key": 1}));
            own.retain(|key| !foreign(kind).contains(&key.as_str()));
            own.extend(common.clone());
            assert_eq!(keys(&schema, &format!("/definitions/{kind}")), own, "{kind}");
        }
        let choice = taken("github", &json!({"include": {"no such key": 1}}));
        assert_eq!(keys(&schema, "/definitions/repositories"), choice);
        let kinds: Vec<_> = kinds().map(|(kind, _)| json!(kind)).collect();
        let known: BTreeSet<String> = kinds.iter().map(Value::to_string).collect();
        let told = schema["definitions"]["kind"]["enum"].as_array().unwrap().iter();
        assert_eq!(told.map(Value::to_string).collect::<BTreeSet<_>>(), known);
    }

    #[test]
    fn what_is_built_in_and_what_the_manual_shows_is_right() {
        assert_eq!(problems(&yaml(DEFAULT)), [""; 0]);
        for (kind, example) in kinds() {
            assert_eq!(problems(&json!({"sources": [yaml(example)]})), [""; 0], "{kind}");
        }
        let commented: Vec<&str> =
            DEFAULT.lines().filter_map(|line| line.trim_start().strip_prefix("#   ")).collect();
        assert_eq!(problems(&yaml(&commented.join("\n"))), [""; 0]);
        for page in [include_str!("../../docs/sources.md"), include_str!("../../docs/configuration.md")] {
            let blocks = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
            for block in blocks {
                let read = yaml(block);
                let whole = if read.is_array() { json!({"sources": read}) } else { read };
                assert_eq!(problems(&whole), [""; 0], "{block}");
            }
        }
    }

    #[test]
    fn what_would_have_no_effect_or_be_refused_is_wrong() {
        for (wrong, at) in [
            (json!({"them": "dark"}), "a misspelt key"),
            (json!({"ui": {"symbols": "emoji"}}), "a word that is none of those"),
            (json!({"sync": {"every": 15}}), "a length without a unit"),
            (json!({"sources": [{"id": "a", "type": "svn"}]}), "no kind of source"),
            (json!({"sources": [{"id": "a", "type": "git", "path": "x"}]}), "a key of another kind"),
            (json!({"sources": [{"id": "a", "type": "github", "group": "x"}]}), "the owner of another kind"),
            (
                json!({"sources": [{"id": "a", "type": "backstage", "url": "https://b", "token": "s3cret"}]}),
                "a token that stands there itself",
            ),
            (json!({"sources": [{"type": "command", "run": ["x"]}]}), "no id"),
        ] {
            assert!(!problems(&wrong).is_empty(), "{at}");
        }
    }
}
