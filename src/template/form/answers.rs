//! What a form comes to: answers for a run, what is wrong with one of them, why one could not be taken.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::FieldPath;
use crate::template::secret::Secrets;

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
