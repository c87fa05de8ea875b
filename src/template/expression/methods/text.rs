//! Methods of texts and regular expressions.

use std::rc::Rc;

use super::{MANY, Method, argument, number_or};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Budget, Limit, MAX_LIST_ITEMS};
use crate::template::expression::value::coerce::relative_index;
use crate::template::expression::value::number::{is_blank, trim};
use crate::template::expression::value::regex::{Match, Regex, step_over};
use crate::template::expression::value::{Value, units};

pub(super) const METHODS: [Method; 17] = [
    Method::new("charAt", 0..=1, char_at),
    Method::new("charCodeAt", 0..=1, char_code_at),
    Method::new("concat", 0..=MANY, concat),
    Method::new("endsWith", 1..=2, ends_with),
    Method::new("includes", 1..=2, includes),
    Method::new("indexOf", 1..=2, index_of),
    Method::new("lastIndexOf", 1..=2, last_index_of),
    Method::new("replace", 2..=2, replace),
    Method::new("slice", 0..=2, slice),
    Method::new("split", 0..=2, split),
    Method::new("startsWith", 1..=2, starts_with),
    Method::new("substring", 0..=2, substring),
    Method::new("toLowerCase", 0..=0, |value, _, budget| changed(value, budget, str::to_lowercase)),
    Method::new("toUpperCase", 0..=0, |value, _, budget| changed(value, budget, str::to_uppercase)),
    Method::new("trim", 0..=0, |value, _, budget| changed(value, budget, |text| trim(text).to_owned())),
    Method::new("trimEnd", 0..=0, |value, _, budget| {
        changed(value, budget, |text| text.trim_end_matches(is_blank).to_owned())
    }),
    Method::new("trimStart", 0..=0, |value, _, budget| {
        changed(value, budget, |text| text.trim_start_matches(is_blank).to_owned())
    }),
];

pub(super) const REGEX_METHODS: [Method; 1] = [Method::new("test", 1..=1, |value, arguments, budget| {
    let Value::Regex(regex) = value else { return Ok(Value::Undefined) };
    let text = argument(arguments, 0).to_text(budget)?;
    regex.test(&text, budget).map(Value::Bool)
})];

fn changed(value: &Value, budget: &mut Budget, change: impl FnOnce(&str) -> String) -> Result<Value, Fault> {
    let text = change(&value.to_text(budget)?);
    budget.text(text.len())?;
    Ok(Value::text(text))
}

fn index(arguments: &[Value], at: usize, default: f64, budget: &mut Budget) -> Result<usize, Fault> {
    let number = number_or(arguments, at, default, budget)?;
    Ok(if number.is_nan() { 0 } else { number.clamp(0.0, u32::MAX.into()) as usize })
}

fn char_at(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let text = value.to_text(budget)?;
    Ok(unit_index(arguments, budget)?
        .and_then(|at| units::at(&text, at))
        .map_or(Value::text(""), Value::text))
}

fn char_code_at(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let text = value.to_text(budget)?;
    let unit = unit_index(arguments, budget)?.and_then(|at| text.encode_utf16().nth(at));
    Ok(Value::Number(unit.map_or(f64::NAN, f64::from)))
}

/// The offset of one unit; none before the start.
fn unit_index(arguments: &[Value], budget: &mut Budget) -> Result<Option<usize>, Fault> {
    let number = number_or(arguments, 0, 0.0, budget)?;
    Ok((number.is_nan() || number > -1.0).then_some(number.max(0.0) as usize))
}

fn concat(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let mut text = value.to_text(budget)?.to_string();
    for part in arguments {
        text.push_str(&part.to_text(budget)?);
        budget.text(text.len())?;
    }
    Ok(Value::text(text))
}

/// The receiver, what is looked for, and the offset from where, in bytes.
fn search(
    value: &Value,
    arguments: &[Value],
    budget: &mut Budget,
) -> Result<(Rc<str>, Rc<str>, usize), Fault> {
    let text = value.to_text(budget)?;
    let wanted = argument(arguments, 0).to_text(budget)?;
    budget.spend(text.len() / 256)?;
    let from = units::byte_of(&text, index(arguments, 1, 0.0, budget)?);
    Ok((text, wanted, from))
}

fn includes(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let (text, wanted, from) = search(value, arguments, budget)?;
    Ok(Value::Bool(text[from..].contains(&*wanted)))
}

fn starts_with(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let (text, wanted, from) = search(value, arguments, budget)?;
    Ok(Value::Bool(text[from..].starts_with(&*wanted)))
}

fn ends_with(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let text = value.to_text(budget)?;
    let wanted = argument(arguments, 0).to_text(budget)?;
    let end = units::byte_of(&text, index(arguments, 1, f64::INFINITY, budget)?);
    Ok(Value::Bool(text[..end].ends_with(&*wanted)))
}

fn index_of(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let (text, wanted, from) = search(value, arguments, budget)?;
    let found = text[from..].find(&*wanted).map(|at| units::offset_of(&text, from + at));
    Ok(Value::Number(found.map_or(-1.0, |at| at as f64)))
}

fn last_index_of(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let text = value.to_text(budget)?;
    let wanted = argument(arguments, 0).to_text(budget)?;
    let last_start = match number_or(arguments, 1, f64::NAN, budget)? {
        number if number.is_nan() => usize::MAX,
        number => number.max(0.0) as usize,
    };
    let end = units::byte_of(&text, last_start).saturating_add(wanted.len()).min(text.len());
    let end = (end..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len());
    let found = text[..end].rfind(&*wanted).map(|at| units::offset_of(&text, at));
    Ok(Value::Number(found.map_or(-1.0, |at| at as f64)))
}

fn slice(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let text = value.to_text(budget)?;
    let length = units::len(&text);
    let start = relative_index(number_or(arguments, 0, 0.0, budget)?, length);
    let end = relative_index(number_or(arguments, 1, f64::INFINITY, budget)?, length);
    budget.text(text.len())?;
    Ok(Value::text(units::cut(&text, start, end.max(start))))
}

fn substring(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let text = value.to_text(budget)?;
    let start = index(arguments, 0, 0.0, budget)?;
    let end = index(arguments, 1, f64::INFINITY, budget)?;
    budget.text(text.len())?;
    Ok(Value::text(units::cut(&text, start.min(end), start.max(end))))
}

fn split(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let text = value.to_text(budget)?;
    let limit = index(arguments, 1, f64::INFINITY, budget)?;
    let mut parts: Vec<Value> = match argument(arguments, 0) {
        Value::Undefined => vec![Value::Text(text)],
        Value::Regex(regex) => split_by_regex(&text, regex, budget)?,
        separator => {
            let separator = separator.to_text(budget)?;
            budget.spend(text.len() / 16)?;
            if separator.is_empty() {
                units::split(&text).into_iter().map(Value::Text).collect()
            } else {
                text.split(&*separator).map(Value::text).collect()
            }
        }
    };
    parts.truncate(limit);
    budget.list(parts.len())?;
    Ok(Value::list(parts))
}

/// Cuts a text at each match; groups of the expression become parts of their own.
fn split_by_regex(text: &str, regex: &Regex, budget: &mut Budget) -> Result<Vec<Value>, Fault> {
    let mut parts = Vec::new();
    let (mut start, mut from) = (0, 0);
    while from < text.len() {
        let Some(found) = regex.find(text, from, budget)? else { break };
        if found.whole.end == start || (found.whole.is_empty() && found.whole.start >= text.len()) {
            from = step_over(text, from);
            continue;
        }
        parts.push(Value::text(&text[start..found.whole.start]));
        let groups = found.groups.iter().cloned();
        parts.extend(groups.map(|group| group.map_or(Value::Undefined, |group| Value::text(&text[group]))));
        if parts.len() > MAX_LIST_ITEMS {
            return Err(Limit::ListItems(MAX_LIST_ITEMS).into());
        }
        start = found.whole.end;
        from = if found.whole.is_empty() { step_over(text, start) } else { start };
    }
    if !(text.is_empty() && regex.find(text, 0, budget)?.is_some()) {
        parts.push(Value::text(&text[start..]));
    }
    Ok(parts)
}

/// Replaces the first match, or all of a regular expression with `g`.
fn replace(value: &Value, arguments: &[Value], budget: &mut Budget) -> Result<Value, Fault> {
    let text = value.to_text(budget)?;
    let replacement = argument(arguments, 1).to_text(budget)?;
    if let Value::Regex(regex) = argument(arguments, 0) {
        return replace_regex(&text, regex, &replacement, budget).map(Value::text);
    }
    let wanted = argument(arguments, 0).to_text(budget)?;
    let Some(at) = text.find(&*wanted) else { return Ok(Value::Text(text)) };
    let mut out = text[..at].to_owned();
    let behind = at + wanted.len();
    Match::plain(at..behind).expand(&replacement, &text, &mut out);
    out.push_str(&text[behind..]);
    budget.text(out.len())?;
    Ok(Value::text(out))
}

/// `text.replace(regex, replacement)`.
pub(crate) fn replace_regex(
    text: &str,
    regex: &Regex,
    replacement: &str,
    budget: &mut Budget,
) -> Result<String, Fault> {
    let mut out = String::new();
    let mut copied = 0;
    for found in regex.matches(text, budget)? {
        out.push_str(&text[copied..found.whole.start]);
        let before = out.len();
        found.expand(replacement, text, &mut out);
        budget.text(out.len() - before)?;
        copied = found.whole.end;
    }
    out.push_str(&text[copied..]);
    budget.text(out.len())?;
    Ok(out)
}
