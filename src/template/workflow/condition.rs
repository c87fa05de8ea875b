//! Whether a step runs: which values let it, and the calls of `always()` and `failure()` in the text of an `if`.

use serde_json::Value;

/// Whether a value lets a step run: all but false, null, 0, the empty text and the empty list.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(_) => true,
    }
}

/// Whether the text of an `if` calls `always()` or `failure()`: such a step runs after a failure, too.
pub(super) fn calls_status(condition: Option<&Value>) -> bool {
    let text = condition.and_then(Value::as_str).unwrap_or("");
    ["always", "failure"].iter().any(|name| find_call(text, name).is_some())
}

/// The text with the calls of `always()` and `failure()` replaced by what they give.
pub(super) fn with_status(text: &str, has_failed: bool) -> String {
    let mut text = text.to_owned();
    for (name, value) in [("always", "true"), ("failure", if has_failed { "true" } else { "false" })] {
        while let Some(range) = find_call(&text, name) {
            text.replace_range(range, value);
        }
    }
    text
}

/// Where a text calls a function without arguments.
fn find_call(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    text.match_indices(name).find_map(|(at, _)| {
        let starts =
            !text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '\'' | '"'));
        let rest = text[at + name.len()..].trim_start().strip_prefix('(')?.trim_start().strip_prefix(')')?;
        starts.then(|| at..text.len() - rest.len())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn status_functions_are_calls_not_words() {
        assert!(calls_status(Some(&json!("${{ not failure( ) }}"))));
        assert!(!calls_status(Some(&json!("${{ parameters.failure }}"))));
        assert_eq!(with_status("${{ always() and failure() }}", false), "${{ true and false }}");
    }
}
