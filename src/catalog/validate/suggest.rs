//! Concrete fixes: the nearest right value, the line to add, the quotes to write.

use serde_json::Value;

use super::kinds::KINDS;
use super::shape::Shape;

/// The candidate nearest to a mistyped word, if any is near: the same but for case, or so few letters away
/// that a slip is likelier than another word.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    /// Longer words are no slips of anything; the bound keeps the square of it small.
    const MAX_WORD: usize = 64;
    /// In shorter words two other letters make another word.
    const SHORT_WORD: usize = 4;
    let wanted = word.to_lowercase();
    let length = wanted.chars().count();
    if length > MAX_WORD {
        return None;
    }
    let most = if length < SHORT_WORD { 1 } else { 2 };
    // One letter put, taken or changed makes at most two differ.
    let shares_letters =
        |candidate: &str| (letters(&wanted) ^ letters(candidate)).count_ones() as usize <= 2 * most;
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= most && shares_letters(candidate))
        .map(|candidate| (strsim::osa_distance(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// The question that offers a better value.
pub(super) fn did_you_mean(better: &str) -> String {
    format!("Did you mean {better:?}?")
}

/// A text as a name: what is not allowed becomes a dash.
pub(super) fn as_name(text: &str) -> Option<String> {
    slug(text, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// A text as a namespace.
pub(super) fn as_namespace(text: &str) -> Option<String> {
    slug(&text.to_lowercase(), |c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// A text as a tag.
pub(super) fn as_tag(text: &str) -> Option<String> {
    slug(&text.to_lowercase(), |c| {
        c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ':' | '+' | '#')
    })
}

/// The line to add for a missing field.
pub(super) fn for_missing(name: &str) -> Option<String> {
    let what = match name {
        "apiVersion" => "`apiVersion: backstage.io/v1alpha1`",
        "kind" => "`kind: Component`, or what it is",
        "metadata" => "`metadata:` with a `name:` below it",
        "name" => "`name:` with letters, digits and dashes",
        "spec" => "`spec:` with the fields of the kind below it",
        "owner" => "`owner: group:default/your-team`",
        "lifecycle" => "`lifecycle: production`, or `experimental` or `deprecated`",
        "type" => "`type: service`, or what it is in one word",
        "children" => "`children: []`",
        "memberOf" => "`memberOf: []`",
        "definition" => "`definition:` with the text of the API, or with `$text:` and a path below it",
        "steps" => "`steps: []`",
        "action" => "`action: fetch:template`, or what the step does",
        "url" => "`url: https://…`",
        _ => return None,
    };
    Some(format!("Add {what}."))
}

/// What to write where a value has the wrong type.
pub(super) fn for_type(value: &Value, shape: &Shape) -> String {
    if let Some(reference) = torn_reference(value) {
        return format!("Write no blank behind the colon: {reference}.");
    }
    let text = match (shape, value) {
        (_, Value::Null) => "Give it a value, or remove the line.",
        (Shape::List(..), Value::Object(_)) => "Write it as a list: begin each entry with `- `.",
        (Shape::List(..), scalar) => return format!("Write it as a list: `- {}`.", head(scalar)),
        (Shape::Map(_) | Shape::MapOrList(_), _) => {
            "Write it as a map: lines of `key: value`, indented below it."
        }
        (_, Value::Array(items)) if items.len() == 1 => {
            return format!("Write the one value without a list: {}.", super::quote(&items[0]));
        }
        (_, Value::Array(_)) => "Write one text in the place of the list.",
        (_, Value::Object(map)) if map.keys().any(|key| key.starts_with('{')) => {
            "Put the expression in quotes: without them braces are a map."
        }
        (_, Value::Object(_)) => {
            "Write one text in the place of the map; a text that has `: ` in it needs quotes."
        }
        (_, scalar) => return format!("Write it in quotes: \"{scalar}\"."),
    };
    text.to_owned()
}

/// The reference that a map was meant to be: `component: x` is one key with a value.
fn torn_reference(value: &Value) -> Option<String> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (kind, name) = map.iter().next()?;
    let is_kind = KINDS.iter().any(|known| known.name.eq_ignore_ascii_case(kind));
    is_kind.then(|| name.as_str().map(|name| format!("{kind}:{name}")))?
}

/// What begins a scalar, as it would be written.
fn head(scalar: &Value) -> String {
    /// Characters of it that are written out again.
    const MAX_WRITTEN: usize = 60;
    scalar.as_str().map_or_else(|| scalar.to_string(), |text| text.chars().take(MAX_WRITTEN).collect())
}

fn slug(text: &str, is_kept: impl Fn(char) -> bool) -> Option<String> {
    /// The most characters of a name, a namespace or a tag.
    const MAX_NAME: usize = 63;
    let mut better = String::new();
    for c in text.chars() {
        if is_kept(c) {
            better.push(c);
        } else if !better.is_empty() && !better.ends_with('-') {
            better.push('-');
        }
    }
    let end = better.char_indices().nth(MAX_NAME).map_or(better.len(), |(at, _)| at);
    let better = better[..end].trim_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '#'));
    (!better.is_empty()).then(|| better.to_owned())
}

/// Which ASCII letters and digits a text has, whatever their case and number: a bit for each.
fn letters(text: &str) -> u64 {
    let bit = |byte: u8| match byte.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => 1 << (letter - b'a'),
        digit @ b'0'..=b'9' => 1 << (26 + digit - b'0'),
        _ => 0,
    };
    text.bytes().fold(0, |letters, byte| letters | bit(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_another_word_does_not() {
        let kinds = ["Component", "API", "Group"];
        assert_eq!(nearest("component", kinds), Some("Component".to_owned()));
        assert_eq!(nearest("Compnoent", kinds), Some("Component".to_owned()));
        assert_eq!(nearest("S3Bucket", kinds), None);
        assert_eq!(nearest("one-platform-lighthouse-ci", ["one-platform-lighthouse-spa"]), None);
    }

    #[test]
    fn names_namespaces_and_tags_are_made_of_free_text() {
        assert_eq!(as_name("my service!"), Some("my-service".to_owned()));
        assert_eq!(as_namespace("Prod_EU"), Some("prod-eu".to_owned()));
        assert_eq!(as_tag("Node.js v20"), Some("node-js-v20".to_owned()));
        assert_eq!(
            (as_tag("Java"), as_namespace("Prod")),
            (Some("java".to_owned()), Some("prod".to_owned()))
        );
        assert_eq!(as_tag("!!!"), None);
    }
}
