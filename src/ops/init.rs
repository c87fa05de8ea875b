//! The first configuration: what can be found out, what is asked for, and the text that both make.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::source::Variables;
use crate::source::work_trees::WorkTrees;

/// What was found out about where somebody's catalog may come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The folder of repositories, where there are any.
    pub folder: Option<(PathBuf, usize)>,
    /// The address of a Backstage, from the environment.
    pub backstage: Option<String>,
    /// The variable that holds its token.
    pub backstage_token: Option<&'static str>,
}

/// What the configuration is to have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Folders of repositories.
    pub directories: Vec<String>,
    /// Git repositories.
    pub git: Vec<String>,
    /// The address of a Backstage.
    pub backstage: Option<String>,
}

impl Wanted {
    /// Everything that was found.
    pub fn of(found: &Found) -> Self {
        let folder = found.folder.as_ref().map(|(folder, _)| folder.display().to_string());
        Self {
            directories: folder.into_iter().collect(),
            git: Vec::new(),
            backstage: found.backstage.clone(),
        }
    }

    /// Whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Looks around: the repositories near a folder, variables that are set. Asks no network.
pub fn look(here: &Path, variables: &Variables) -> Found {
    let around = WorkTrees::around(here);
    let variable = |names: &[&'static str]| names.iter().copied().find(|name| variables.get(name).is_some());
    Found {
        folder: (around.work_trees > 0).then_some((around.folder, around.work_trees)),
        backstage: variable(&["BACKSTAGE_URL", "BACKSTAGE_BASE_URL"])
            .and_then(|name| variables.get(name))
            .map(str::to_owned),
        backstage_token: variable(&["BACKSTAGE_TOKEN"]),
    }
}

/// The text of a configuration, each source with a word about it.
pub fn text(wanted: &Wanted, found: &Found) -> String {
    let mut text =
        "# callboard's configuration, begun by `callboard init`. `callboard config default` explains every\n\
         # key, and docs/sources.md every kind of source.\n\nsources:\n"
            .to_owned();
    let mut ids = Vec::new();
    let mut add = |comment: &str, name: &str, keys: &str| {
        let id = id(name, &mut ids);
        // Writing into a String cannot fail.
        let _ = write!(text, "  # {comment}\n  - {{ id: {id}, {keys} }}\n");
    };
    for folder in &wanted.directories {
        let name = Path::new(folder).file_name().map_or("src".into(), |name| name.to_string_lossy());
        add(
            "Read where it lies; nothing is fetched.",
            &name,
            &format!("type: directory, path: {}", quoted(folder)),
        );
    }
    for url in &wanted.git {
        let name =
            url.trim_end_matches('/').trim_end_matches(".git").rsplit(['/', ':']).next().unwrap_or("git");
        add(
            "One repository, fetched with your own git credentials.",
            name,
            &format!("type: git, url: {}", quoted(url)),
        );
    }
    if let Some(url) = &wanted.backstage {
        let token = found.backstage_token.map_or(String::new(), |name| format!(", token: {{ env: {name} }}"));
        add("A running Backstage.", "backstage", &format!("type: backstage, url: {}{token}", quoted(url)));
    }
    if wanted.is_empty() {
        text.push_str("  []\n");
    }
    text.push_str("\n# How often sources are fetched while the portal is open; `callboard sync` does it from cron.\nsync:\n  every: 15m\n");
    text
}

/// An id that is not taken yet, of letters that need no quotes.
fn id(name: &str, taken: &mut Vec<String>) -> String {
    let tidy: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let tidy = tidy.trim_matches('-');
    let base = if tidy.starts_with(|c: char| c.is_ascii_alphabetic()) {
        tidy.to_owned()
    } else {
        format!("source-{tidy}")
    };
    let mut id = base.clone();
    let mut number = 2;
    while taken.contains(&id) {
        id = format!("{base}-{number}");
        number += 1;
    }
    taken.push(id.clone());
    id
}

/// A text in quotes, as YAML and JSON have it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Writes a configuration where there is none yet.
pub fn write(path: &Path, text: &str) -> Result<()> {
    if path.exists() {
        let message = format!("{} is there already and is left as it is.", path.display());
        return Err(
            Error::new(ErrorKind::Refused, message).with_hint("Add the sources by hand: --print shows them.")
        );
    }
    if let Some(folder) = path.parent() {
        crate::private::make_directory(folder)?;
    }
    crate::private::replace_file(path, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(values: &[(&str, &str)]) -> Variables {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Variables::new("/home/jane".into(), values)
    }

    #[test]
    fn the_text_is_a_configuration_with_a_word_for_each_source() {
        let wanted = Wanted {
            directories: vec!["/home/jane/my src".to_owned(), "/other/my src".to_owned()],
            git: vec!["git@git.example.com:acme/9lives.git".to_owned()],
            backstage: Some("https://portal.example.com".to_owned()),
        };
        let found = Found { backstage_token: Some("BACKSTAGE_TOKEN"), ..Found::default() };
        let text = text(&wanted, &found);
        let tree = crate::catalog::yaml::parse(&text).unwrap();
        let ids: Vec<_> =
            tree["sources"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["my-src", "my-src-2", "source-9lives", "backstage"]);
        assert_eq!(tree["sources"][3]["token"]["env"], "BACKSTAGE_TOKEN");
        assert!(text.lines().filter(|line| line.trim_start().starts_with('#')).count() >= 6, "{text}");
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        let dir = tempfile::tempdir().unwrap();
        let found = look(dir.path(), &variables(&[("PATH", "/nowhere")]));
        assert_eq!(found, Found::default());
        assert!(Wanted::of(&found).is_empty());
        let set = [
            ("PATH", "/nowhere"),
            ("GITHUB_TOKEN", "t"),
            ("BACKSTAGE_URL", "https://b"),
            ("BACKSTAGE_TOKEN", "t"),
        ];
        let found = look(dir.path(), &variables(&set));
        assert_eq!(found.backstage_token, Some("BACKSTAGE_TOKEN"));
    }

    #[test]
    fn a_configuration_that_is_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("callboard/config.yaml");
        write(&path, "a: 1\n").unwrap();
        assert_eq!(write(&path, "b: 2\n").unwrap_err().kind(), ErrorKind::Refused);
    }
}
