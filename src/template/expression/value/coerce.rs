//! Values as texts, numbers and conditions, by JavaScript's rules.

use std::borrow::Cow;
use std::rc::Rc;

use super::{Value, number};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Budget, Limit, MAX_DATA_DEPTH, MAX_TEXT_BYTES};

/// The text of a map.
const MAP_TEXT: &str = "[object Object]";

impl Value {
    /// Whether a condition holds: empty lists and maps count as true.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Safe(_) | Self::List(_) | Self::Map(_) | Self::Regex(_) | Self::Callable(_) => true,
        }
    }

    /// The text, as `String(value)`.
    pub(crate) fn to_text(&self, budget: &mut Budget) -> Result<Rc<str>, Fault> {
        if let Some(text) = self.as_text() {
            return Ok(Rc::clone(text));
        }
        let mut text = String::new();
        self.write_text(&mut text, 0, budget)?;
        budget.text(text.len())?;
        Ok(text.into())
    }

    /// The text that a template prints: nothing for undefined and null.
    pub(crate) fn to_output(&self, budget: &mut Budget) -> Result<Rc<str>, Fault> {
        if self.is_nothing() { Ok(Rc::from("")) } else { self.to_text(budget) }
    }

    fn write_text(&self, out: &mut String, depth: usize, budget: &mut Budget) -> Result<(), Fault> {
        budget.spend(1)?;
        if depth > MAX_DATA_DEPTH {
            return Err(Limit::DataDepth(MAX_DATA_DEPTH).into());
        }
        match self {
            Self::Undefined => out.push_str("undefined"),
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => out.push_str(&number::print(*value)),
            Self::Text(text) | Self::Safe(text) => out.push_str(text),
            Self::Map(_) => out.push_str(MAP_TEXT),
            Self::Regex(regex) => out.push_str(&regex.literal()),
            Self::Callable(_) => return Err(Fault::FunctionAsValue),
            Self::List(list) => {
                for (index, item) in list.items().iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    if !item.is_nothing() {
                        item.write_text(out, depth + 1, budget)?;
                    }
                }
            }
        }
        if out.len() > MAX_TEXT_BYTES {
            return Err(Limit::Text(MAX_TEXT_BYTES).into());
        }
        Ok(())
    }

    /// The number, as `Number(value)`.
    pub(crate) fn to_number(&self, budget: &mut Budget) -> Result<f64, Fault> {
        Ok(match self {
            Self::Undefined => f64::NAN,
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            _ => number::parse(&self.to_text(budget)?),
        })
    }

    /// The value that `+`, `==` and `<` work with: an object becomes its text.
    pub(crate) fn to_primitive(&self, budget: &mut Budget) -> Result<Cow<'_, Value>, Fault> {
        match self {
            Self::Safe(_) | Self::List(_) | Self::Map(_) | Self::Regex(_) | Self::Callable(_) => {
                Ok(Cow::Owned(Self::Text(self.to_text(budget)?)))
            }
            _ => Ok(Cow::Borrowed(self)),
        }
    }
}

/// An offset argument of a JavaScript method: counted from the end when negative, never out of the length.
pub(crate) fn relative_index(number: f64, len: usize) -> usize {
    if number.is_nan() {
        0
    } else if number < 0.0 {
        (len as f64 + number.trunc()).max(0.0) as usize
    } else {
        (number.min(len as f64)) as usize
    }
}

/// The value, or 0 in place of a false one.
pub(crate) fn or_zero(value: &Value) -> Value {
    if value.is_truthy() { value.clone() } else { Value::Number(0.0) }
}
