//! Filters: Nunjucks's own, and the ones that Backstage's scaffolder adds.

mod backstage;
mod html;
mod list;
mod number;
mod text;

use std::rc::Rc;

use super::error::Fault;
use super::evaluator::Given;
use super::limits::Budget;
use super::pieces::Delimiters;
use super::value::{Value, json, units};
use crate::template::render::RenderOptions;

/// What a filter may use beside its input.
pub(crate) struct Environment<'a> {
    pub(crate) budget: &'a mut Budget,
    pub(crate) options: &'a RenderOptions,
    /// The state of the numbers that `random` draws.
    pub(crate) random: &'a mut u64,
}

type Run = fn(&Value, &[Value], &mut Environment<'_>) -> Result<Value, Fault>;

/// A filter.
pub(crate) struct Filter {
    name: &'static str,
    /// The names of the arguments, where named arguments are bound. For the other filters they arrive
    /// together as one map behind the positional arguments, which most filters cannot use.
    parameters: &'static [&'static str],
    run: Run,
}

impl Filter {
    const fn new(name: &'static str, run: Run) -> Self {
        Self { name, parameters: &[], run }
    }
}

const GENERAL: [Filter; 4] = [
    Filter::new("d", default),
    Filter::new("default", default),
    Filter::new("dump", dump),
    Filter::new("length", length),
];

/// In cookiecutter mode.
const COOKIECUTTER: [Filter; 1] = [Filter::new("jsonify", |input, _, env| {
    let text = json::stringify(input, "", env.budget)?;
    Ok(text.map_or(Value::Undefined, Value::text))
})];

/// The filter of a name.
pub(crate) fn find(name: &str, delimiters: Delimiters) -> Option<&'static Filter> {
    let extra: &[Filter] = if delimiters == Delimiters::Cookiecutter { &COOKIECUTTER } else { &[] };
    let groups: [&'static [Filter]; 7] = [
        &GENERAL,
        &text::FILTERS,
        &list::FILTERS,
        &number::FILTERS,
        &html::FILTERS,
        &backstage::FILTERS,
        extra,
    ];
    groups.into_iter().flatten().find(|filter| filter.name == name)
}

/// The result of a filter.
pub(crate) fn apply(
    filter: &Filter,
    input: &Value,
    given: Given,
    env: &mut Environment<'_>,
) -> Result<Value, Fault> {
    env.budget.spend(1)?;
    let Given { mut positional, named } = given;
    if named.is_empty() {
        return (filter.run)(input, &positional, env);
    }
    if filter.parameters.is_empty() {
        positional.push(Value::map(named));
    } else {
        let given = positional.len();
        for (name, value) in named {
            let Some(at) = filter.parameters.iter().position(|parameter| **parameter == *name) else {
                continue;
            };
            if at >= given {
                positional.resize(positional.len().max(at + 1), Value::Undefined);
                positional[at] = value;
            }
        }
    }
    (filter.run)(input, &positional, env)
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

/// The fault that a filter cannot work on its input.
fn wrong_input(name: &str, wants: &'static str, input: &Value) -> Fault {
    Fault::WrongInput { name: name.to_owned(), wants, got: input.kind() }
}

/// The text of an input that must be text; nothing for undefined, null and false.
fn text_of(name: &str, input: &Value) -> Result<Rc<str>, Fault> {
    match input {
        Value::Undefined | Value::Null | Value::Bool(false) => Ok(Rc::from("")),
        Value::Text(text) | Value::Safe(text) => Ok(Rc::clone(text)),
        other => Err(wrong_input(name, "text", other)),
    }
}

/// Text that is as safe as the input was.
fn as_safe_as(input: &Value, text: String, budget: &mut Budget) -> Result<Value, Fault> {
    budget.text(text.len())?;
    Ok(if matches!(input, Value::Safe(_)) { Value::Safe(text.into()) } else { Value::text(text) })
}

/// The items of a list or text; none for anything else but undefined and null, which are wrong.
fn items_of(name: &str, input: &Value, budget: &mut Budget) -> Result<Vec<Value>, Fault> {
    let items = match input {
        Value::Undefined | Value::Null => return Err(wrong_input(name, "a list or text", input)),
        Value::List(list) => list.items(),
        Value::Text(text) | Value::Safe(text) => units::split(text).into_iter().map(Value::Text).collect(),
        _ => Vec::new(),
    };
    budget.list(items.len())?;
    Ok(items)
}

/// The items of an input that must be a list.
fn list_of(name: &str, input: &Value, budget: &mut Budget) -> Result<Vec<Value>, Fault> {
    let Value::List(list) = input else { return Err(wrong_input(name, "a list", input)) };
    budget.list(list.len())?;
    Ok(list.items())
}

/// A member of an item, undefined where there is none; undefined and null have no members at all.
fn attribute(item: &Value, key: &str) -> Result<Value, Fault> {
    if item.is_nothing() {
        return Err(Fault::WrongOperand("an item of the list is null or undefined, so it has no members"));
    }
    Ok(member(item, key))
}

/// A member of a value, undefined where there is none.
fn member(item: &Value, key: &str) -> Value {
    match item {
        Value::Map(map) => map.get(key),
        Value::List(list) if key == "length" => Some(Value::Number(list.len() as f64)),
        Value::List(list) => key.parse().ok().and_then(|index: usize| list.get(index)),
        Value::Text(text) | Value::Safe(text) if key == "length" => {
            Some(Value::Number(units::len(text) as f64))
        }
        Value::Text(text) | Value::Safe(text) => {
            key.parse().ok().and_then(|index| units::at(text, index)).map(Value::text)
        }
        _ => None,
    }
    .unwrap_or(Value::Undefined)
}

/// A member of a member, along names with dots between them.
fn attribute_path(item: &Value, path: &str) -> Result<Value, Fault> {
    let mut keys = path.split('.');
    let first = attribute(item, keys.next().unwrap_or_default())?;
    Ok(keys.fold(first, |value, key| member(&value, key)))
}

#[expect(clippy::unnecessary_wraps, reason = "filters share one signature")]
fn default(input: &Value, arguments: &[Value], _: &mut Environment<'_>) -> Result<Value, Fault> {
    let replace_falsy = argument(arguments, 1).is_truthy();
    let missing = if replace_falsy { !input.is_truthy() } else { matches!(input, Value::Undefined) };
    Ok(if missing { argument(arguments, 0).clone() } else { input.clone() })
}

/// The most blanks that `JSON.stringify` indents by.
const MAX_INDENT: f64 = 10.0;

fn dump(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let indent = match argument(arguments, 0) {
        Value::Number(width) => " ".repeat(width.clamp(0.0, MAX_INDENT) as usize),
        Value::Text(text) | Value::Safe(text) => units::cut(text, 0, MAX_INDENT as usize),
        _ => String::new(),
    };
    let text = json::stringify(input, &indent, env.budget)?;
    Ok(text.map_or(Value::Undefined, Value::text))
}

#[expect(clippy::unnecessary_wraps, reason = "filters share one signature")]
fn length(input: &Value, _: &[Value], _: &mut Environment<'_>) -> Result<Value, Fault> {
    Ok(match input {
        Value::Undefined | Value::Null | Value::Bool(false) => Value::Number(0.0),
        Value::Text(text) | Value::Safe(text) => Value::Number(units::len(text) as f64),
        Value::List(list) => Value::Number(list.len() as f64),
        Value::Map(map) => Value::Number(map.len() as f64),
        _ => Value::Undefined,
    })
}
