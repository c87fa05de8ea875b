//! The formats of the common fields, as Backstage's catalog model defines them.

use serde_json::Value;

/// The most characters of a name, a namespace, a kind or a tag.
const MAX_NAME: usize = 63;

/// The most characters of the prefix before the `/` of a key.
const MAX_PREFIX: usize = 253;

/// Whether a value is right for a field that Backstage has a format for: `apiVersion`, `kind`,
/// `metadata.name`, `metadata.namespace`, `label.key`, `label.value`, `annotation.key`, `annotation.value`,
/// `tag` or `link.url`. Nothing for another field.
pub fn is_valid_field(field: &str, value: &Value) -> Option<bool> {
    let rule: fn(&str) -> bool = match field {
        "apiVersion" => is_api_version,
        "kind" => is_kind,
        "metadata.name" => is_name,
        "metadata.namespace" => is_dns_label,
        "label.key" | "annotation.key" => is_key,
        "label.value" => is_label_value,
        "annotation.value" => |_| true,
        "tag" => is_tag,
        "link.url" => crate::catalog::url::is_url,
        _ => return None,
    };
    Some(value.as_str().is_some_and(rule))
}

pub(super) fn is_name(text: &str) -> bool {
    let inner = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    has_length(text)
        && text.bytes().all(inner)
        && text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
        && text.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric)
}

pub(super) fn is_dns_label(text: &str) -> bool {
    let word = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    has_length(text)
        && text.bytes().all(|c| word(c) || c == b'-')
        && text.bytes().next().is_some_and(word)
        && text.bytes().next_back().is_some_and(word)
}

pub(in crate::catalog) fn is_kind(text: &str) -> bool {
    has_length(text)
        && text.bytes().all(|c| c.is_ascii_alphanumeric())
        && text.as_bytes()[0].is_ascii_alphabetic()
}

pub(in crate::catalog) fn is_api_version(text: &str) -> bool {
    is_prefixed(text, |suffix| has_length(suffix) && suffix.bytes().all(|c| c.is_ascii_alphanumeric()))
}

pub(super) fn is_key(text: &str) -> bool {
    is_prefixed(text, is_name)
}

pub(super) fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

pub(super) fn is_tag(text: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b':' | b'+' | b'#'))
    };
    has_length(text) && text.split('-').all(word)
}

fn is_prefixed(text: &str, is_suffix: impl Fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        None => is_suffix(text),
        Some((prefix, suffix)) => !suffix.contains('/') && is_dns_subdomain(prefix) && is_suffix(suffix),
    }
}

fn is_dns_subdomain(text: &str) -> bool {
    (1..=MAX_PREFIX).contains(&text.len()) && text.split('.').all(is_dns_label)
}

fn has_length(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_dashes_pass_in_namespaces_and_not_in_tags() {
        assert!(is_dns_label("a--b"));
        assert!(!is_tag("a--b"));
    }

    #[test]
    fn a_key_has_at_most_one_prefix() {
        assert!(is_key("example.com/a_b"));
        assert!(!is_key("a/b/c"));
        assert!(!is_key(&format!("{}a/b", "a.".repeat(127))));
    }
}
