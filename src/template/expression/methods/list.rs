//! Methods of lists: JavaScript's, and Python's in cookiecutter mode. The ones that change the list change it
//! for every name that holds it.

use super::{MANY, Method, argument, number_or};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Budget, Limit, MAX_DATA_DEPTH};
use crate::template::expression::value::coerce::relative_index;
use crate::template::expression::value::{List, Value};

pub(super) const METHODS: [Method; 17] = [
    Method::new("at", 1..=1, |value, arguments, budget| {
        let items = items(value, budget)?;
        let index = number_or(arguments, 0, 0.0, budget)?;
        let index = if index < 0.0 { index.trunc() + items.len() as f64 } else { index };
        let found = if index < 0.0 { None } else { items.get(index as usize).cloned() };
        Ok(found.unwrap_or(Value::Undefined))
    }),
    Method::new("concat", 0..=MANY, concat),
    Method::new("copyWithin", 1..=3, copy_within),
    Method::new("fill", 1..=3, fill),
    Method::new("flat", 0..=1, |value, arguments, budget| {
        let depth = number_or(arguments, 0, 1.0, budget)?;
        let mut out = Vec::new();
        flatten(&items(value, budget)?, depth.clamp(0.0, 1e6) as usize, &mut out, budget, 0)?;
        Ok(Value::list(out))
    }),
    Method::new("includes", 1..=2, |value, arguments, budget| {
        let items = items(value, budget)?;
        let from = relative_index(number_or(arguments, 1, 0.0, budget)?, items.len());
        Ok(Value::Bool(items[from..].iter().any(|item| item.is_same_value(argument(arguments, 0)))))
    }),
    Method::new("indexOf", 1..=2, |value, arguments, budget| {
        let items = items(value, budget)?;
        let from = relative_index(number_or(arguments, 1, 0.0, budget)?, items.len());
        Ok(position(&items, argument(arguments, 0), from))
    }),
    Method::new("join", 0..=1, |value, arguments, budget| {
        let separator = match argument(arguments, 0) {
            Value::Undefined => ",".into(),
            separator => separator.to_text(budget)?,
        };
        join(&items(value, budget)?, &separator, budget).map(Value::text)
    }),
    Method::new("lastIndexOf", 1..=2, |value, arguments, budget| {
        let items = items(value, budget)?;
        let end = match number_or(arguments, 1, f64::INFINITY, budget)? {
            from if from < 0.0 => relative_index(from + 1.0, items.len()),
            from => (from.min(items.len() as f64) as usize).saturating_add(1).min(items.len()),
        };
        let found = items[..end].iter().rposition(|item| item.strictly_equals(argument(arguments, 0)));
        Ok(Value::Number(found.map_or(-1.0, |at| at as f64)))
    }),
    Method::new("pop", 0..=0, |value, _, _| Ok(edit(value, Vec::pop).flatten().unwrap_or(Value::Undefined))),
    Method::new("push", 0..=MANY, |value, arguments, budget| {
        budget.list(len(value) + arguments.len())?;
        edit(value, |items| items.extend_from_slice(arguments));
        Ok(Value::Number(len(value) as f64))
    }),
    Method::new("reverse", 0..=0, |value, _, budget| {
        budget.spend(len(value))?;
        edit(value, |items| items.reverse());
        Ok(value.clone())
    }),
    Method::new("shift", 0..=0, |value, _, budget| {
        budget.spend(len(value) / 16)?;
        let first = edit(value, |items| if items.is_empty() { None } else { Some(items.remove(0)) });
        Ok(first.flatten().unwrap_or(Value::Undefined))
    }),
    Method::new("slice", 0..=2, |value, arguments, budget| {
        let items = items(value, budget)?;
        let start = relative_index(number_or(arguments, 0, 0.0, budget)?, items.len());
        let end = relative_index(number_or(arguments, 1, f64::INFINITY, budget)?, items.len());
        Ok(Value::list(items[start..end.max(start)].to_vec()))
    }),
    Method::new("sort", 0..=0, sort),
    Method::new("splice", 0..=MANY, splice),
    Method::new("unshift", 0..=MANY, |value, arguments, budget| {
        budget.list(len(value) + arguments.len())?;
        edit(value, |items| items.splice(0..0, arguments.iter().cloned()).for_each(drop));
        Ok(Value::Number(len(value) as f64))
    }),
];

pub(super) const PYTHON_METHODS: [Method; 7] = [
    Method::new("append", 1..=1, |value, arguments, budget| {
        budget.list(len(value) + 1)?;
        edit(value, |items| items.extend_from_slice(arguments));
        Ok(Value::Number(len(value) as f64))
    }),
    Method::new("count", 1..=1, |value, arguments, budget| {
        let items = items(value, budget)?;
        let same = items.iter().filter(|item| item.strictly_equals(argument(arguments, 0)));
        Ok(Value::Number(same.count() as f64))
    }),
    Method::new("find", 1..=1, |value, arguments, budget| {
        Ok(position(&items(value, budget)?, argument(arguments, 0), 0))
    }),
    Method::new("index", 1..=1, |value, arguments, budget| {
        Ok(position(&items(value, budget)?, argument(arguments, 0), 0))
    }),
    Method::new("insert", 2..=2, |value, arguments, budget| {
        budget.list(len(value) + 1)?;
        let at = relative_index(number_or(arguments, 0, 0.0, budget)?, len(value));
        edit(value, |items| items.insert(at, argument(arguments, 1).clone()));
        Ok(Value::list(Vec::new()))
    }),
    Method::new("pop", 0..=1, |value, arguments, budget| {
        let index = number_or(arguments, 0, -1.0, budget)?;
        let index = if index < 0.0 { index + len(value) as f64 } else { index };
        let taken = edit(value, |items| {
            let inside = index >= 0.0 && (index as usize) < items.len();
            inside.then(|| items.remove(index as usize))
        });
        Ok(taken.flatten().unwrap_or(Value::Undefined))
    }),
    Method::new("remove", 1..=1, |value, arguments, budget| {
        budget.spend(len(value))?;
        let taken = edit(value, |items| {
            let at = items.iter().position(|item| item.strictly_equals(argument(arguments, 0)))?;
            Some(items.remove(at))
        });
        Ok(Value::list(taken.flatten().into_iter().collect()))
    }),
];

fn list(value: &Value) -> Option<&List> {
    match value {
        Value::List(list) => Some(list),
        _ => None,
    }
}

fn len(value: &Value) -> usize {
    list(value).map_or(0, List::len)
}

fn items(value: &Value, budget: &mut Budget) -> Result<Vec<Value>, Fault> {
    budget.spend(len(value))?;
    Ok(list(value).map(List::items).unwrap_or_default())
}

fn edit<T>(value: &Value, change: impl FnOnce(&mut Vec<Value>) -> T) -> Option<T> {
    list(value).map(|list| list.edit(change))
}

fn position(items: &[Value], wanted: &Value, from: usize) -> Value {
    let found = items[from..].iter().position(|item| item.strictly_equals(wanted));
    Value::Number(found.map_or(-1.0, |at| (from + at) as f64))
}

/// The texts of items with a separator between them; nothing for undefined and null.
pub(crate) fn join(items: &[Value], separator: &str, budget: &mut Budget) -> Result<String, Fault> {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        text.push_str(&item.to_output(budget)?);
        if text.len() > crate::template::expression::limits::MAX_TEXT_BYTES {
            break;
        }
    }
    budget.text(text.len())?;
    Ok(text)
}

fn concat(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let mut out = items(value, budget)?;
    for argument in arguments {
        match argument {
            Value::List(list) => {
                budget.list(out.len() + list.len())?;
                out.extend(list.items());
            }
            other => out.push(other.clone()),
        }
    }
    Ok(Value::list(out))
}

/// The range of two bounds at these arguments.
fn bounds(
    arguments: &[Value],
    first: usize,
    length: usize,
    budget: &mut Budget,
) -> Result<(usize, usize), Fault> {
    let start = relative_index(number_or(arguments, first, 0.0, budget)?, length);
    let end = relative_index(number_or(arguments, first + 1, f64::INFINITY, budget)?, length);
    Ok((start, end.max(start)))
}

fn fill(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    budget.spend(len(value))?;
    let (start, end) = bounds(arguments, 1, len(value), budget)?;
    edit(value, |items| items[start..end].fill(argument(arguments, 0).clone()));
    Ok(value.clone())
}

fn copy_within(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let copied = items(value, budget)?;
    let target = relative_index(number_or(arguments, 0, 0.0, budget)?, copied.len());
    let (start, end) = bounds(arguments, 1, copied.len(), budget)?;
    edit(value, |items| {
        for (place, item) in items[target..].iter_mut().zip(&copied[start..end]) {
            *place = item.clone();
        }
    });
    Ok(value.clone())
}

/// Sorts by text, undefined last.
fn sort(value: &Value, _: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let mut keyed = Vec::new();
    for item in items(value, budget)? {
        let key = match item {
            Value::Undefined => None,
            _ => Some(item.to_text(budget)?.encode_utf16().collect::<Vec<u16>>()),
        };
        keyed.push(((key.is_none(), key), item));
    }
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    edit(value, |items| *items = keyed.into_iter().map(|(_, item)| item).collect());
    Ok(value.clone())
}

fn splice(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    if arguments.is_empty() {
        return Ok(Value::list(Vec::new()));
    }
    let length = len(value);
    budget.list(length + arguments.len())?;
    let start = relative_index(number_or(arguments, 0, 0.0, budget)?, length);
    let count = number_or(arguments, 1, f64::INFINITY, budget)?;
    let count = if count.is_nan() { 0.0 } else { count.clamp(0.0, (length - start) as f64) } as usize;
    let added = arguments.get(2..).unwrap_or_default().to_vec();
    let removed = edit(value, |items| items.splice(start..start + count, added).collect());
    Ok(Value::list(removed.unwrap_or_default()))
}

fn flatten(
    items: &[Value],
    depth: usize,
    out: &mut Vec<Value>,
    budget: &mut Budget,
    nesting: usize,
) -> Result<(), Fault> {
    if nesting > MAX_DATA_DEPTH {
        return Err(Limit::DataDepth(MAX_DATA_DEPTH).into());
    }
    for item in items {
        match item {
            Value::List(list) if depth > 0 => flatten(&list.items(), depth - 1, out, budget, nesting + 1)?,
            other => {
                out.push(other.clone());
                budget.spend(1)?;
            }
        }
    }
    Ok(())
}
