//! Values as YAML text, for people to read.

use serde_json::Value;

/// A value as YAML, keys in their order. The text is foreign where the value is.
pub fn to_yaml(value: &Value) -> String {
    // A JSON value has text keys and finite numbers only, which YAML can always say.
    serde_yaml::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let value =
            json!({ "b": "yes", "a": [1, "010", null, { "x": "line\nbreak" }], "e": {}, "s": "- a: #b" });
        let text = to_yaml(&value);
        assert_eq!(super::super::parse(&text).unwrap(), value);
        assert!(text.starts_with("b:"));
    }
}
