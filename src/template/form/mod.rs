//! The form of a template: one flat state over the parameters of all pages. It knows what is asked, what was
//! answered and what is wrong; it draws nothing and reads nothing.
//!
//! Conditions see the values of all pages. The answer of a question that does not apply any more is kept, so
//! that it comes back with its question, but it is never part of [`Form::values`].

mod active;
mod build;
mod check;
mod field;
mod schema;
mod typed;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

pub use check::{Fault, check};
pub use field::{Choice, EntityFilter, Field, FieldPath, FilterRule, RepoRules, Widget};

use super::model::{Finding, Template, type_name};
use super::secret::Secrets;
use schema::Prepared;

/// Rounds in which answers may switch questions on and off before the form is taken as it is.
const MAX_ROUNDS: usize = 8;

/// A form being filled in.
#[derive(Clone)]
pub struct Form {
    pages: Vec<Prepared>,
    known: BTreeSet<String>,
    answers: Map<String, Value>,
    fields: Vec<Field>,
    values: Map<String, Value>,
    findings: Vec<Finding>,
}

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, or the place of the values where no field stands.
    pub field: FieldPath,
    /// Its label.
    pub title: String,
    /// What is wrong, in plain words; never quotes the answer.
    pub message: String,
}

impl FieldError {
    /// The name of the field as flags write it, else what the answers together are called.
    pub fn place(&self) -> String {
        if self.field.0.is_empty() { self.title.clone() } else { self.field.to_string() }
    }
}

/// Why an answer could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// No page has a parameter of this name.
    #[error("the template has no parameter {name:?}{}", near.as_ref().map(|near| format!(" (did you mean {near:?}?)")).unwrap_or_default())]
    Unknown {
        /// The name.
        name: String,
        /// The nearest name there is.
        near: Option<String>,
    },
    /// The values are no map.
    #[error("the values are no map of parameters but {0}")]
    NoMap(&'static str),
}

/// A form that was filled in without fault: what a run gets.
#[derive(Clone, PartialEq)]
pub struct Answers {
    /// The parameters; asterisks stand for the values that went to `secrets`.
    pub parameters: Map<String, Value>,
    /// The values of secret fields by the name of their field.
    pub secrets: Map<String, Value>,
    /// All values that must never be shown.
    pub hidden: Secrets,
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = self.hidden.mask_value(&Value::Object(self.parameters.clone()));
        f.debug_struct("Answers").field("parameters", &parameters).finish_non_exhaustive()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.secrets().mask_value(&Value::Object(self.values.clone()));
        f.debug_struct("Form").field("fields", &self.fields).field("values", &values).finish_non_exhaustive()
    }
}

impl Form {
    /// The empty form of a template, with its defaults. Parameters behind a feature flag are there only where
    /// the flag is among `features`.
    pub fn new(template: &Template, features: &BTreeSet<String>) -> Self {
        let mut findings = Vec::new();
        let mut known = BTreeSet::new();
        let mut pages = Vec::new();
        for page in &template.pages {
            let (prepared, found) = schema::prepare(page, features);
            findings.extend(found);
            schema::names(&prepared.schema, &prepared.schema, &mut known);
            schema::required(&prepared.schema, &prepared.schema, &mut known);
            pages.push(prepared);
        }
        let mut form =
            Self { pages, known, answers: Map::new(), fields: Vec::new(), values: Map::new(), findings };
        form.settle();
        form
    }

    /// What is wrong with the parameters themselves. With an error among them the form must not be offered.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The titles of the pages, in order.
    pub fn pages(&self) -> impl Iterator<Item = Option<&str>> {
        self.pages.iter().map(|page| page.title.as_deref())
    }

    /// The questions that apply now, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The questions that have to be answered: required and without a default.
    pub fn questions(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.must_be_answered())
    }

    /// The questions that can stay folded: optional ones and those with a default.
    pub fn defaults(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !field.must_be_answered() && !field.hidden)
    }

    /// The question of a name such as `db.size`.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.path.to_string() == name)
    }

    /// The value that a field has now: its answer, else its default.
    pub fn value(&self, field: &Field) -> Option<&Value> {
        lookup(&self.values, &field.path)
    }

    /// Answers a question by the name of its field, such as `db.size`.
    pub fn set(&mut self, name: &str, value: Value) -> Result<(), FormError> {
        let path = self.path(name)?;
        insert(&mut self.answers, &path, value);
        self.settle();
        Ok(())
    }

    /// Answers a question by typed text, read as the field wants it.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<(), FormError> {
        let value = match self.field(name) {
            Some(field) => typed::value(field, text),
            None => Value::String(text.to_owned()),
        };
        self.set(name, value)
    }

    /// Takes an answer back, so that the default holds again.
    pub fn clear(&mut self, name: &str) -> Result<(), FormError> {
        let path = self.path(name)?;
        remove(&mut self.answers, &path);
        self.settle();
        Ok(())
    }

    /// Takes answers from a map of parameters, as a file of values holds it.
    pub fn load(&mut self, values: &Value) -> Result<(), FormError> {
        let Value::Object(values) = values else { return Err(FormError::NoMap(type_name(values))) };
        for name in values.keys() {
            self.path(name)?;
        }
        self.answers.extend(values.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.settle();
        Ok(())
    }

    /// Takes answers in the order in which they are given on a command line. A later answer may be typed by a
    /// question that an earlier one has switched on, in whichever order they come.
    pub fn set_all(&mut self, answers: &[(String, String)]) -> Result<(), FormError> {
        for _ in 0..2 {
            for (name, text) in answers {
                self.set_text(name, text)?;
            }
        }
        Ok(())
    }

    /// The values of all questions that apply, defaults filled in, empty texts left out.
    pub fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    /// All values that must never be shown.
    pub fn secrets(&self) -> Secrets {
        let secret = self.fields.iter().filter(|field| field.is_secret());
        secret.filter_map(|field| self.value(field)?.as_str()).collect()
    }

    /// Everything that is wrong with the answers, in the order of the questions.
    pub fn validate(&self) -> Vec<FieldError> {
        let whole = Value::Object(self.values.clone());
        let mut errors: Vec<FieldError> = Vec::new();
        for page in &self.pages {
            let Some(validator) = &page.validator else { continue };
            for fault in check::faults(validator, &page.schema, &whole) {
                let error = self.error(fault);
                if !errors.iter().any(|known| known.field == error.field) {
                    errors.push(error);
                }
            }
        }
        for field in &self.fields {
            if let Some(message) = self.beyond_schema(field)
                && !errors.iter().any(|known| known.field == field.path)
            {
                errors.push(FieldError { field: field.path.clone(), title: field.title.clone(), message });
            }
        }
        let place = |path: &FieldPath| self.fields.iter().position(|field| field.path == *path);
        errors.sort_by_key(|error| place(&error.field).unwrap_or(usize::MAX));
        errors
    }

    /// The answers for a run, or everything that is wrong with them.
    pub fn submit(&self) -> Result<Answers, Vec<FieldError>> {
        let errors = self.validate();
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut parameters = self.values.clone();
        let mut secrets = Map::new();
        for field in &self.fields {
            if let (Widget::Secret { apart: true }, Some(Value::String(text))) =
                (&field.widget, self.value(field))
            {
                secrets.insert(field.path.name().to_owned(), Value::String(text.clone()));
                insert(&mut parameters, &field.path, Value::String("*".repeat(text.chars().count())));
            }
        }
        Ok(Answers { parameters, secrets, hidden: self.secrets() })
    }

    /// What a picker asks for beyond its schema.
    fn beyond_schema(&self, field: &Field) -> Option<String> {
        let Some(Value::String(value)) = self.value(field) else {
            let missing = field.required && self.value(field).is_none();
            return missing.then(|| "An answer is needed.".to_owned());
        };
        match &field.widget {
            Widget::RepoUrl(rules) => repo_fault(rules, value),
            _ => None,
        }
    }

    fn error(&self, fault: Fault) -> FieldError {
        let mut path = FieldPath(fault.path);
        if let Some(missing) = &fault.missing {
            path = path.child(missing);
        }
        // A fault inside of a list belongs to the field that asks for the list.
        let holder = self.fields.iter().find(|field| path.0.starts_with(&field.path.0));
        let title = match holder {
            Some(field) => field.title.clone(),
            None if path.0.is_empty() => "the answers together".to_owned(),
            None => path.name().to_owned(),
        };
        FieldError { field: holder.map_or(path, |field| field.path.clone()), title, message: fault.message }
    }

    /// The path of a name, where some branch of some page describes its first part.
    fn path(&self, name: &str) -> Result<FieldPath, FormError> {
        if self.known.contains(name) {
            return Ok(FieldPath(vec![name.to_owned()]));
        }
        let names: Vec<String> = name.split('.').map(str::to_owned).collect();
        if self.known.contains(&names[0]) {
            return Ok(FieldPath(names));
        }
        let near = nearest(name, self.known.iter().map(String::as_str));
        Err(FormError::Unknown { name: name.to_owned(), near })
    }

    /// Computes which questions apply and their values, until the values switch nothing any more.
    fn settle(&mut self) {
        let mut values = self.answers.clone();
        for _ in 0..MAX_ROUNDS {
            let mut fields = Vec::new();
            for (page, prepared) in self.pages.iter().enumerate() {
                build::fields(&prepared.schema, &values, page, &mut fields);
            }
            // A name that two pages ask for is asked once.
            let mut seen = BTreeSet::new();
            fields.retain(|field| seen.insert(field.path.clone()));
            let next = gather(&fields, &self.answers);
            let settled = next == values;
            values = next;
            self.fields = fields;
            if settled {
                break;
            }
        }
        self.values = values;
    }
}

/// The values of fields: the answer, else the default; an empty text is no value.
fn gather(fields: &[Field], answers: &Map<String, Value>) -> Map<String, Value> {
    let mut values = Map::new();
    for field in fields {
        let answer = lookup(answers, &field.path).filter(|_| !field.read_only || field.default.is_none());
        let value = answer.or(field.default.as_ref()).filter(|value| !is_empty(value));
        if let Some(value) = value {
            insert(&mut values, &field.path, value.clone());
        }
    }
    values
}

fn is_empty(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty) || value.is_null()
}

fn lookup<'a>(values: &'a Map<String, Value>, path: &FieldPath) -> Option<&'a Value> {
    let (first, rest) = path.0.split_first()?;
    rest.iter().try_fold(values.get(first)?, |value, name| value.get(name))
}

fn insert(values: &mut Map<String, Value>, path: &FieldPath, value: Value) {
    let Some((last, around)) = path.0.split_last() else { return };
    let mut map = values;
    for name in around {
        let inner = map.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
        if !inner.is_object() {
            *inner = Value::Object(Map::new());
        }
        match inner {
            Value::Object(inner) => map = inner,
            _ => return,
        }
    }
    map.insert(last.clone(), value);
}

fn remove(values: &mut Map<String, Value>, path: &FieldPath) {
    let Some((last, around)) = path.0.split_last() else { return };
    let mut map = values;
    for name in around {
        match map.get_mut(name) {
            Some(Value::Object(inner)) => map = inner,
            _ => return,
        }
    }
    map.shift_remove(last);
}

/// What is wrong with the place of a repository.
fn repo_fault(rules: &RepoRules, value: &str) -> Option<String> {
    let (host, query) = value.split_once('?').unwrap_or((value, ""));
    let part = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == key).map(|(_, value)| value).filter(|value| !value.is_empty())
    };
    if host.is_empty() || part("repo").is_none() {
        return Some("Write the repository as host/owner/name.".to_owned());
    }
    let outside = |allowed: &[String], found: Option<&str>| {
        !allowed.is_empty() && found.is_some_and(|found| !allowed.iter().any(|one| one == found))
    };
    if outside(&rules.hosts, Some(host)) {
        return Some(format!("The host has to be one of {}.", rules.hosts.join(", ")));
    }
    if outside(&rules.owners, part("owner")) {
        return Some(format!("The owner has to be one of {}.", rules.owners.join(", ")));
    }
    outside(&rules.repos, part("repo"))
        .then(|| format!("The name has to be one of {}.", rules.repos.join(", ")))
}

/// The name that is written most alike, where one is near enough to be meant.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let similar = |one: &&str| similar::TextDiff::from_chars(*one, name).ratio();
    known
        .map(|one| (similar(&one), one))
        .filter(|(ratio, _)| *ratio >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, one)| one.to_owned())
}

#[cfg(test)]
mod tests;
