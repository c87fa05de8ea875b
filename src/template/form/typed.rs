//! What a person types, as the value that a field wants: numbers, yes and no, labels of choices, lists,
//! references and repository places. What does not fit stays a text, and the check says what is wrong with it.

use serde_json::{Number, Value};

use super::field::{Choice, EntityFilter, Field, Widget};
use crate::catalog::{RefContext, RefParts};

/// The value behind a typed text.
pub(super) fn value(field: &Field, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    match &field.widget {
        Widget::Text | Widget::Multiline { .. } | Widget::Secret { .. } => as_text(),
        Widget::Integer | Widget::Number => number(text).unwrap_or_else(as_text),
        Widget::Toggle => toggle(text).map_or_else(as_text, Value::Bool),
        Widget::Choice { options } => choice(options, text).unwrap_or_else(as_text),
        Widget::Choices { options } => {
            list(text, |item| choice(options, item).unwrap_or_else(|| Value::String(item.to_owned())))
        }
        Widget::List { numbers } => list(text, |item| {
            let number = if *numbers { number(item) } else { None };
            number.unwrap_or_else(|| Value::String(item.to_owned()))
        }),
        Widget::EntityPicker(filter) | Widget::OwnerPicker(filter) => Value::String(reference(filter, text)),
        Widget::EntitiesPicker(filter) => list(text, |item| Value::String(reference(filter, item))),
        Widget::RepoUrl(_) => Value::String(repo_url(text)),
        Widget::Json => serde_json::from_str(text).unwrap_or_else(|_| as_text()),
    }
}

fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    let looks = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
    text.parse::<f64>().ok().filter(|_| looks).and_then(Number::from_f64).map(Value::Number)
}

/// Yes or no in the words that people use for it.
fn toggle(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// The choice with this value or, failing that, with this label.
fn choice(options: &[Choice], text: &str) -> Option<Value> {
    let written = |value: &Value| match value {
        Value::String(own) => own == text,
        Value::Bool(own) => text.parse() == Ok(*own),
        other => format!("{other}") == text,
    };
    let by_value = options.iter().find(|option| written(&option.value));
    let by_label = || options.iter().find(|option| option.label.eq_ignore_ascii_case(text));
    by_value.or_else(by_label).map(|option| option.value.clone())
}

/// A list: as JSON where the text is a JSON list, else separated by commas or line breaks.
fn list(text: &str, item: impl Fn(&str) -> Value) -> Value {
    if let Ok(Value::Array(items)) = serde_json::from_str(text) {
        return Value::Array(items);
    }
    let items = text.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty());
    Value::Array(items.map(item).collect())
}

/// The canonical reference, where the text is one by the rules of the picker.
fn reference(filter: &EntityFilter, text: &str) -> String {
    let only = if filter.kinds.len() == 1 { filter.kinds.first() } else { None };
    let kind = filter.default_kind.as_deref().or(only.map(String::as_str));
    let context = RefContext { kind, namespace: filter.default_namespace.as_deref() };
    RefParts::parse(text.trim(), context)
        .map_or_else(|_| text.to_owned(), |parts| parts.canonical().as_str().to_owned())
}

/// `host?owner=…&repo=…` from what people paste: `host/owner/repo` or the address of a repository.
fn repo_url(text: &str) -> String {
    let text = text.trim();
    if text.contains('?') {
        return text.to_owned();
    }
    let bare = text.strip_prefix("https://").unwrap_or(text).trim_end_matches('/');
    let bare = bare.strip_suffix(".git").unwrap_or(bare);
    let mut parts = bare.splitn(2, '/');
    let (host, rest) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    match rest.rsplit_once('/') {
        Some((owner, repo)) if !host.is_empty() && !owner.is_empty() && !repo.is_empty() => {
            format!("{host}?owner={}&repo={}", encode(owner), encode(repo))
        }
        _ => text.to_owned(),
    }
}

fn encode(part: &str) -> String {
    use std::fmt::Write as _;
    part.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}"); // writing into a String cannot fail
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn choices_are_found_by_value_then_by_label() {
        let option = |value: Value, label: &str| Choice { value, label: label.to_owned() };
        let options = [option(json!(21), "Java 21"), option(json!("x"), "21")];
        assert_eq!(choice(&options, "21"), Some(json!(21)));
        assert_eq!(choice(&options, "java 21"), Some(json!(21)));
        assert_eq!(choice(&options, "17"), None);
    }

    #[test]
    fn what_is_no_number_stays_a_text() {
        assert_eq!(number("12"), Some(json!(12)));
        assert_eq!(number("-1.5"), Some(json!(-1.5)));
        assert_eq!((number("nan"), number("1x")), (None, None));
    }

    #[test]
    fn lists_are_json_or_separated() {
        let item = |text: &str| Value::String(text.to_owned());
        assert_eq!(list("a, b\nc", item), json!(["a", "b", "c"]));
        assert_eq!(list(r#"["a, b"]"#, item), json!(["a, b"]));
    }

    #[test]
    fn a_pasted_repository_becomes_its_place() {
        assert_eq!(repo_url("https://github.com/acme/payments.git"), "github.com?owner=acme&repo=payments");
        assert_eq!(repo_url("gitlab.com/acme/pay/api"), "gitlab.com?owner=acme%2Fpay&repo=api");
        assert_eq!(repo_url("github.com?owner=a&repo=b"), "github.com?owner=a&repo=b");
    }

    #[test]
    fn references_become_canonical_by_the_rules_of_the_picker() {
        let filter = EntityFilter { default_kind: Some("Group".into()), ..EntityFilter::default() };
        assert_eq!(reference(&filter, "Payments"), "group:default/payments");
        assert_eq!(reference(&EntityFilter::default(), "payments"), "payments");
    }
}
