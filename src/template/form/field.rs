//! One question of a form: its words, the widget that asks it, its rules. Plain data that a face draws; holds
//! no answer. All texts are foreign.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Where a field's answer stands in the values: the names from the top, mostly one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FieldPath(pub Vec<String>);

impl FieldPath {
    /// The path of a name below this one.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let mut names = self.0.clone();
        names.push(name.to_owned());
        Self(names)
    }

    /// The last name.
    pub fn name(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One question of a form.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Where its answer stands; `a.b` in the flags of the command line.
    #[serde(rename = "name")]
    pub path: FieldPath,
    /// The page it belongs to, from 0.
    pub page: usize,
    /// The label.
    pub title: String,
    /// What to know before answering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What an empty text field shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// How it is asked.
    pub widget: Widget,
    /// Whether there has to be an answer.
    pub required: bool,
    /// The answer where nobody gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The rules of its answer in plain words, such as `at least 3 characters`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<String>,
    /// Whether it is shown but cannot be changed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// Whether it is not shown at all and keeps its default.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// What a person should know about the field itself, such as that its widget is not known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Field {
    /// Whether a person has to answer it: it is required, has no default and can be changed.
    pub fn must_be_answered(&self) -> bool {
        self.required && self.default.is_none() && !self.hidden
    }

    /// Whether its answer must never be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self.widget, Widget::Secret { .. })
    }
}

/// How a question is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Widget {
    /// One line of text.
    Text,
    /// Several lines of text.
    Multiline {
        /// Lines to show.
        rows: u16,
    },
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Toggle,
    /// One of some values.
    Choice {
        /// What can be chosen, in order.
        options: Vec<Choice>,
    },
    /// Any number of some values.
    Choices {
        /// What can be chosen, in order.
        options: Vec<Choice>,
    },
    /// A reference to an entity of the catalog.
    EntityPicker(EntityFilter),
    /// A reference to a group or user that owns.
    OwnerPicker(EntityFilter),
    /// References to entities of the catalog.
    EntitiesPicker(EntityFilter),
    /// A place for a repository: `host?owner=…&repo=…`.
    RepoUrl(RepoRules),
    /// A text that must never be shown.
    Secret {
        /// Whether its value goes to `secrets` and only asterisks to the parameters.
        apart: bool,
    },
    /// A list of texts or numbers.
    List {
        /// Whether its items are numbers.
        numbers: bool,
    },
    /// A value written as JSON: a list of maps, a free map, a value of any type.
    Json,
}

/// One of the values that can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// The value that is sent.
    pub value: Value,
    /// What it is called.
    pub label: String,
}

/// Which entities a picker offers.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityFilter {
    /// The kinds, where the filter names some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// The alternatives of the filter: an entity is offered where all conditions of one of them hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<Vec<FilterRule>>,
    /// The kind of a reference that is typed without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_kind: Option<String>,
    /// The namespace of a reference that is typed without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_namespace: Option<String>,
    /// Whether text that is no entity of the catalog is accepted.
    pub allow_arbitrary: bool,
}

/// One condition of an entity filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilterRule {
    /// The field, such as `spec.type`.
    pub key: String,
    /// The values of which one has to hold; none where the field only has to exist.
    pub values: Vec<String>,
}

/// Which places a repository picker accepts; empty lists accept all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepoRules {
    /// The hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The owners.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// The names of repositories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repos: Vec<String>,
}
