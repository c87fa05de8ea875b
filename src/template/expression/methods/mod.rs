//! Methods of values, and only the ones that Backstage's current engine knows: newer JavaScript methods
//! (`padStart`, `replaceAll`, `map`…) do not exist there, so a template that uses them fails here too.

mod list;
mod mapping;
mod number;
mod text;

use std::ops::RangeInclusive;

use super::error::Fault;
use super::limits::Budget;
use super::value::Value;

pub(crate) use list::join;
pub(crate) use text::replace_regex;

/// A method: how many arguments it takes, and what it does.
pub(crate) struct Method {
    name: &'static str,
    arguments: RangeInclusive<usize>,
    run: fn(&Value, &[Value], &mut Budget) -> Result<Value, Fault>,
}

impl Method {
    const fn new(
        name: &'static str,
        arguments: RangeInclusive<usize>,
        run: fn(&Value, &[Value], &mut Budget) -> Result<Value, Fault>,
    ) -> Self {
        Self { name, arguments, run }
    }
}

/// As many arguments as wanted.
const MANY: usize = usize::MAX;

fn find(receiver: &Value, name: &str, python: bool) -> Option<&'static Method> {
    let (own, also): (&[Method], &[Method]) = match receiver {
        Value::Text(_) | Value::Safe(_) => (&text::METHODS, &[]),
        Value::List(_) if python => (&list::PYTHON_METHODS, &list::METHODS),
        Value::List(_) => (&list::METHODS, &[]),
        Value::Map(_) if python => (&mapping::PYTHON_METHODS, &[]),
        Value::Number(_) => (&number::METHODS, &[]),
        Value::Regex(_) => (&text::REGEX_METHODS, &[]),
        _ => (&[], &[]),
    };
    own.iter().chain(also).find(|method| method.name == name)
}

/// Whether a value has a method.
pub(crate) fn exists(receiver: &Value, name: &str, python: bool) -> bool {
    find(receiver, name, python).is_some()
}

/// Calls a method of a value.
pub(crate) fn call(
    receiver: &Value,
    name: &str,
    arguments: &[Value],
    python: bool,
    budget: &mut Budget,
) -> Result<Value, Fault> {
    let Some(method) = find(receiver, name, python) else {
        return Err(Fault::NotCallable { path: name.to_owned(), kind: "undefined" });
    };
    if !method.arguments.contains(&arguments.len()) {
        let (least, most) = (method.arguments.start(), method.arguments.end());
        let wants = if least == most { least.to_string() } else { format!("{least} to {most}") };
        return Err(Fault::argument(name, format!("takes {wants} arguments, not {}", arguments.len())));
    }
    (method.run)(receiver, arguments, budget)
}

/// The argument at an index; undefined when it is missing.
fn argument(arguments: &[Value], index: usize) -> &Value {
    arguments.get(index).unwrap_or(&Value::Undefined)
}

/// An argument as a number; a default when it is missing or undefined.
fn number_or(arguments: &[Value], index: usize, default: f64, budget: &mut Budget) -> Result<f64, Fault> {
    match argument(arguments, index) {
        Value::Undefined => Ok(default),
        value => value.to_number(budget),
    }
}
