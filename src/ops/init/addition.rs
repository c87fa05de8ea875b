//! Sources that are added to a configuration that is there: its text stays as it is, comments and all, and the
//! sources stand at the end of its list. Pure.

use serde_json::{Value, json};

use super::draft::Draft;
use super::text::{Failing, flow, sources};
use crate::catalog::yaml;

/// The text with these sources more, and with a user where one is named; nothing where that cannot be done
/// without changing what stands there, such as a list of sources on one line, or another user.
pub fn add(old: &str, drafts: &[Draft], failing: Failing, user: Option<&str>) -> Option<String> {
    let tree = yaml::parse(old).ok()?;
    let user = user.filter(|user| tree["user"] != **user);
    let at = old.lines().position(|line| line.starts_with("sources:"));
    let (head, tail) = match at {
        None => (format!("{}\n\nsources:\n", old.trim_end()), String::new()),
        Some(at) => {
            let mut lines: Vec<&str> = old.lines().collect();
            let is_inside = |line: &&str| line.trim().is_empty() || line.starts_with([' ', '#', '-']);
            let inside = lines[at + 1..].iter().take_while(|line| is_inside(line));
            let last = inside.clone().enumerate().filter(|(_, line)| line.starts_with([' ', '-'])).last();
            let tail = lines.split_off(at + 1 + last.map_or(0, |(last, _)| last + 1));
            (lines.join("\n") + "\n", tail.join("\n") + if tail.is_empty() { "" } else { "\n" })
        }
    };
    let first =
        old.lines().skip(at.map_or(usize::MAX, |at| at + 1)).find(|line| line.trim_start().starts_with("- "));
    let indent = first.map_or(2, |line| line.len() - line.trim_start().len());
    let named = user.map_or(String::new(), |user| format!("user: {}\n", flow(&Value::from(user))));
    let new = format!("{named}{head}{}{tail}", sources(drafts, failing, &" ".repeat(indent)));
    // Nothing but the sources and a user that was not named may differ.
    let is_written = |draft: &&Draft| !draft.is_failing() || failing == Failing::Keep;
    let added = drafts.iter().filter(is_written).map(Draft::value);
    let known = tree["sources"].as_array().cloned().unwrap_or_default();
    let mut expected = if tree.is_object() { tree } else { json!({}) };
    expected["sources"] = known.into_iter().chain(added).collect::<Vec<Value>>().into();
    if let Some(user) = user {
        expected["user"] = user.into();
    }
    (yaml::parse(&new).ok()? == expected).then_some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(old: &str) -> Option<String> {
        let mut drafts = [Draft::directory("/src".as_ref(), "/home".as_ref())];
        super::super::identify(&mut drafts, &[]);
        add(old, &drafts, Failing::Comment, None)
    }

    #[test]
    fn what_stands_there_stays_and_the_sources_stand_at_the_end_of_the_list() {
        let old = "# mine\nsources:\n    # one\n    - { id: a, type: directory, path: /a }  # here\n\n# colours\ntheme: dark\n";
        let expected = "# mine\nsources:\n    # one\n    - { id: a, type: directory, path: /a }  # here\n    \
                        # Read where it lies; nothing is fetched.\n    # Not tried.\n    \
                        - { id: src, type: directory, path: /src }\n\n# colours\ntheme: dark\n";
        assert_eq!(added(old).as_deref(), Some(expected));
        assert!(added("theme: dark").unwrap().starts_with("theme: dark\n\nsources:\n  # Read"));
        assert!(
            added("sources:\n- id: a\n  type: directory\n  path: /a\n").unwrap().contains("\n- { id: src,")
        );
    }

    #[test]
    fn a_user_is_named_where_nobody_is_yet() {
        let named = |old| add(old, &[], Failing::Comment, Some("user:default/jane"));
        assert!(named("sources: []\ntheme: dark\n").unwrap().starts_with("user: user:default/jane\n"));
        assert!(named("user: user:default/jane\nsources: []\n").is_some());
        assert_eq!(named("user: user:default/joe\nsources: []\n"), None);
    }

    #[test]
    fn a_list_on_one_line_is_left_to_its_owner() {
        assert_eq!(added("sources: [{ id: a, type: directory, path: /a }]\n"), None);
        assert_eq!(added("sources: [\n"), None);
    }
}
