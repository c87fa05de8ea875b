//! The little schema language that the kinds are written in, and its check.
//!
//! Findings come in the order in which Backstage's schema validator reports them: missing fields, then fields
//! that are not named, then named fields in the order of the schema.

use serde_json::Value;

use super::path::Path;
use super::{Finding, Stage, quote, suggest};
use crate::catalog::Code;

/// What a value may be.
pub(super) enum Shape {
    /// Text of at least one character.
    Text,
    /// Text of one up to so many characters.
    TextUpTo(usize),
    /// Text that may be empty.
    AnyText,
    /// Text or a yes/no.
    Switch,
    /// One of some texts.
    OneOf(&'static [&'static str]),
    /// A list of at least so many.
    List(&'static Shape, usize),
    /// A map.
    Map(&'static Fields),
    /// A map or a list of such maps.
    MapOrList(&'static Fields),
    /// References that no schema speaks of: Backstage takes one or a list, and fails at what it cannot read.
    References,
}

/// The fields of a map.
pub(super) struct Fields {
    /// The named ones: name, shape, whether it must be there.
    pub(super) named: &'static [(&'static str, Shape, Need)],
    /// What every other value must be; anything where nothing is said.
    pub(super) others: Option<&'static Shape>,
}

/// Whether a field must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
}

/// A list of non-empty texts.
pub(super) const TEXTS: Shape = Shape::List(&Shape::Text, 0);

/// Where findings go, and under which codes.
pub(super) struct Check<'a> {
    pub(super) stage: Stage,
    pub(super) missing: Code,
    pub(super) wrong_type: Code,
    pub(super) empty: Code,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Check<'_> {
    /// Checks the value at a path.
    pub(super) fn value(&mut self, value: &Value, shape: &Shape, path: &Path<'_>) {
        if is_placeholder(value) {
            return;
        }
        match (shape, value) {
            (Shape::Text, Value::String(text)) => self.length(text, None, path),
            (Shape::TextUpTo(most), Value::String(text)) => self.length(text, Some(*most), path),
            (Shape::AnyText, Value::String(_)) | (Shape::Switch, Value::String(_) | Value::Bool(_)) => {}
            (Shape::OneOf(allowed), Value::String(text)) => self.one_of(text, allowed, path),
            (Shape::List(item, least), Value::Array(items)) => {
                self.at_least(items.len(), *least, path);
                for (index, value) in items.iter().enumerate() {
                    self.value(value, item, &path.item(index));
                }
            }
            (Shape::Map(fields) | Shape::MapOrList(fields), Value::Object(_)) => {
                self.fields(value, fields, path);
            }
            (Shape::MapOrList(fields), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.value(value, &Shape::Map(fields), &path.item(index));
                }
            }
            (Shape::References, Value::Array(items)) => {
                let wrong = items.iter().enumerate().filter(|(_, item)| !is_reference(item));
                wrong.for_each(|(index, item)| self.mistyped(item, &Shape::Text, &path.item(index)));
            }
            (Shape::References, value) if is_reference(value) || is_passed_over(value) => {}
            _ => self.mistyped(value, shape, path),
        }
    }

    /// Checks the fields of a map.
    pub(super) fn fields(&mut self, map: &Value, fields: &Fields, path: &Path<'_>) {
        for (name, _, need) in fields.named {
            if *need == Need::Required && map.get(name).is_none() {
                self.absent(path, name);
            }
        }
        if let (Some(shape), Some(entries)) = (fields.others, map.as_object()) {
            for (key, value) in entries {
                if !fields.named.iter().any(|(name, ..)| name == key) {
                    self.value(value, shape, &path.key(key));
                }
            }
        }
        for (name, shape, _) in fields.named {
            if let Some(value) = map.get(name) {
                self.value(value, shape, &path.key(name));
            }
        }
    }

    /// Reports a field that is not there.
    pub(super) fn absent(&mut self, parent: &Path<'_>, name: &str) {
        let path = parent.key(name);
        let message = format!("{} is missing.", path.dotted());
        let code = self.missing;
        self.report(code, &path, message, suggest::for_missing(name));
    }

    fn length(&mut self, text: &str, most: Option<usize>, path: &Path<'_>) {
        let (code, empty) = (Code::ValueNotAllowed, self.empty);
        if text.is_empty() {
            self.report(
                empty,
                path,
                format!("{} is empty.", path.dotted()),
                Some("Fill it in, or remove it.".to_owned()),
            );
        } else if let Some(most) = most.filter(|most| text.chars().count() > *most) {
            let message = format!("{} has more than {most} characters.", path.dotted());
            self.report(code, path, message, Some("Shorten it.".to_owned()));
        }
    }

    fn one_of(&mut self, text: &str, allowed: &[&'static str], path: &Path<'_>) {
        if !allowed.contains(&text) {
            let message = format!("{} is {text:?}, but takes one of {}.", path.dotted(), allowed.join(", "));
            let fix = suggest::nearest(text, allowed.iter().copied()).map_or_else(
                || format!("Write {}.", allowed.join(" or ")),
                |near| suggest::did_you_mean(&near),
            );
            self.report(Code::ValueNotAllowed, path, message, Some(fix));
        }
    }

    fn at_least(&mut self, found: usize, least: usize, path: &Path<'_>) {
        if found < least {
            let message = format!("{} needs at least {least} entry.", path.dotted());
            self.report(Code::ValueNotAllowed, path, message, Some("Add an entry.".to_owned()));
        }
    }

    fn mistyped(&mut self, value: &Value, shape: &Shape, path: &Path<'_>) {
        let message = format!("{} takes {}, but is {}.", path.dotted(), shape.noun(), quote(value));
        let code = self.wrong_type;
        self.report(code, path, message, Some(suggest::for_type(value, shape)));
    }

    fn report(&mut self, code: Code, path: &Path<'_>, message: String, fix: Option<String>) {
        let pointer = path.pointer();
        self.findings.push(Finding {
            code,
            stage: self.stage,
            field: pointer.clone(),
            pointer,
            is_about_key: false,
            message,
            fix,
        });
    }
}

impl Shape {
    fn noun(&self) -> &'static str {
        match self {
            Self::Text | Self::TextUpTo(_) | Self::AnyText | Self::OneOf(_) => "a text",
            Self::Switch => "a text or a yes/no",
            Self::List(..) => "a list",
            Self::Map(_) => "a map",
            Self::MapOrList(_) => "a map or a list of maps",
            Self::References => "a list of references",
        }
    }
}

/// Whether a value is read as a reference: a text, or a map of its parts.
fn is_reference(value: &Value) -> bool {
    let has = |part: &str| value.get(part).is_some_and(|text| text.as_str().is_some_and(|t| !t.is_empty()));
    value.is_string() || (has("kind") && has("name"))
}

/// Whether a value is nothing to JavaScript, and with it the whole field.
fn is_passed_over(value: &Value) -> bool {
    value.is_null() || *value == Value::Bool(false) || value.as_f64() == Some(0.0)
}

/// Whether a value stands for the content of a file that was not put in its place.
fn is_placeholder(value: &Value) -> bool {
    let Some(map) = value.as_object().filter(|map| map.len() == 1) else { return false };
    crate::catalog::placeholder::KEYS.iter().any(|key| map.contains_key(*key))
}
