//! Filters that make text of text.

use super::{Environment, Filter, argument, as_safe_as, text_of, wrong_input};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Budget, Limit, MAX_TEXT_BYTES};
use crate::template::expression::methods::replace_regex;
use crate::template::expression::value::number::{self, is_blank};
use crate::template::expression::value::{Value, units};

pub(super) const FILTERS: [Filter; 12] = [
    Filter::new("capitalize", |input, _, env| {
        as_safe_as(input, capitalized(&text_of("capitalize", input)?), env.budget)
    }),
    Filter::new("center", center),
    Filter::new("indent", indent),
    Filter::new("lower", |input, _, env| {
        let text = text_of("lower", input)?.to_lowercase();
        env.budget.text(text.len())?;
        Ok(Value::text(text))
    }),
    Filter::new("replace", replace),
    Filter::new("reverse", reverse),
    Filter::new("string", |input, _, env| {
        if input.is_nothing() {
            return Err(wrong_input("string", "a value", input));
        }
        let text = input.to_text(env.budget)?;
        as_safe_as(input, text.to_string(), env.budget)
    }),
    Filter::new("title", |input, _, env| {
        let text = text_of("title", input)?;
        let words: Vec<String> = text.split(' ').map(capitalized).collect();
        as_safe_as(input, words.join(" "), env.budget)
    }),
    Filter::new("trim", |input, _, env| match input {
        Value::Text(text) | Value::Safe(text) => as_safe_as(input, number::trim(text).to_owned(), env.budget),
        other => Err(wrong_input("trim", "text", other)),
    }),
    Filter::new("truncate", truncate),
    Filter::new("upper", |input, _, env| {
        let text = text_of("upper", input)?.to_uppercase();
        env.budget.text(text.len())?;
        Ok(Value::text(text))
    }),
    Filter::new("wordcount", |input, _, _| {
        if !input.is_truthy() {
            return Ok(Value::Null);
        }
        let text = text_of("wordcount", input)?;
        let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let count = text.split(|character| !is_word(character)).filter(|word| !word.is_empty()).count();
        Ok(if count == 0 { Value::Null } else { Value::Number(count as f64) })
    }),
];

fn capitalized(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut characters = lower.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// So many blanks, within the limit of one text.
fn blanks(count: f64, budget: &mut Budget) -> Result<String, Fault> {
    let count = if count.is_nan() { 0.0 } else { count.ceil().max(0.0) };
    if count > MAX_TEXT_BYTES as f64 {
        return Err(Limit::Text(MAX_TEXT_BYTES).into());
    }
    budget.text(count as usize)?;
    Ok(" ".repeat(count as usize))
}

fn center(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let shown = if matches!(input, Value::Bool(false)) { &Value::Null } else { input };
    let text = shown.to_output(env.budget)?;
    let length = match shown {
        Value::List(list) => list.len(),
        Value::Text(_) | Value::Safe(_) | Value::Undefined | Value::Null => units::len(&text),
        _ => return Ok(Value::Text(text)),
    };
    let width = match argument(arguments, 0) {
        value if value.is_truthy() => value.to_number(env.budget)?,
        _ => 80.0,
    };
    let room = width - length as f64;
    if room.is_nan() || room <= 0.0 {
        return as_safe_as(input, text.to_string(), env.budget);
    }
    let before = blanks(room / 2.0 - room % 2.0, env.budget)?;
    let after = blanks(room / 2.0, env.budget)?;
    as_safe_as(input, format!("{before}{text}{after}"), env.budget)
}

fn indent(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let text = text_of("indent", input)?;
    let width = match argument(arguments, 0) {
        value if value.is_truthy() => value.to_number(env.budget)?,
        _ => 4.0,
    };
    let indent_first = argument(arguments, 1).is_truthy();
    if text.is_empty() {
        return as_safe_as(input, String::new(), env.budget);
    }
    let prefix = blanks(width, env.budget)?;
    env.budget.text(text.len() + prefix.len().saturating_mul(text.matches('\n').count() + 1))?;
    let mut out = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if index > 0 || indent_first {
            out.push_str(&prefix);
        }
        out.push_str(line);
    }
    as_safe_as(input, out, env.budget)
}

fn replace(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    if let Value::Regex(regex) = argument(arguments, 0) {
        if !env.options.regex {
            return Err(Fault::RegexOff);
        }
        let Some(text) = input.as_text() else { return Err(wrong_input("replace", "text", input)) };
        let replacement = argument(arguments, 1).to_text(env.budget)?;
        return replace_regex(text, regex, &replacement, env.budget).map(Value::text);
    }
    let text = match input {
        Value::Number(number) => number::print(*number).into(),
        Value::Text(text) | Value::Safe(text) => std::rc::Rc::clone(text),
        other => return Ok(other.clone()),
    };
    let wanted = match argument(arguments, 0) {
        Value::Number(number) => number::print(*number).into(),
        Value::Text(wanted) | Value::Safe(wanted) => std::rc::Rc::clone(wanted),
        _ => return Ok(input.clone()),
    };
    let replacement = argument(arguments, 1).to_text(env.budget)?;
    let count = match argument(arguments, 2) {
        Value::Undefined => usize::MAX,
        value => value.to_number(env.budget)?.max(0.0) as usize,
    };
    let matches = if wanted.is_empty() { units::len(&text) + 1 } else { text.matches(&*wanted).count() };
    env.budget.text(text.len() + matches.min(count).saturating_mul(replacement.len()))?;
    let out = if wanted.is_empty() && text.is_empty() {
        replacement.repeat(2)
    } else if wanted.is_empty() {
        text.replace("", &replacement)
    } else {
        text.replacen(&*wanted, &replacement, count)
    };
    as_safe_as(input, out, env.budget)
}

fn reverse(input: &Value, _: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    match input {
        Value::Text(text) | Value::Safe(text) => as_safe_as(input, units::reversed(text), env.budget),
        Value::List(list) => {
            env.budget.list(list.len())?;
            let mut items = list.items();
            items.reverse();
            Ok(Value::list(items))
        }
        _ => Ok(Value::list(Vec::new())),
    }
}

/// The length of `truncate` when none is given.
const TRUNCATE_LENGTH: f64 = 255.0;

fn truncate(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let wanted = match argument(arguments, 0) {
        value if value.is_truthy() => value.to_number(env.budget)?,
        _ => TRUNCATE_LENGTH,
    };
    if let Value::List(list) = input
        && list.len() as f64 <= wanted
    {
        return Ok(input.clone());
    }
    let text = text_of("truncate", input)?;
    if units::len(&text) as f64 <= wanted {
        return as_safe_as(input, text.to_string(), env.budget);
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    let limit = if wanted.is_nan() { None } else { Some(wanted.max(0.0) as usize) };
    let end = if argument(arguments, 1).is_truthy() {
        limit.unwrap_or(0)
    } else {
        let last = limit.unwrap_or(units.len()).min(units.len() - 1);
        units[..=last].iter().rposition(|unit| *unit == u16::from(b' ')).or(limit).unwrap_or(0)
    };
    let mut out = units::cut(&text, 0, end);
    match argument(arguments, 2) {
        Value::Undefined | Value::Null => out.push_str("..."),
        end => out.push_str(&end.to_text(env.budget)?),
    }
    as_safe_as(input, out, env.budget)
}

/// The text without blanks at the ends of its lines and more than one empty line.
pub(super) fn tidy_lines(text: &str) -> String {
    let trimmed = text.split('\n').map(|line| line.trim_matches(' ')).collect::<Vec<_>>().join("\n");
    let mut out = String::new();
    for character in trimmed.replace("\r\n", "\n").chars() {
        let repeats =
            (character == ' ' && out.ends_with(' ')) || (character == '\n' && out.ends_with("\n\n"));
        if !repeats {
            out.push(character);
        }
    }
    out
}

/// The text with each run of blanks as one.
pub(super) fn on_one_line(text: &str) -> String {
    let mut out = String::new();
    let mut after_blank = false;
    for character in text.chars() {
        let blank = is_blank(character);
        if !blank {
            out.push(character);
        } else if !after_blank {
            out.push(' ');
        }
        after_blank = blank;
    }
    out
}
