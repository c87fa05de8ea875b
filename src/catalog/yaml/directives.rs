//! Directives before a document: lines such as `%YAML 1.2`. npm's `yaml` only warns of those that it does not
//! know, of other versions and of a version that is named twice; to the YAML crate they are errors.

use std::borrow::Cow;

/// The text with such lines made comments, which leaves every place as it is. What is no directive at all, and what
/// says how tags are written, stays.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    if !text.starts_with('%') && !text.contains("\n%") {
        return Cow::Borrowed(text);
    }
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        match line.trim_end() {
            mark if mark == "---" || mark.starts_with("--- ") => {
                let mut text = text.to_owned();
                for at in starts {
                    text.replace_range(at..=at, "#");
                }
                return Cow::Owned(text);
            }
            directive if directive.starts_with('%') && is_ignored(directive) => starts.push(at),
            other if other.is_empty() || other.starts_with(['#', '%']) => {}
            // Without a mark behind them they are an error there too.
            _ => break,
        }
        at += line.len();
    }
    Cow::Borrowed(text)
}

/// Whether a directive changes nothing: one of a name that is not known, or a version.
fn is_ignored(directive: &str) -> bool {
    let directive = directive.split(" #").next().unwrap_or(directive);
    let mut words = directive.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some("%YAML"), Some(version), None) => {
            let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            version.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
        }
        (Some("%TAG" | "%YAML"), ..) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_unknown_names_become_comments_before_a_document() {
        let text = "# c\n%FOO bar\n%YAML 3.0 # x\n%TAG !e! tag:e,2000:\n---\n%FOO\n";
        assert_eq!(without(text), "# c\n#FOO bar\n#YAML 3.0 # x\n%TAG !e! tag:e,2000:\n---\n%FOO\n");
        for same in
            ["%FOO bar\na: 1\n", "%YAML 12\n---\n", "%YAML 1.2 x\n---\n", "%YAML\n---\n", "a: |\n%x\n"]
        {
            assert_eq!(without(same), same);
        }
    }
}
