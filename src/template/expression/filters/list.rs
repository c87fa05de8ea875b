//! Filters that work on lists and maps.

use std::cmp::Ordering;
use std::rc::Rc;

use indexmap::IndexMap;

use super::{
    Environment, Filter, argument, attribute, attribute_path, items_of, list_of, number_or, wrong_input,
};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Budget, Limit, MAX_LIST_ITEMS};
use crate::template::expression::methods::join as join_items;
use crate::template::expression::tests;
use crate::template::expression::value::{Value, units};

pub(super) const FILTERS: [Filter; 15] = [
    Filter::new("batch", batch),
    Filter::new("dictsort", dictsort),
    Filter::new("first", |input, _, env| {
        Ok(items_of("first", input, env.budget)?.first().cloned().unwrap_or(Value::Undefined))
    }),
    Filter::new("groupby", groupby),
    Filter::new("join", join),
    Filter::new("last", |input, _, env| {
        Ok(items_of("last", input, env.budget)?.last().cloned().unwrap_or(Value::Undefined))
    }),
    Filter::new("list", list),
    Filter::new("random", |input, _, env| {
        let items = items_of("random", input, env.budget)?;
        if items.is_empty() {
            return Ok(Value::Undefined);
        }
        let index = next_random(env.random) % items.len() as u64;
        Ok(items[index as usize].clone())
    }),
    Filter::new("reject", |input, arguments, env| select("reject", false, input, arguments, env)),
    Filter::new("rejectattr", |input, arguments, env| {
        select_by_attribute("rejectattr", false, input, arguments, env)
    }),
    Filter::new("select", |input, arguments, env| select("select", true, input, arguments, env)),
    Filter::new("selectattr", |input, arguments, env| {
        select_by_attribute("selectattr", true, input, arguments, env)
    }),
    Filter::new("slice", slice),
    Filter { name: "sort", parameters: &["reverse", "case_sensitive", "attribute"], run: sort },
    Filter::new("sum", sum),
];

/// The member of each item that an argument names; the items themselves when it names none.
fn projected(items: Vec<Value>, key: &Value, budget: &mut Budget) -> Result<Vec<Value>, Fault> {
    if !key.is_truthy() {
        return Ok(items);
    }
    let key = key.to_key(budget)?;
    items.iter().map(|item| attribute(item, &key)).collect()
}

fn join(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let key = argument(arguments, 1);
    let items = if key.is_truthy() && !input.is_nothing() {
        items_of("join", input, env.budget)?
    } else if key.is_truthy() {
        Vec::new()
    } else {
        list_of("join", input, env.budget)?
    };
    let items = projected(items, key, env.budget)?;
    let separator = match argument(arguments, 0) {
        value if value.is_truthy() => value.to_text(env.budget)?,
        _ => Rc::from(""),
    };
    join_items(&items, &separator, env.budget).map(Value::text)
}

fn sum(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let items = list_of("sum", input, env.budget)?;
    let mut sum = Value::Number(0.0);
    for item in projected(items, argument(arguments, 0), env.budget)? {
        sum = sum.plus(&item, env.budget)?;
    }
    match argument(arguments, 1) {
        Value::Undefined => Value::Number(0.0).plus(&sum, env.budget),
        start => start.plus(&sum, env.budget),
    }
}

/// The next number of a sequence that looks random (xorshift).
fn next_random(state: &mut u64) -> u64 {
    let mut next = *state | 1;
    next ^= next << 13;
    next ^= next >> 7;
    next ^= next << 17;
    *state = next;
    next >> 11
}

/// A count that must be a number above 0.
fn count(name: &str, arguments: &[Value], budget: &mut Budget) -> Result<f64, Fault> {
    let count = number_or(arguments, 0, 0.0, budget)?;
    if count > 0.0 { Ok(count) } else { Err(Fault::argument(name, "the count is a number above 0")) }
}

fn batch(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let size = count("batch", arguments, env.budget)?;
    let items = items_of("batch", input, env.budget)?;
    if items.is_empty() {
        return Ok(Value::list(Vec::new()));
    }
    // A size that is no whole number is never reached, so everything is one batch.
    let whole = matches!(argument(arguments, 0), Value::Number(_)) && size.fract() == 0.0;
    let size = if whole { size.min(MAX_LIST_ITEMS as f64) as usize } else { items.len() };
    let mut batches: Vec<Vec<Value>> = items.chunks(size).map(<[Value]>::to_vec).collect();
    let fill = argument(arguments, 1);
    if fill.is_truthy()
        && let Some(last) = batches.last_mut()
    {
        env.budget.list(size)?;
        last.resize(size, fill.clone());
    }
    Ok(Value::list(batches.into_iter().map(Value::list).collect()))
}

fn slice(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let slices = count("slice", arguments, env.budget)?;
    if slices > MAX_LIST_ITEMS as f64 {
        return Err(Limit::ListItems(MAX_LIST_ITEMS).into());
    }
    if !matches!(input, Value::List(_) | Value::Text(_) | Value::Safe(_)) {
        return Err(wrong_input("slice", "a list or text", input));
    }
    let items = items_of("slice", input, env.budget)?;
    let slices = slices as usize;
    let (each, extra) = (items.len() / slices, items.len() % slices);
    let fill = argument(arguments, 1);
    if fill.is_truthy() && input.as_text().is_some() {
        return Err(Fault::argument("slice", "text takes no fill value"));
    }
    env.budget.list(slices)?;
    let mut start = 0;
    let mut out = Vec::with_capacity(slices);
    for index in 0..slices {
        let end = start + each + usize::from(index < extra);
        if let Some(text) = input.as_text() {
            out.push(Value::text(units::cut(text, start, end)));
        } else {
            let mut part = items[start..end].to_vec();
            if fill.is_truthy() && index >= extra {
                part.push(fill.clone());
            }
            out.push(Value::list(part));
        }
        start = end;
    }
    Ok(Value::list(out))
}

fn list(input: &Value, _: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    match input {
        Value::List(_) | Value::Text(_) | Value::Safe(_) => {
            items_of("list", input, env.budget).map(Value::list)
        }
        Value::Map(map) => {
            env.budget.list(map.len())?;
            let pairs = map.entries().into_iter().map(|(key, value)| {
                Value::map([(Rc::from("key"), Value::Text(key)), (Rc::from("value"), value)])
            });
            Ok(Value::list(pairs.collect()))
        }
        other => Err(wrong_input("list", "a list, a map or text", other)),
    }
}

fn groupby(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let mut groups: IndexMap<Rc<str>, Vec<Value>> = IndexMap::new();
    for item in items_of("groupby", input, env.budget)? {
        let key = match argument(arguments, 0) {
            Value::Undefined => item.clone(),
            path => attribute_path(&item, &path.to_key(env.budget)?)?,
        };
        groups.entry(key.to_text(env.budget)?).or_default().push(item);
    }
    Ok(Value::map(groups.into_iter().map(|(key, items)| (key, Value::list(items)))))
}

fn select(
    name: &str,
    keeps: bool,
    input: &Value,
    arguments: &[Value],
    env: &mut Environment<'_>,
) -> Result<Value, Fault> {
    let test = match argument(arguments, 0) {
        Value::Undefined => Rc::from("truthy"),
        test => test.to_text(env.budget)?,
    };
    let test = tests::find(&test).ok_or_else(|| Fault::UnknownTest(test.to_string()))?;
    let mut kept = Vec::new();
    for item in items_of(name, input, env.budget)? {
        if tests::apply(test, &item, arguments.get(1..).unwrap_or_default(), env.budget)? == keeps {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn select_by_attribute(
    name: &str,
    keeps: bool,
    input: &Value,
    arguments: &[Value],
    env: &mut Environment<'_>,
) -> Result<Value, Fault> {
    let key = argument(arguments, 0).to_key(env.budget)?;
    let mut kept = Vec::new();
    for item in list_of(name, input, env.budget)? {
        if attribute(&item, &key)?.is_truthy() == keeps {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

/// Texts in lower case, for an order that does not see case.
fn folded(value: Value, case_sensitive: bool) -> Value {
    match value {
        Value::Text(text) | Value::Safe(text) if !case_sensitive => Value::text(text.to_lowercase()),
        other => other,
    }
}

fn sort(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    if !matches!(input, Value::List(_) | Value::Text(_) | Value::Safe(_)) {
        return Ok(Value::list(Vec::new()));
    }
    let reverse = argument(arguments, 0).is_truthy();
    let case_sensitive = argument(arguments, 1).is_truthy();
    let path = match argument(arguments, 2) {
        value if value.is_truthy() => Some(value.to_key(env.budget)?),
        _ => None,
    };
    let items = items_of("sort", input, env.budget)?;
    // Undefined comes last in any order, without being compared.
    let (undefined, items): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|item| matches!(item, Value::Undefined));
    if path.is_some() && !undefined.is_empty() {
        return Err(wrong_input("sort", "items with members", &Value::Undefined));
    }
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let key = path.as_ref().map_or_else(|| Ok(item.clone()), |path| attribute_path(&item, path))?;
        keyed.push((folded(key, case_sensitive), item));
    }
    let sorted = merge_sorted(keyed, reverse, env.budget)?;
    Ok(Value::list(sorted.into_iter().map(|(_, item)| item).chain(undefined).collect()))
}

fn dictsort(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let Value::Map(map) = input else { return Err(wrong_input("dictsort", "a map", input)) };
    let case_sensitive = argument(arguments, 0).is_truthy();
    let by_value = match argument(arguments, 1).as_text().map(|by| &**by) {
        None | Some("key") => false,
        Some("value") => true,
        Some(_) => return Err(Fault::argument("dictsort", "sorts by \"key\" or by \"value\"")),
    };
    env.budget.list(map.len())?;
    let keyed = map.entries().into_iter().map(|(key, value)| {
        let sort_by = if by_value { value.clone() } else { Value::Text(Rc::clone(&key)) };
        (folded(sort_by, case_sensitive), Value::list(vec![Value::Text(key), value]))
    });
    let sorted = merge_sorted(keyed.collect(), false, env.budget)?;
    Ok(Value::list(sorted.into_iter().map(|(_, pair)| pair).collect()))
}

type Keyed = (Value, Value);

/// Sorts by key, stable. Values of different types have no consistent order, which the standard library's
/// sort may refuse by panicking; merging takes any answer.
fn merge_sorted(mut items: Vec<Keyed>, reverse: bool, budget: &mut Budget) -> Result<Vec<Keyed>, Fault> {
    if items.len() < 2 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let left = merge_sorted(items, reverse, budget)?;
    let right = merge_sorted(right, reverse, budget)?;
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some((a, _)), Some((b, _))) = (left.peek(), right.peek()) {
        budget.spend(1)?;
        let before = if reverse { Ordering::Greater } else { Ordering::Less };
        let takes_right = b.order(a, budget)? == Some(before);
        merged.extend(if takes_right { right.next() } else { left.next() });
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
