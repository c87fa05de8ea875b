//! Equality and order, by JavaScript's rules.

#![expect(clippy::float_cmp, reason = "JavaScript compares numbers exactly")]

use std::cmp::Ordering;

use super::{Value, number};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::Budget;

impl Value {
    /// `===`: same type and same value; lists and maps by identity.
    pub(crate) fn strictly_equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            _ => self.is_same_object(other),
        }
    }

    /// `==`: null equals undefined, texts and booleans become numbers beside numbers, objects become texts.
    pub(crate) fn loosely_equals(&self, other: &Self, budget: &mut Budget) -> Result<bool, Fault> {
        let is_object = |value: &Self| {
            matches!(value, Self::Safe(_) | Self::List(_) | Self::Map(_) | Self::Regex(_) | Self::Callable(_))
        };
        if self.is_nothing() || other.is_nothing() {
            return Ok(self.is_nothing() && other.is_nothing());
        }
        if is_object(self) && is_object(other) {
            return Ok(self.is_same_object(other));
        }
        let (a, b) = (self.to_primitive(budget)?, other.to_primitive(budget)?);
        match (a.as_ref(), b.as_ref()) {
            (Self::Text(a), Self::Text(b)) => Ok(a == b),
            (a, b) => Ok(a.to_number(budget)? == b.to_number(budget)?),
        }
    }

    /// The order of `<` and `>`: texts by their units, everything else by number; none beside NaN.
    pub(crate) fn order(&self, other: &Self, budget: &mut Budget) -> Result<Option<Ordering>, Fault> {
        let (a, b) = (self.to_primitive(budget)?, other.to_primitive(budget)?);
        match (a.as_ref(), b.as_ref()) {
            (Self::Text(a), Self::Text(b)) => {
                budget.spend(a.len().min(b.len()) / 256)?;
                Ok(Some(a.encode_utf16().cmp(b.encode_utf16())))
            }
            (a, b) => Ok(a.to_number(budget)?.partial_cmp(&b.to_number(budget)?)),
        }
    }

    /// The sum of `+`: texts are joined, everything else is added.
    pub(crate) fn plus(&self, other: &Self, budget: &mut Budget) -> Result<Value, Fault> {
        let (a, b) = (self.to_primitive(budget)?, other.to_primitive(budget)?);
        if matches!(a.as_ref(), Self::Text(_)) || matches!(b.as_ref(), Self::Text(_)) {
            let (a, b) = (a.to_text(budget)?, b.to_text(budget)?);
            budget.text(a.len() + b.len())?;
            return Ok(Self::text([&*a, &*b].concat()));
        }
        Ok(Self::Number(a.to_number(budget)? + b.to_number(budget)?))
    }

    /// `Object.is` without the sign of zero: what `includes` looks for.
    pub(crate) fn is_same_value(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) if a.is_nan() && b.is_nan() => true,
            _ => self.strictly_equals(other),
        }
    }

    /// The text form of a number, for keys of maps.
    pub(crate) fn to_key(&self, budget: &mut Budget) -> Result<std::rc::Rc<str>, Fault> {
        match self {
            Self::Number(value) => Ok(number::print(*value).into()),
            _ => self.to_text(budget),
        }
    }
}
