//! Values from and to JSON, and `JSON.stringify`.

use std::rc::Rc;

use serde_json::Value as Json;

use super::Value;
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Budget, Limit, MAX_DATA_DEPTH};

/// Whole numbers up to here are exact in a double, and are handed out as integers.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

fn check_depth(depth: usize, budget: &mut Budget) -> Result<(), Fault> {
    if depth > MAX_DATA_DEPTH {
        return Err(Limit::DataDepth(MAX_DATA_DEPTH).into());
    }
    budget.spend(1)
}

/// A JSON value as a value of the language.
pub(crate) fn from_json(json: &Json) -> Result<Value, Fault> {
    read(json, 0)
}

fn read(json: &Json, depth: usize) -> Result<Value, Fault> {
    if depth > MAX_DATA_DEPTH {
        return Err(Limit::DataDepth(MAX_DATA_DEPTH).into());
    }
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => {
            Value::list(items.iter().map(|item| read(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Json::Object(entries) => Value::map(
            entries
                .iter()
                .map(|(key, value)| Ok((Rc::from(key.as_str()), read(value, depth + 1)?)))
                .collect::<Result<Vec<_>, Fault>>()?,
        ),
    })
}

/// A value as JSON; none for undefined. Inside, undefined leaves maps and becomes null in lists.
pub(crate) fn to_json(value: &Value, budget: &mut Budget) -> Result<Option<Json>, Fault> {
    write(value, 0, budget)
}

fn write(value: &Value, depth: usize, budget: &mut Budget) -> Result<Option<Json>, Fault> {
    check_depth(depth, budget)?;
    Ok(Some(match value {
        Value::Undefined => return Ok(None),
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(value) => number(*value),
        Value::Text(text) | Value::Safe(text) => Json::String(text.to_string()),
        Value::Regex(regex) => Json::String(regex.literal()),
        Value::Callable(_) => return Err(Fault::FunctionAsValue),
        Value::List(list) => {
            let mut items = Vec::with_capacity(list.len());
            for item in list.items() {
                items.push(write(&item, depth + 1, budget)?.unwrap_or(Json::Null));
            }
            Json::Array(items)
        }
        Value::Map(map) => {
            let mut entries = serde_json::Map::new();
            for (key, value) in map.entries() {
                if let Some(json) = write(&value, depth + 1, budget)? {
                    entries.insert(key.to_string(), json);
                }
            }
            Json::Object(entries)
        }
    }))
}

/// A number as JSON: whole where it is, null where JSON has none.
fn number(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() <= MAX_SAFE_INTEGER {
        return Json::from(value as i64);
    }
    serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number)
}

/// `JSON.stringify(value, null, indent)`; none for undefined.
pub(crate) fn stringify(value: &Value, indent: &str, budget: &mut Budget) -> Result<Option<String>, Fault> {
    let mut out = String::new();
    let written = Writer { indent, out: &mut out, budget: &mut *budget }.value(value, 0)?;
    budget.text(out.len())?;
    Ok(written.then_some(out))
}

struct Writer<'a> {
    indent: &'a str,
    out: &'a mut String,
    budget: &'a mut Budget,
}

impl Writer<'_> {
    /// Writes a value; false for undefined, which JSON does not have.
    fn value(&mut self, value: &Value, depth: usize) -> Result<bool, Fault> {
        check_depth(depth, self.budget)?;
        match value {
            Value::Undefined => return Ok(false),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Number(value) if value.is_finite() => self.out.push_str(&super::number::print(*value)),
            Value::Null | Value::Number(_) => self.out.push_str("null"),
            Value::Text(text) | Value::Safe(text) => self.text(text),
            Value::Regex(_) => self.out.push_str("{}"),
            Value::Callable(_) => return Err(Fault::FunctionAsValue),
            Value::List(list) => {
                self.out.push('[');
                let items = list.items();
                for (index, item) in items.iter().enumerate() {
                    self.separate(index, depth + 1);
                    if !self.value(item, depth + 1)? {
                        self.out.push_str("null");
                    }
                }
                self.close(items.len(), depth, ']');
            }
            Value::Map(map) => self.map(&map.entries(), depth)?,
        }
        self.budget.spend(self.out.len() / (1 << 20))?;
        Ok(true)
    }

    fn map(&mut self, entries: &[(Rc<str>, Value)], depth: usize) -> Result<(), Fault> {
        self.out.push('{');
        let mut written = 0;
        for (key, value) in entries {
            if matches!(value, Value::Undefined) {
                continue;
            }
            self.separate(written, depth + 1);
            self.text(key);
            self.out.push_str(if self.indent.is_empty() { ":" } else { ": " });
            self.value(value, depth + 1)?;
            written += 1;
        }
        self.close(written, depth, '}');
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&Json::from(text).to_string());
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.break_line(depth);
    }

    fn close(&mut self, written: usize, depth: usize, bracket: char) {
        if written > 0 {
            self.break_line(depth);
        }
        self.out.push(bracket);
    }

    fn break_line(&mut self, depth: usize) {
        if !self.indent.is_empty() {
            self.out.push('\n');
            self.out.push_str(&self.indent.repeat(depth));
        }
    }
}
