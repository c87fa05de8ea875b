//! Which repositories of those that a forge has: by name, topic, visibility, archived or not, fork or not.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use super::found::Found;
use crate::error::{Error, ErrorKind, Result};

/// What the configuration says of repositories to take, or to leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Patterns of names; those with a slash are of the whole path.
    #[serde(default)]
    pub names: Vec<String>,
    /// Topics, one of which it has.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Who may see it.
    #[serde(default)]
    pub visibility: Vec<Visibility>,
    /// Archived ones.
    #[serde(default)]
    pub archived: Option<bool>,
    /// Forks.
    #[serde(default)]
    pub forks: Option<bool>,
}

/// Who may see a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Whoever was let in.
    Private,
    /// Whoever has an account.
    Internal,
}

impl Visibility {
    fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Internal => "internal",
        }
    }
}

/// Which repositories are taken.
#[derive(Debug)]
pub(super) struct Filter {
    include: Side,
    exclude: Side,
    archived: bool,
    forks: bool,
}

impl Filter {
    /// What both sides say together. Archived repositories and forks stay out unless they are asked for.
    pub(super) fn new(include: &Choice, exclude: &Choice) -> Result<Self> {
        let wanted =
            |include: Option<bool>, exclude: Option<bool>| exclude.map_or(include == Some(true), |out| !out);
        Ok(Self {
            archived: wanted(include.archived, exclude.archived),
            forks: wanted(include.forks, exclude.forks),
            include: Side::new(include)?,
            exclude: Side::new(exclude)?,
        })
    }

    /// Whether a repository is taken.
    pub(super) fn takes(&self, found: &Found) -> bool {
        let Side { names, topics, visibility } = &self.include;
        (self.archived || !found.archived)
            && (self.forks || !found.fork)
            && names.as_ref().is_none_or(|names| names.has(found))
            && (topics.is_empty() || has_topic(topics, found))
            && (visibility.is_empty() || has_visibility(visibility, found))
            && !self.exclude.names.as_ref().is_some_and(|names| names.has(found))
            && !has_topic(&self.exclude.topics, found)
            && !has_visibility(&self.exclude.visibility, found)
    }
}

#[derive(Debug)]
struct Side {
    names: Option<Names>,
    topics: Vec<String>,
    visibility: Vec<Visibility>,
}

impl Side {
    fn new(choice: &Choice) -> Result<Self> {
        Ok(Self {
            names: if choice.names.is_empty() { None } else { Some(Names::new(&choice.names)?) },
            topics: choice.topics.clone(),
            visibility: choice.visibility.clone(),
        })
    }
}

fn has_topic(topics: &[String], found: &Found) -> bool {
    topics.iter().any(|topic| found.topics.iter().any(|known| known.eq_ignore_ascii_case(topic)))
}

fn has_visibility(all: &[Visibility], found: &Found) -> bool {
    all.iter().any(|one| one.name() == found.visibility)
}

/// Patterns of names.
#[derive(Debug)]
struct Names {
    plain: GlobSet,
    paths: GlobSet,
}

impl Names {
    fn new(patterns: &[String]) -> Result<Self> {
        let (paths, plain): (Vec<_>, Vec<_>) = patterns.iter().partition(|pattern| pattern.contains('/'));
        Ok(Self { plain: globs(&plain)?, paths: globs(&paths)? })
    }

    fn has(&self, found: &Found) -> bool {
        self.plain.is_match(found.name()) || self.paths.is_match(&found.path)
    }
}

fn globs(patterns: &[&String]) -> Result<GlobSet> {
    let bad = |error: &globset::Error| {
        Error::new(ErrorKind::Usage, format!("A pattern of `names` cannot be used: {error}."))
            .with_hint("Write patterns as in `include: { names: [\"pay-*\"] }`.")
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(true).build();
        set.add(glob.map_err(|error| bad(&error))?);
    }
    set.build().map_err(|error| bad(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Found {
        Found {
            path: path.to_owned(),
            https: String::new(),
            ssh: None,
            at: None,
            branch: None,
            topics: vec!["java".to_owned()],
            visibility: "private".to_owned(),
            archived: false,
            fork: false,
            closed: false,
        }
    }

    fn takes(yaml: &str, found: &Found) -> bool {
        #[derive(Deserialize)]
        struct Both {
            #[serde(default)]
            include: Choice,
            #[serde(default)]
            exclude: Choice,
        }
        let Both { include, exclude } = serde_yaml::from_str(yaml).unwrap();
        Filter::new(&include, &exclude).unwrap().takes(found)
    }

    #[test]
    fn each_way_to_choose_holds_on_both_sides() {
        let pay = found("acme/Pay-api");
        for (choice, is_it) in [
            ("names: [pay-*]", true),
            ("names: [acme/*]", true),
            ("names: ['*/pay-*']", true),
            ("names: [api]", false),
            ("names: [other/*, x]", false),
            ("topics: [rust, Java]", true),
            ("topics: [rust]", false),
            ("visibility: [private, internal]", true),
            ("visibility: [public]", false),
        ] {
            assert_eq!(takes(&format!("include: {{{choice}}}"), &pay), is_it, "include {choice}");
            assert_eq!(takes(&format!("exclude: {{{choice}}}"), &pay), !is_it, "exclude {choice}");
        }
        assert!(!takes("include: {names: ['pay-*'], topics: [rust]}", &pay));
    }

    #[test]
    fn archived_ones_and_forks_come_only_when_asked_for() {
        let archived = Found { archived: true, ..found("a/b") };
        let fork = Found { fork: true, ..found("a/b") };
        for (yaml, is_taken) in [
            ("{}", false),
            ("include: {archived: true, forks: true}", true),
            ("include: {archived: false, forks: false}", false),
            ("exclude: {archived: true, forks: true}", false),
            ("exclude: {archived: false, forks: false}", true),
            ("{include: {archived: true, forks: true}, exclude: {archived: true, forks: true}}", false),
        ] {
            assert_eq!((takes(yaml, &archived), takes(yaml, &fork)), (is_taken, is_taken), "{yaml}");
        }
        assert!(
            Filter::new(&Choice { names: vec!["[".to_owned()], ..Choice::default() }, &Choice::default())
                .is_err()
        );
    }
}
