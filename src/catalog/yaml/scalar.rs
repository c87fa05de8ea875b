//! Scalars as Backstage has them: numbers of JavaScript, and the texts that keys become.

use serde_json::{Number, Value};

/// A number as JavaScript has it: a double, whole where it is whole, null where it is none.
pub(super) fn number(value: f64) -> Value {
    /// Doubles above this have no exact neighbours.
    const MAX_SAFE: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= MAX_SAFE {
        return Value::Number(Number::from(value as i64));
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// A number of the YAML 1.2 core schema that the crate calls text: digits with leading zeros, and those too
/// large for a double.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let is_led_by_zero = digits.len() > 1 && digits.starts_with('0');
    let value: f64 = text.parse().ok()?;
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    ((is_led_by_zero && is_whole) || value.is_infinite()).then_some(value)
}

/// The name of a number that is none in JSON.
pub(super) fn not_finite(value: f64) -> &'static str {
    match (value.is_nan(), value.is_sign_positive()) {
        (true, _) => "NaN",
        (false, true) => "Infinity",
        (false, false) => "-Infinity",
    }
}

/// A scalar as the text of a key; a null is the empty text.
pub(super) fn stringify(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => flow(&value),
    }
}

/// A value in YAML's flow style: the key that a map or a list becomes.
pub(super) fn flow(value: &Value) -> String {
    let joined = |items: Vec<String>| items.join(", ");
    match value {
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => format!("[ {} ]", joined(items.iter().map(flow).collect())),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| match value {
                Value::Null => key.clone(),
                value => format!("{key}: {}", flow(value)),
            };
            format!("{{ {} }}", joined(map.iter().map(entry).collect()))
        }
        scalar => stringify(scalar.clone()),
    }
}
