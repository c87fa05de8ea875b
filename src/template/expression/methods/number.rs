//! Methods of numbers.

use super::{Method, argument, number_or};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::Budget;
use crate::template::expression::value::{Value, number};

/// The most digits that JavaScript's number methods take.
const MAX_DIGITS: f64 = 100.0;

pub(super) const METHODS: [Method; 4] = [
    Method::new("toExponential", 0..=1, |value, arguments, budget| {
        let wanted = match argument(arguments, 0) {
            Value::Undefined => None,
            _ => Some(digits("toExponential", arguments, 0.0, budget)?),
        };
        Ok(Value::text(number::to_exponential(value.to_number(budget)?, wanted)))
    }),
    Method::new("toFixed", 0..=1, |value, arguments, budget| {
        let wanted = digits("toFixed", arguments, 0.0, budget)?;
        Ok(Value::text(number::to_fixed(value.to_number(budget)?, wanted)))
    }),
    Method::new("toPrecision", 0..=1, |value, arguments, budget| {
        let number = value.to_number(budget)?;
        if matches!(argument(arguments, 0), Value::Undefined) || !number.is_finite() {
            return Ok(Value::text(number::print(number)));
        }
        Ok(Value::text(number::to_precision(number, digits("toPrecision", arguments, 1.0, budget)?)))
    }),
    Method::new("toString", 0..=1, |value, arguments, budget| {
        let radix = number_or(arguments, 0, 10.0, budget)?.trunc();
        if !(2.0..=36.0).contains(&radix) {
            return Err(Fault::argument("toString", "the base is a number from 2 to 36"));
        }
        Ok(Value::text(number::to_radix(value.to_number(budget)?, radix as u32)))
    }),
];

fn digits(name: &str, arguments: &[Value], least: f64, budget: &mut Budget) -> Result<usize, Fault> {
    let number = number_or(arguments, 0, 0.0, budget)?;
    let number = if number.is_nan() { 0.0 } else { number.trunc() };
    if number < least || number > MAX_DIGITS {
        return Err(Fault::argument(name, format!("the digits are a number from {least} to {MAX_DIGITS}")));
    }
    Ok(number as usize)
}
