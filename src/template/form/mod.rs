//! The form of a template: one flat state over the parameters of all pages. It knows what is asked, what was
//! answered and what is wrong; it draws nothing and reads nothing.
//!
//! Conditions see the values of all pages. The answer of a question that does not apply any more is kept, so
//! that it comes back with its question, but it is never part of [`Form::values`].

mod active;
mod answers;
mod build;
mod check;
mod field;
mod repository;
mod schema;
mod typed;
mod values;

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

pub use answers::{Answers, FieldError, FormError};
pub use check::{Fault, check};
pub use field::{Choice, EntityFilter, Field, FieldPath, FilterRule, RepoRules, Widget};

use super::model::{Finding, Template, type_name};
use super::secret::Secrets;
use repository::repo_fault;
use schema::Prepared;
use values::{gather, insert, lookup, remove};

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

    /// Whether some page has a parameter of this name, be it one that is not asked now; else the nearest name.
    pub fn has_parameter(&self, name: &str) -> Result<(), Option<String>> {
        if self.known.contains(name) {
            return Ok(());
        }
        Err(nearest(name, self.known.iter().map(String::as_str)))
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
