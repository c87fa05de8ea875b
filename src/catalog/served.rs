//! What a server adds to an entity that it gives: relations, and how processing it went.

use serde_json::Value;

use super::validate::Finding;

/// Errors of one entity that are kept; a server that has more repeats itself.
const MAX_ERRORS: usize = 20;

/// Characters of an error that are kept: servers put whole traces of their stack into some.
const MAX_ERROR_CHARACTERS: usize = 300;

/// Fields at the root that only a server writes.
const FIELDS: [&str; 2] = ["/relations", "/status"];

/// Whether a finding is about a field that is wrong in a descriptor and right in what a server gives.
pub(super) fn is_of_server(finding: &Finding) -> bool {
    FIELDS.contains(&finding.pointer.as_str())
}

/// The errors that an entity's status reports, as sentences.
pub(super) fn errors(entity: &Value) -> Vec<String> {
    let items = entity.pointer("/status/items").and_then(Value::as_array);
    let is_error = |item: &&Value| item.get("level").and_then(Value::as_str) == Some("error");
    items.into_iter().flatten().filter(is_error).take(MAX_ERRORS).map(sentence).collect()
}

fn sentence(item: &Value) -> String {
    let text = |pointer: &str| {
        let text = item.pointer(pointer).and_then(Value::as_str).map(str::trim);
        text.filter(|text| !text.is_empty())
    };
    let message = text("/message").or_else(|| text("/error/message")).unwrap_or("it gives no message");
    // Most messages begin with the name of the error already.
    let name = text("/error/name").filter(|name| !message.starts_with(name));
    let name = name.map(|name| format!("{name}: ")).unwrap_or_default();
    let kind = text("/type").map(|kind| format!(" ({kind})")).unwrap_or_default();
    let message = shortened(message.trim_end_matches('.'));
    format!("The server reports an error: {}{message}{}.", shortened(&name), shortened(&kind))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_ERROR_CHARACTERS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_are_short_and_few_whatever_a_server_sends() {
        let item = json!({"level": "error", "message": "x".repeat(9_000)});
        let found = errors(&json!({"status": {"items": vec![item; 500]}}));
        assert_eq!(found.len(), MAX_ERRORS);
        assert!(found[0].chars().count() < 400);
    }

    #[test]
    fn a_status_of_another_shape_reports_nothing() {
        for status in
            [json!(null), json!("x"), json!({"items": {}}), json!({"items": [1, {"level": "info"}]})]
        {
            assert_eq!(errors(&json!({"status": status})), [""; 0]);
        }
        let empty = json!({"status": {"items": [{"level": "error"}]}});
        assert_eq!(errors(&empty), ["The server reports an error: it gives no message."]);
    }
}
