//! The text of a configuration: each source on a line of its own, or on several where it is long, with a word
//! about it. Pure.

use std::fmt::Write as _;

use serde_json::Value;

use super::draft::{Draft, Outcome};

/// Columns of a source that stands on one line.
const MAX_LINE: usize = 110;

/// What stands in the place of a user that nobody named.
const NOBODY: &str =
    "# Not said: it is the User whose address is git's user.email.\n# user: user:default/NAME\n";

/// What is written of a source that does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Failing {
    /// The source, as a comment with the reason.
    #[default]
    Comment,
    /// The source, as if it did.
    Keep,
    /// Nothing.
    Omit,
}

/// The text of a configuration.
pub fn text(drafts: &[Draft], failing: Failing, user: Option<&str>) -> String {
    let mut text = "# callboard's configuration, begun by `callboard init`. `callboard config default` explains every key;\n\
                    # `callboard config check` tells what has no effect.\n\n\
                    # Who you are in the catalog: what \"mine\" is about.\n"
        .to_owned();
    match user {
        Some(user) => text.extend(["user: ", &flow(&Value::from(user)), "\n"]),
        None => text.push_str(NOBODY),
    }
    text += "\n# Where entities come from. What several sources claim belongs to the first of them.\n";
    let block = sources(drafts, failing, "  ");
    let has_some = block.lines().any(|line| !line.trim_start().starts_with('#'));
    text += if has_some {
        "sources:\n"
    } else {
        "sources: []   # take the brackets away with the first # below\n"
    };
    text += &block;
    text += "\n# How often sources are fetched while the portal is open; `callboard sync` does it from cron.\n\
             sync:\n  every: 15m\n";
    text
}

/// Sources as items of a list, each with a word about it.
pub(super) fn sources(drafts: &[Draft], failing: Failing, indent: &str) -> String {
    let mut text = String::new();
    for draft in drafts {
        let is_comment = draft.is_failing() && failing == Failing::Comment;
        if draft.is_failing() && failing == Failing::Omit {
            continue;
        }
        let mark = if is_comment { "# " } else { "" };
        for word in about(draft) {
            comment(&mut text, indent, &word);
        }
        for line in item(draft, indent.len() + mark.len()) {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{indent}{mark}{line}");
        }
    }
    text
}

fn about(draft: &Draft) -> Vec<String> {
    let mut words = vec![draft.about.clone()];
    match &draft.outcome {
        Outcome::Untried => words.push("Not tried.".to_owned()),
        Outcome::SignIn => words.push("Sign in with `callboard login`.".to_owned()),
        Outcome::Good(found) => words[0].extend([" ", found, "."]),
        Outcome::Slow(why) | Outcome::Failing(why) | Outcome::Closed(why) => words.push(why.clone()),
    }
    words
}

/// A comment, wrapped, in which foreign text stays a comment.
fn comment(text: &mut String, indent: &str, words: &str) {
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() && indent.len() + line.chars().count() + word.chars().count() > MAX_LINE {
            let _ = writeln!(text, "{indent}#{line}");
            line.clear();
        }
        line.push(' ');
        line.extend(word.chars().filter(|c| !c.is_control()));
    }
    let _ = writeln!(text, "{indent}#{line}");
}

/// The lines of a source.
fn item(draft: &Draft, indent: usize) -> Vec<String> {
    let value = draft.value();
    let line = format!("- {}", flow(&value));
    if indent + line.chars().count() <= MAX_LINE {
        return vec![line];
    }
    let mut lines = Vec::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        let lead = if lines.is_empty() { "- " } else { "  " };
        match value {
            Value::Array(items) => {
                lines.push(format!("{lead}{key}:"));
                lines.extend(items.iter().map(|item| format!("    - {}", flow(item))));
            }
            value => lines.push(format!("{lead}{key}: {}", flow(value))),
        }
    }
    lines
}

/// A value on one line.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{key}: {}", flow(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::String(text) if is_plain(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Whether a text is the same without quotes. A colon is good only before something that is no blank.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') || text.starts_with("~/");
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-._/~".contains(c);
    let is_other = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_ref = text.starts_with("user:") && text.matches(':').count() == 1 && !text.ends_with(':');
    begins
        && text.chars().all(|c| is_word(c) || (is_ref && c == ':'))
        && !is_other.iter().any(|other| text.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::catalog::yaml;

    fn drafts() -> Vec<Draft> {
        let mut drafts = vec![
            Draft::directory(Path::new("/home/jane/my src"), Path::new("/home/jane")),
            Draft::repository("git@git.example.com:acme/platform.git"),
            Draft::backstage("https://portal.example.com", None),
        ];
        super::super::identify(&mut drafts, &[]);
        drafts
    }

    fn ids(text: &str) -> Vec<String> {
        let tree = yaml::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let sources = tree["sources"].as_array().unwrap_or_else(|| panic!("{text}"));
        sources.iter().map(|source| source["id"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_text_is_a_configuration_with_a_word_for_each_source() {
        let text = text(&drafts(), Failing::Comment, Some("user:default/jane"));
        assert_eq!(ids(&text), ["my-src", "platform", "backstage"]);
        let tree = yaml::parse(&text).unwrap();
        assert_eq!(
            (&tree["user"], &tree["sources"][0]["path"]),
            (&"user:default/jane".into(), &"~/my src".into())
        );
        assert!(text.lines().filter(|line| line.trim_start().starts_with('#')).count() >= 7, "{text}");
    }

    #[test]
    fn what_does_not_answer_is_a_comment_or_kept_or_left_out_and_its_reason_ends_no_comment() {
        let mut drafts = drafts();
        drafts[1].outcome = Outcome::Failing("No route.\n- {id: evil}\u{85} Sign in.".to_owned());
        let with = |failing| text(&drafts, failing, None);
        assert_eq!(ids(&with(Failing::Comment)), ["my-src", "backstage"]);
        assert!(with(Failing::Comment).contains("  # - { id: platform,"), "{}", with(Failing::Comment));
        assert_eq!(ids(&with(Failing::Keep)), ["my-src", "platform", "backstage"]);
        assert!(!with(Failing::Omit).contains("platform"));
        for draft in &mut drafts {
            draft.outcome = Outcome::Failing("No route.".to_owned());
        }
        assert_eq!(ids(&text(&drafts, Failing::Comment, None)), [""; 0]);
    }

    #[test]
    fn a_long_list_stands_line_by_line_and_words_that_mean_more_stand_in_quotes() {
        let mut draft = drafts().remove(1);
        let urls: Vec<String> = (0..9).map(|i| format!("git@git.example.com:acme/{i}.git")).collect();
        draft.keys.insert("urls".to_owned(), urls.clone().into());
        draft.keys.insert("branch".to_owned(), "no".into());
        let text = text(&[draft], Failing::Comment, None);
        let tree = yaml::parse(&text).unwrap();
        assert_eq!(tree["sources"][0]["urls"], serde_json::json!(urls));
        assert_eq!(tree["sources"][0]["branch"], "no");
        assert!(text.lines().all(|line| line.len() <= MAX_LINE), "{text}");
    }

    #[test]
    fn every_text_comes_back_as_it_is() {
        for word in [
            "a", "~", "~/src", "1e3", "0x1", "-", "a: b", "a #b", "[x]", "'", "\"", "\u{1b}", "Null", ".inf",
            "user:x/y", "user:",
        ] {
            let line = flow(&Value::from(word));
            let tree = yaml::parse(&format!("- {{ a: {line} }}")).unwrap();
            assert_eq!(tree[0]["a"], word, "{line}");
        }
    }
}
