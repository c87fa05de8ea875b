//! Attribute lists, `{: #id .class key=value }`: they say how a browser shows something, so they are dropped
//! here, but for the id of a heading. Also the words after a fence.

/// Whether a text is one attribute list.
pub(super) fn is_list(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
        return false;
    };
    let (inner, is_marked) = inner.strip_prefix(':').map_or((inner, false), |inner| (inner, true));
    let mut words = words(inner).peekable();
    (is_marked || words.peek().is_some())
        && words.all(|word| {
            let is_id = word.len() > 1 && word.starts_with(['#', '.']);
            is_id || word.split_once('=').is_some_and(|(key, _)| is_name(key)) || (is_marked && is_name(word))
        })
}

/// The length of an attribute list at the start of a text, else 0.
pub(super) fn leading_list(text: &str) -> usize {
    let line = text.split('\n').next().unwrap_or("");
    // An attribute list of more than 300 bytes is not one.
    let end = line.bytes().take(300).position(|b| b == b'}').map_or(0, |end| end + 1);
    if line.starts_with('{') && is_list(&line[..end]) { end } else { 0 }
}

/// A heading's text without its attribute list, and the id that the list gives it.
pub(super) fn split_heading(text: &str) -> (&str, Option<String>) {
    let Some(open) = text.rfind('{').filter(|&open| is_list(&text[open..])) else {
        return (text, None);
    };
    let id = words(text[open..].trim_matches(['{', '}', ':'])).find_map(|word| word.strip_prefix('#'));
    (text[..open].trim_end().trim_end_matches('#').trim_end(), id.map(str::to_owned))
}

/// The value of an attribute in the words after a fence, such as `title="a.py"`.
pub(super) fn value<'a>(info: &'a str, key: &str) -> Option<&'a str> {
    let value = words(info).find_map(|word| word.strip_prefix(key)?.strip_prefix('='))?;
    Some(value.trim_matches('"').trim_matches('\''))
}

/// The language in the words after a fence: the first word, or the first class in braces.
pub(super) fn language(info: &str) -> Option<&str> {
    let first = info.split([' ', ',', '\t']).next().unwrap_or("");
    let word = match info.strip_prefix('{') {
        Some(list) => words(list).find_map(|word| word.strip_prefix('.'))?.trim_end_matches('}'),
        None => first.split('{').next().unwrap_or(""),
    };
    (!word.is_empty() && !word.contains('=')).then_some(word)
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':'))
}

/// Words, where a text in quotes belongs to its word.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    text.split(move |c: char| {
        if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && matches!(c, '"' | '\'') {
            quote = Some(c);
        }
        quote.is_none() && c.is_whitespace()
    })
    .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_ids_classes_and_values_and_nothing_else() {
        for list in ["{#a}", "{ .b }", "{: target=\"_blank\" }", "{ width=50 .c title='x y' }", "{: .d }"] {
            assert!(is_list(list), "{list}");
        }
        for other in ["{}", "{name}", "{{ value }}", "{a b}", "{ \"a\": 1 }"] {
            assert!(!is_list(other), "{other}");
        }
    }

    #[test]
    fn the_words_after_a_fence_name_language_and_title() {
        assert_eq!(language("py title=\"a b.py\" linenums=\"1\""), Some("py"));
        assert_eq!(value("py title=\"a b.py\" linenums=\"1\"", "title"), Some("a b.py"));
        assert_eq!(language("{ .yaml .annotate }"), Some("yaml"));
        assert_eq!(language("title=\"x\""), None);
        assert_eq!(language(""), None);
    }
}
