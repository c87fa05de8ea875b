//! `mkdocs.yml`, read the way TechDocs reads it: what could run or load something is dropped, the rest is
//! data. Nothing here is ever handed to MkDocs.

use serde_json::{Map, Value};

use super::path;
use crate::catalog::yaml::{self, YamlError};

/// The names of the file, in the order in which they are looked for.
pub const FILE_NAMES: [&str; 2] = ["mkdocs.yaml", "mkdocs.yml"];

const KEYS: [&str; 27] = [
    "site_name",
    "site_url",
    "site_description",
    "site_author",
    "repo_url",
    "repo_name",
    "edit_uri",
    "edit_uri_template",
    "docs_dir",
    "site_dir",
    "nav",
    "exclude_docs",
    "not_in_nav",
    "theme",
    "plugins",
    "markdown_extensions",
    "extra",
    "extra_css",
    "use_directory_urls",
    "strict",
    "dev_addr",
    "watch",
    "copyright",
    "remote_branch",
    "remote_name",
    "validation",
    "google_analytics",
];

const THEME_KEYS: [&str; 9] =
    ["name", "font", "icon", "logo", "favicon", "language", "direction", "palette", "features"];

const PLUGINS: [&str; 6] =
    ["techdocs-core", "search", "material/search", "redirects", "group", "material/group"];

/// Python tags that real sites need; any other is refused by Backstage.
const PYTHON_TAGS: [&str; 3] = [
    "!!python/name:materialx.emoji.twemoji",
    "!!python/name:materialx.emoji.to_svg",
    "!!python/name:pymdownx.superfences.fence_code_format",
];
const PYTHON_TAGS_OF_MATERIAL: &str = "!!python/name:material.extensions.emoji.";

/// Groups of plugins inside of groups of plugins that are read.
const MAX_GROUPS: usize = 4;

/// Why a `mkdocs.yml` makes no site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The text is no YAML.
    #[error("mkdocs.yml is not YAML: {0}")]
    Yaml(#[from] YamlError),
    /// The YAML is not a map.
    #[error("mkdocs.yml is not a map of settings")]
    NotAMap,
    /// `docs_dir` leaves the folder of `mkdocs.yml`.
    #[error("docs_dir {0:?} leaves the folder of mkdocs.yml; put the pages inside of it")]
    DocsDirOutside(String),
}

/// The settings of a docs site.
#[derive(Debug, Clone, PartialEq)]
pub struct MkDocs {
    settings: Map<String, Value>,
    docs_dir: String,
    refused_tag: Option<String>,
}

impl MkDocs {
    /// Reads the text of `mkdocs.yml`; an empty text is a site with nothing set.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut settings = match yaml::parse(text)? {
            Value::Object(settings) => settings,
            Value::Null => Map::new(),
            _ => return Err(ConfigError::NotAMap),
        };
        settings.retain(|key, _| KEYS.contains(&key.as_str()));
        if let Some(Value::Object(theme)) = settings.get_mut("theme") {
            theme.retain(|key, _| THEME_KEYS.contains(&key.as_str()));
        }
        if let Some(extensions) = settings.get_mut("markdown_extensions") {
            clean_extensions(extensions);
        }
        let plugins = settings.remove("plugins").unwrap_or(Value::Null);
        settings.insert("plugins".to_owned(), with_core(plugins));
        let written = settings.get("docs_dir").and_then(Value::as_str).unwrap_or("docs");
        let docs_dir = path::inside("", written).filter(|_| !written.starts_with('/'));
        let docs_dir = docs_dir.ok_or_else(|| ConfigError::DocsDirOutside(written.to_owned()))?;
        Ok(Self { settings, docs_dir, refused_tag: refused_tag(text) })
    }

    /// What is left of the settings. Foreign text.
    pub fn settings(&self) -> &Map<String, Value> {
        &self.settings
    }

    /// The name of the site; for `!ENV [NAME, default]` the default, for no environment is read here.
    pub fn site_name(&self) -> Option<&str> {
        let name = self.settings.get("site_name")?;
        let name = name.as_array().and_then(|values| values.last()).unwrap_or(name);
        name.as_str().filter(|name| !name.trim().is_empty())
    }

    /// The folder of the pages below that of `mkdocs.yml`, without a slash at its end; may be empty.
    pub fn docs_dir(&self) -> &str {
        &self.docs_dir
    }

    /// The navigation as it is written.
    pub fn nav(&self) -> Option<&Value> {
        self.settings.get("nav").filter(|nav| !nav.is_null())
    }

    /// Whether a browser finds `a.md` at `a/`, not at `a.html`.
    pub fn use_directory_urls(&self) -> bool {
        self.settings.get("use_directory_urls").and_then(Value::as_bool).unwrap_or(true)
    }

    /// The patterns of a setting such as `exclude_docs`, written like those of `.gitignore`.
    pub(super) fn patterns(&self, key: &str) -> &str {
        self.settings.get(key).and_then(Value::as_str).unwrap_or("")
    }

    /// A Python tag for which Backstage refuses to build the site. It means nothing here.
    pub fn refused_tag(&self) -> Option<&str> {
        self.refused_tag.as_deref()
    }
}

fn clean_extensions(extensions: &mut Value) {
    let clean_options = |name: &str, options: &mut Value| match (name, options) {
        ("pymdownx.snippets", options) => *options = Value::Object(Map::new()),
        (_, Value::Object(options)) => {
            options.remove("plantuml_cmd");
        }
        _ => {}
    };
    let clean_map = |map: &mut Map<String, Value>| {
        map.retain(|name, _| !name.contains(':'));
        map.iter_mut().for_each(|(name, options)| clean_options(name, options));
    };
    match extensions {
        Value::Array(list) => {
            list.iter_mut().filter_map(Value::as_object_mut).for_each(clean_map);
            list.retain(|entry| match entry {
                Value::String(name) => !name.contains(':'),
                Value::Object(map) => !map.is_empty(),
                _ => true,
            });
        }
        Value::Object(map) => clean_map(map),
        _ => {}
    }
}

/// The plugins that TechDocs allows, with its own at the end if it is not there.
fn with_core(plugins: Value) -> Value {
    match plugins {
        Value::Object(mut map) => {
            map.retain(|name, _| PLUGINS.contains(&name.as_str()));
            map.entry("techdocs-core").or_insert_with(|| Value::Object(Map::new()));
            Value::Object(map)
        }
        plugins => {
            let mut list = allowed(plugins, 0);
            if !list.iter().any(|plugin| name(plugin) == Some("techdocs-core")) {
                list.push(Value::from("techdocs-core"));
            }
            Value::Array(list)
        }
    }
}

fn allowed(plugins: Value, depth: usize) -> Vec<Value> {
    let Value::Array(plugins) = plugins else { return Vec::new() };
    let plugins =
        plugins.into_iter().filter(|plugin| name(plugin).is_some_and(|name| PLUGINS.contains(&name)));
    plugins
        .map(|mut plugin| {
            for group in ["group", "material/group"] {
                let inner = plugin.get_mut(group).and_then(|options| options.get_mut("plugins"));
                if let Some(inner) = inner {
                    let taken = if depth < MAX_GROUPS { inner.take() } else { Value::Null };
                    *inner = Value::Array(allowed(taken, depth + 1));
                }
            }
            plugin
        })
        .collect()
}

fn name(plugin: &Value) -> Option<&str> {
    match plugin {
        Value::String(name) => Some(name),
        Value::Object(map) if map.len() == 1 => map.keys().next().map(String::as_str),
        _ => None,
    }
}

/// The first Python tag that Backstage does not allow. The reader of YAML drops tags, so they are looked for
/// in the text; one inside of a comment is not meant.
fn refused_tag(text: &str) -> Option<String> {
    let tags = text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(|line| {
        let line = line.split(" #").next().unwrap_or("");
        line.match_indices("!!python/").map(move |(at, _)| {
            let tag = &line[at..];
            &tag[..tag.find(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']')).unwrap_or(tag.len())]
        })
    });
    let is_allowed = |tag: &str| PYTHON_TAGS.contains(&tag) || tag.starts_with(PYTHON_TAGS_OF_MATERIAL);
    tags.into_iter().find(|tag| !is_allowed(tag)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_docs_dir_stays_inside() {
        assert_eq!(MkDocs::parse("docs_dir: ./a/../b/").unwrap().docs_dir(), "b");
        assert_eq!(MkDocs::parse("docs_dir: .").unwrap().docs_dir(), "");
        assert_eq!(MkDocs::parse("").unwrap().docs_dir(), "docs");
        for outside in ["..", "/etc", "a/../../b", "..\\x"] {
            let error = MkDocs::parse(&format!("docs_dir: '{outside}'")).unwrap_err();
            assert_eq!(error, ConfigError::DocsDirOutside(outside.to_owned()));
        }
    }

    #[test]
    fn an_environment_gives_its_default_only() {
        assert_eq!(MkDocs::parse("site_name: !ENV [NAME, 'Site']").unwrap().site_name(), Some("Site"));
        assert_eq!(MkDocs::parse("site_name: [1]").unwrap().site_name(), None);
    }

    #[test]
    fn a_tag_that_runs_code_is_named_and_means_nothing() {
        let config = MkDocs::parse("site_name: S\nx: !!python/object/apply:os.system ['touch x']\n").unwrap();
        assert_eq!(config.refused_tag(), Some("!!python/object/apply:os.system"));
        assert_eq!(config.site_name(), Some("S"));
    }
}
