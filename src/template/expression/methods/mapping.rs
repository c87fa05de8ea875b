//! Methods of Python's dictionaries, which exist in cookiecutter mode.

use std::rc::Rc;

use super::{Method, argument};
use crate::template::expression::value::{Map, Value};

pub(super) const PYTHON_METHODS: [Method; 5] = [
    Method::new("get", 1..=2, |value, arguments, budget| {
        let key = argument(arguments, 0).to_key(budget)?;
        Ok(map(value).and_then(|map| map.get(&key)).unwrap_or_else(|| argument(arguments, 1).clone()))
    }),
    Method::new("has_key", 1..=1, |value, arguments, budget| {
        let key = argument(arguments, 0).to_key(budget)?;
        Ok(Value::Bool(map(value).is_some_and(|map| map.has(&key))))
    }),
    Method::new("items", 0..=0, |value, _, budget| {
        budget.list(entries(value).len())?;
        let pairs = entries(value).into_iter().map(|(key, value)| Value::list(vec![Value::Text(key), value]));
        Ok(Value::list(pairs.collect()))
    }),
    Method::new("keys", 0..=0, |value, _, budget| {
        budget.list(entries(value).len())?;
        Ok(Value::list(entries(value).into_iter().map(|(key, _)| Value::Text(key)).collect()))
    }),
    Method::new("values", 0..=0, |value, _, budget| {
        budget.list(entries(value).len())?;
        Ok(Value::list(entries(value).into_iter().map(|(_, value)| value).collect()))
    }),
];

fn map(value: &Value) -> Option<&Map> {
    match value {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

fn entries(value: &Value) -> Vec<(Rc<str>, Value)> {
    map(value).map(Map::entries).unwrap_or_default()
}
