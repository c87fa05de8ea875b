//! The first configuration: what can be found out, what is asked for, and the text that both make.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::source::Variables;
use crate::source::child::Process;
use crate::source::remotes::Remotes;

/// How long a tool may take to say whether somebody is signed in.
const TOOL_TIME: Duration = Duration::from_secs(5);

/// Bytes that a tool may write.
const TOOL_BYTES: u64 = 64 << 10;

/// Owners that are proposed.
const MAX_OWNERS: usize = 3;

/// What was found out about where somebody's catalog may come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The folder of repositories, where there are any.
    pub folder: Option<(PathBuf, usize)>,
    /// Owners at forges, with how many of the repositories come from there, the most first.
    pub owners: Vec<(Forge, String, usize)>,
    /// Forges whose own tool has somebody signed in.
    pub signed_in: Vec<Forge>,
    /// The address of a Backstage, from the environment.
    pub backstage: Option<String>,
    /// The variable that holds its token.
    pub backstage_token: Option<&'static str>,
}

/// A forge that callboard knows how to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
}

impl Forge {
    const ALL: [Self; 2] = [Self::GitHub, Self::GitLab];

    /// The name of its source in the configuration.
    pub fn kind(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
        }
    }

    fn host(self) -> &'static str {
        match self {
            Self::GitHub => "github.com",
            Self::GitLab => "gitlab.com",
        }
    }

    /// The key that names whose repositories are looked at.
    fn owner_key(self) -> &'static str {
        match self {
            Self::GitHub => "organization",
            Self::GitLab => "group",
        }
    }

    /// The program that prints the token of whoever is signed in.
    fn token_command(self) -> &'static [&'static str] {
        match self {
            Self::GitHub => &["gh", "auth", "token"],
            Self::GitLab => &["glab", "config", "get", "token", "--host", "gitlab.com"],
        }
    }

    /// The variable that usually holds a token.
    fn token_variable(self) -> &'static str {
        match self {
            Self::GitHub => "GITHUB_TOKEN",
            Self::GitLab => "GITLAB_TOKEN",
        }
    }
}

/// What the configuration is to have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Folders of repositories.
    pub directories: Vec<String>,
    /// Git repositories.
    pub git: Vec<String>,
    /// Organisations and groups.
    pub owners: Vec<(Forge, String)>,
    /// The address of a Backstage.
    pub backstage: Option<String>,
}

impl Wanted {
    /// Everything that was found.
    pub fn of(found: &Found) -> Self {
        let folder = found.folder.as_ref().map(|(folder, _)| folder.display().to_string());
        let signed_in = found.owners.iter().filter(|(forge, ..)| found.signed_in.contains(forge));
        Self {
            directories: folder.into_iter().collect(),
            git: Vec::new(),
            owners: signed_in.map(|(forge, owner, _)| (*forge, owner.clone())).collect(),
            backstage: found.backstage.clone(),
        }
    }

    /// Whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Looks around: the repositories near a folder, tools that are signed in, variables that are set. Asks no
/// network; a tool may.
pub fn look(here: &Path, variables: &Variables) -> Found {
    let remotes = Remotes::around(here);
    let mut owners: Vec<(Forge, String, usize)> = Vec::new();
    for ((host, owner), count) in remotes.owners {
        if let Some(forge) = Forge::ALL.into_iter().find(|forge| forge.host() == host) {
            owners.push((forge, owner, count));
        }
    }
    owners.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
    owners.truncate(MAX_OWNERS);
    let variable = |names: &[&'static str]| names.iter().copied().find(|name| variables.get(name).is_some());
    Found {
        folder: (remotes.work_trees > 0).then_some((remotes.folder, remotes.work_trees)),
        owners,
        signed_in: Forge::ALL.into_iter().filter(|forge| is_signed_in(*forge, variables)).collect(),
        backstage: variable(&["BACKSTAGE_URL", "BACKSTAGE_BASE_URL"])
            .and_then(|name| variables.get(name))
            .map(str::to_owned),
        backstage_token: variable(&["BACKSTAGE_TOKEN"]),
    }
}

/// Whether the tool of a forge has a token, or a variable holds one.
fn is_signed_in(forge: Forge, variables: &Variables) -> bool {
    if variables.get(forge.token_variable()).is_some() {
        return true;
    }
    let [program, arguments @ ..] = forge.token_command() else { return false };
    let environment = variables.environment();
    let Ok(path) = environment.find(program) else { return false };
    let process = Process {
        name: (*program).to_owned(),
        program: path,
        arguments: arguments.iter().map(Into::into).collect(),
        environment,
        directory: None,
        input: Vec::new(),
        time: TOOL_TIME,
        most: TOOL_BYTES,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let output = runtime.ok().and_then(|runtime| runtime.block_on(process.output()).ok());
    output.is_some_and(|output| !output.stdout.trim_ascii().is_empty())
}

/// The text of a configuration, each source with a word about it.
pub fn text(wanted: &Wanted, found: &Found, variables: &Variables) -> String {
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
    for (forge, owner) in &wanted.owners {
        let command: Vec<_> = forge.token_command().iter().map(|part| quoted(part)).collect();
        let token = if variables.get(forge.token_variable()).is_some() || !found.signed_in.contains(forge) {
            format!("{{ env: {} }}", forge.token_variable())
        } else {
            format!("{{ command: [{}] }}", command.join(", "))
        };
        let keys =
            format!("type: {}, {}: {}, token: {token}", forge.kind(), forge.owner_key(), quoted(owner));
        add("Every repository of it that has a descriptor, archived ones and forks left out.", owner, &keys);
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
            owners: vec![(Forge::GitHub, "acme".to_owned())],
            backstage: Some("https://portal.example.com".to_owned()),
        };
        let found = Found {
            signed_in: vec![Forge::GitHub],
            backstage_token: Some("BACKSTAGE_TOKEN"),
            ..Found::default()
        };
        let text = text(&wanted, &found, &variables(&[]));
        let tree = crate::catalog::yaml::parse(&text).unwrap();
        let ids: Vec<_> =
            tree["sources"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["my-src", "my-src-2", "source-9lives", "acme", "backstage"]);
        assert_eq!(tree["sources"][3]["token"]["command"][0], "gh");
        assert_eq!(tree["sources"][4]["token"]["env"], "BACKSTAGE_TOKEN");
        assert!(text.lines().filter(|line| line.trim_start().starts_with('#')).count() >= 7, "{text}");
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
        assert_eq!((found.signed_in, found.backstage_token), (vec![Forge::GitHub], Some("BACKSTAGE_TOKEN")));
    }

    #[test]
    fn a_configuration_that_is_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("callboard/config.yaml");
        write(&path, "a: 1\n").unwrap();
        assert_eq!(write(&path, "b: 2\n").unwrap_err().kind(), ErrorKind::Refused);
    }
}
