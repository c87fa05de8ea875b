//! Answers checked against the schema as the server of a portal does before a task: every fault with its place
//! and a message in plain words. Messages never quote an answer, for it may be a secret.

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use jsonschema::{JsonType, Validator};
use serde_json::Value;

use super::build::plain;
use super::schema::validator;
use crate::number::noun;
use crate::template::model::Finding;

/// Faults that one check reports; more help nobody.
const MAX_FAULTS: usize = 200;

/// Choices that a message lists.
const MAX_LISTED: usize = 8;

/// One rule that the values break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: the names and positions from the top.
    pub path: Vec<String>,
    /// The keyword that failed, such as `required`.
    pub rule: String,
    /// The name that is missing, for `required`.
    pub missing: Option<String>,
    /// Where the rule stands in the schema, as a JSON pointer.
    pub schema_pointer: String,
    /// What is wrong, in plain words.
    pub message: String,
}

/// All rules of a schema that values break. An unusable schema is a finding.
pub fn check(schema: &Value, values: &Value) -> Result<Vec<Fault>, Finding> {
    Ok(faults(&validator(schema)?, schema, values))
}

/// All rules that values break.
pub(super) fn faults(validator: &Validator, schema: &Value, values: &Value) -> Vec<Fault> {
    validator.iter_errors(values).take(MAX_FAULTS).map(|error| fault(&error, schema)).collect()
}

fn fault(error: &ValidationError<'_>, schema: &Value) -> Fault {
    let path = error.instance_path().into_iter().map(|segment| match segment {
        LocationSegment::Property(name) => name.into_owned(),
        LocationSegment::Index(index) => index.to_string(),
    });
    let schema_pointer = error.schema_path().as_str().to_owned();
    let missing = match error.kind() {
        ValidationErrorKind::Required { property } => property.as_str().map(str::to_owned),
        _ => None,
    };
    // The list form of `dependencies` fails as a missing property, yet the keyword is another.
    let rule = match error.kind().keyword() {
        "required" if !schema_pointer.ends_with("/required") => "dependencies",
        keyword => keyword,
    };
    let message = written_message(schema, &schema_pointer, rule, missing.as_deref());
    Fault {
        path: path.collect(),
        rule: rule.to_owned(),
        missing,
        message: message.unwrap_or_else(|| words(error.kind())),
        schema_pointer,
    }
}

/// The message that the template itself gives for a rule by `errorMessage`.
fn written_message(schema: &Value, pointer: &str, rule: &str, missing: Option<&str>) -> Option<String> {
    let (holder, _) = pointer.rsplit_once('/')?;
    let own = schema.pointer(holder).and_then(|holder| holder.get("errorMessage"));
    if let Some(own) = own {
        let by_rule = own.get(rule);
        let by_name = missing.and_then(|name| by_rule?.get(name));
        let text = own.as_str().or_else(|| by_name?.as_str()).or_else(|| by_rule?.as_str());
        if let Some(text) = text {
            return Some(text.to_owned());
        }
    }
    let (around, name) = holder.rsplit_once('/')?;
    let around = around.strip_suffix("/properties")?;
    let text = schema.pointer(around)?.get("errorMessage")?.get("properties")?.get(name)?;
    text.as_str().map(str::to_owned)
}

fn words(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    let counted = |count: &u64, one: &str| format!("{count} {}", noun(*count, one));
    match kind {
        Kind::Required { .. } => "An answer is needed.".to_owned(),
        Kind::Type { kind } => format!("It has to be {}.", types(kind)),
        Kind::Pattern { pattern } => format!("It does not match the pattern {pattern}"),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            "It does not match: the pattern took too long to decide.".to_owned()
        }
        Kind::MinLength { limit } => {
            format!("It needs at least {}.", counted(limit, "character"))
        }
        Kind::MaxLength { limit } => {
            format!("It may have at most {}.", counted(limit, "character"))
        }
        Kind::MinItems { limit } => format!("It needs at least {}.", counted(limit, "entry")),
        Kind::MaxItems { limit } => format!("It may have at most {}.", counted(limit, "entry")),
        Kind::Minimum { limit } => format!("It has to be at least {limit}."),
        Kind::Maximum { limit } => format!("It may be at most {limit}."),
        Kind::ExclusiveMinimum { limit } => format!("It has to be more than {limit}."),
        Kind::ExclusiveMaximum { limit } => format!("It has to be less than {limit}."),
        Kind::MultipleOf { multiple_of } => format!("It has to be a multiple of {multiple_of}."),
        Kind::Enum { options } => one_of(options),
        Kind::Constant { expected_value } => format!("It has to be {}.", plain(expected_value)),
        Kind::Format { format } => format!("It is no {}.", format_name(format)),
        Kind::UniqueItems => "An entry is there twice.".to_owned(),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!("The template does not know {}.", unexpected.join(", "))
        }
        Kind::OneOfNotValid { .. } | Kind::AnyOf { .. } => {
            "It fits none of the alternatives that the template allows.".to_owned()
        }
        Kind::OneOfMultipleValid { .. } => "It fits more than one alternative.".to_owned(),
        Kind::Not { .. } | Kind::FalseSchema => "The template does not allow this.".to_owned(),
        Kind::Contains => "None of the entries is what the template asks for.".to_owned(),
        other => format!("It breaks the rule {}.", other.keyword()),
    }
}

fn one_of(options: &Value) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let listed: Vec<String> = options.iter().take(MAX_LISTED).map(plain).collect();
    let more = if options.len() > MAX_LISTED {
        format!(" (and {} more)", options.len() - MAX_LISTED)
    } else {
        String::new()
    };
    format!("It has to be one of {}{more}.", listed.join(", "))
}

fn types(kind: &TypeKind) -> String {
    let name = |kind: JsonType| match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "yes or no",
        JsonType::Integer => "a whole number",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "a map",
        JsonType::String => "a text",
    };
    match kind {
        TypeKind::Single(kind) => name(*kind).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(name).collect::<Vec<_>>().join(" or "),
    }
}

fn format_name(format: &str) -> &str {
    match format {
        "uri" | "url" => "web address (such as https://example.com)",
        "email" => "mail address",
        "hostname" => "host name",
        "date" => "date (such as 2026-01-31)",
        "date-time" => "date and time (such as 2026-01-31T12:00:00Z)",
        "regex" => "regular expression",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
    fn messages(schema: Value, values: Value) -> Vec<String> {
        check(&schema, &values).unwrap().into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn messages_are_plain_words_and_quote_no_answer() {
        let schema = json!({"properties": {"a": {"type": "string", "minLength": 3, "format": "email"}}});
        let said = messages(schema, json!({"a": "s3"}));
        assert_eq!(said.len(), 2);
        assert!(said.iter().all(|message| !message.contains("s3")));
        assert!(said.contains(&"It needs at least 3 characters.".to_owned()));
    }

    #[test]
    fn the_template_may_write_its_own_message() {
        let schema = json!({
            "properties": {"a": {"pattern": "^x", "errorMessage": {"pattern": "Start with x."}}, "b": {"maxLength": 1}},
            "required": ["c"],
            "errorMessage": {"properties": {"b": "Short, please."}, "required": {"c": "Say c."}}
        });
        let mut said = messages(schema, json!({"a": "y", "b": "long"}));
        said.sort();
        assert_eq!(said, ["Say c.", "Short, please.", "Start with x."]);
    }

    #[test]
    fn a_dependency_list_fails_as_a_dependency() {
        let faults = check(&json!({"dependencies": {"a": ["b"]}}), &json!({"a": 1})).unwrap();
        assert_eq!((faults[0].rule.as_str(), faults[0].missing.as_deref()), ("dependencies", Some("b")));
    }
}
