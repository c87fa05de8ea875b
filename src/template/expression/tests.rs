//! Tests: what may follow `is`.

#![expect(clippy::float_cmp, reason = "JavaScript compares numbers exactly")]

use std::cmp::Ordering;

use super::error::Fault;
use super::limits::Budget;
use super::value::Value;

type Run = fn(&Value, &Value, &mut Budget) -> Result<bool, Fault>;

/// A test: its name, whether it needs an argument, and what it checks.
pub(crate) struct Test {
    name: &'static str,
    needs_argument: bool,
    run: Run,
}

const fn plain(name: &'static str, run: Run) -> Test {
    Test { name, needs_argument: false, run }
}

const fn with_argument(name: &'static str, run: Run) -> Test {
    Test { name, needs_argument: true, run }
}

const TESTS: [Test; 25] = [
    plain("callable", |value, _, _| Ok(matches!(value, Value::Callable(_)))),
    plain("defined", |value, _, _| Ok(!matches!(value, Value::Undefined))),
    with_argument("divisibleby", |value, other, budget| {
        Ok(value.to_number(budget)? % other.to_number(budget)? == 0.0)
    }),
    with_argument("eq", |value, other, _| Ok(value.strictly_equals(other))),
    with_argument("equalto", |value, other, _| Ok(value.strictly_equals(other))),
    plain("escaped", |value, _, _| Ok(matches!(value, Value::Safe(_)))),
    plain("even", |value, _, budget| Ok(value.to_number(budget)? % 2.0 == 0.0)),
    plain("falsy", |value, _, _| Ok(!value.is_truthy())),
    with_argument("ge", |value, other, budget| Ok(value.order(other, budget)?.is_some_and(Ordering::is_ge))),
    with_argument("gt", |value, other, budget| Ok(value.order(other, budget)?.is_some_and(Ordering::is_gt))),
    plain("iterable", |value, _, _| match value {
        Value::Undefined | Value::Null => Err(wrong_subject("iterable", "a value", value)),
        _ => Ok(matches!(value, Value::List(_) | Value::Text(_) | Value::Safe(_))),
    }),
    with_argument("le", |value, other, budget| Ok(value.order(other, budget)?.is_some_and(Ordering::is_le))),
    plain("lower", |value, _, _| cased("lower", value, str::to_lowercase)),
    with_argument("lt", |value, other, budget| Ok(value.order(other, budget)?.is_some_and(Ordering::is_lt))),
    plain("mapping", |value, _, _| Ok(matches!(value, Value::Map(_) | Value::Safe(_) | Value::Regex(_)))),
    with_argument("ne", |value, other, _| Ok(!value.strictly_equals(other))),
    plain("none", |value, _, _| Ok(matches!(value, Value::Null))),
    plain("null", |value, _, _| Ok(matches!(value, Value::Null))),
    plain("number", |value, _, _| Ok(matches!(value, Value::Number(_)))),
    plain("odd", |value, _, budget| Ok(value.to_number(budget)? % 2.0 == 1.0)),
    with_argument("sameas", |value, other, _| Ok(value.strictly_equals(other))),
    plain("string", |value, _, _| Ok(matches!(value, Value::Text(_)))),
    plain("truthy", |value, _, _| Ok(value.is_truthy())),
    plain("undefined", |value, _, _| Ok(matches!(value, Value::Undefined))),
    plain("upper", |value, _, _| cased("upper", value, str::to_uppercase)),
];

/// The test of a name.
pub(crate) fn find(name: &str) -> Option<&'static Test> {
    TESTS.iter().find(|test| test.name == name)
}

/// Whether a test holds.
pub(crate) fn apply(
    test: &Test,
    subject: &Value,
    arguments: &[Value],
    budget: &mut Budget,
) -> Result<bool, Fault> {
    budget.spend(1)?;
    if test.needs_argument && arguments.is_empty() {
        return Err(Fault::argument(test.name, "needs an argument in parentheses"));
    }
    (test.run)(subject, arguments.first().unwrap_or(&Value::Undefined), budget)
}

fn cased(name: &'static str, value: &Value, change: fn(&str) -> String) -> Result<bool, Fault> {
    match value {
        Value::Text(text) => Ok(change(text) == **text),
        // Safe text is an object to JavaScript, so never the same as the text it is compared with.
        Value::Safe(_) => Ok(false),
        other => Err(wrong_subject(name, "text", other)),
    }
}

fn wrong_subject(name: &str, wants: &'static str, value: &Value) -> Fault {
    Fault::WrongInput { name: name.to_owned(), wants, got: value.kind() }
}
