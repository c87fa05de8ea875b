//! Filters that know HTML.

use std::fmt::Write;
use std::rc::Rc;

use super::text::{on_one_line, tidy_lines};
use super::{Environment, Filter, argument, as_safe_as, attribute, number_or, text_of, wrong_input};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Budget, MAX_TEXT_BYTES};
use crate::template::expression::value::number::{is_blank, trim};
use crate::template::expression::value::{Value, units};

pub(super) const FILTERS: [Filter; 8] = [
    Filter::new("e", escape),
    Filter::new("escape", escape),
    Filter::new("forceescape", |input, _, env| {
        let text = escaped(&input.to_output(env.budget)?);
        env.budget.text(text.len())?;
        Ok(Value::Safe(text.into()))
    }),
    Filter::new("nl2br", |input, _, env| match input {
        Value::Undefined | Value::Null => Ok(Value::text("")),
        Value::Text(text) | Value::Safe(text) => {
            as_safe_as(input, text.replace("\r\n", "\n").replace('\n', "<br />\n"), env.budget)
        }
        other => Err(wrong_input("nl2br", "text", other)),
    }),
    // A new object each time, as JavaScript compares safe texts by identity.
    Filter::new("safe", |input, _, env| {
        if matches!(input, Value::Safe(_)) {
            return Ok(input.clone());
        }
        let text = input.to_output(env.budget)?;
        env.budget.text(text.len())?;
        Ok(Value::Safe(Rc::from(&*text)))
    }),
    Filter::new("striptags", |input, arguments, env| {
        let text = without_tags(&text_of("striptags", input)?, env.budget)?;
        let text = trim(&text);
        let keeps_lines = argument(arguments, 0).is_truthy();
        as_safe_as(input, if keeps_lines { tidy_lines(text) } else { on_one_line(text) }, env.budget)
    }),
    Filter::new("urlencode", urlencode),
    Filter::new("urlize", urlize),
];

fn escape(input: &Value, _: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    if matches!(input, Value::Safe(_)) {
        return Ok(input.clone());
    }
    let text = escaped(&input.to_output(env.budget)?);
    env.budget.text(text.len())?;
    Ok(Value::Safe(text.into()))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' => out.push_str("&#92;"),
            other => out.push(other),
        }
    }
    out
}

/// The text without tags and comments, also without what becomes one when another is gone.
fn without_tags(text: &str, budget: &mut Budget) -> Result<String, Fault> {
    let mut text = text.to_owned();
    loop {
        budget.spend(1 + text.len() / 256)?;
        let mut out = String::with_capacity(text.len());
        let mut rest = &*text;
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let length = markup_length(rest);
            if length == 0 {
                out.push('<');
                rest = &rest[1..];
            } else {
                rest = &rest[length..];
            }
        }
        out.push_str(rest);
        if out.len() == text.len() {
            return Ok(out);
        }
        text = out;
    }
}

/// The length of the tag or comment at the start of a text; 0 when there is none.
fn markup_length(text: &str) -> usize {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map_or(0, |at| at + "<!---->".len());
    }
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic());
    if !is_name || name[length..].starts_with('_') {
        return 0;
    }
    name[length..].find('>').map_or(0, |at| text.len() - name.len() + length + at + 1)
}

/// `encodeURIComponent`.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn urlencode(input: &Value, _: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let pairs: Vec<(Value, Value)> = match input {
        Value::Text(text) | Value::Safe(text) => {
            env.budget.text(text.len())?;
            return Ok(Value::text(encoded(text)));
        }
        Value::Map(map) => map.entries().into_iter().map(|(key, value)| (Value::Text(key), value)).collect(),
        Value::List(list) => {
            let items = list.items();
            let pairs = items.iter().map(|item| Ok((attribute(item, "0")?, attribute(item, "1")?)));
            pairs.collect::<Result<_, Fault>>()?
        }
        _ => return Ok(Value::text("")),
    };
    let mut parts = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let (key, value) = (key.to_text(env.budget)?, value.to_text(env.budget)?);
        env.budget.text(key.len() + value.len())?;
        parts.push(format!("{}={}", encoded(&key), encoded(&value)));
    }
    Ok(Value::text(parts.join("&")))
}

fn urlize(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let Some(text) = input.as_text() else { return Err(wrong_input("urlize", "text", input)) };
    let length = number_or(arguments, 0, f64::INFINITY, env.budget)?;
    let length = if length.is_nan() { MAX_TEXT_BYTES } else { length.max(0.0) as usize };
    let nofollow = matches!(argument(arguments, 1), Value::Bool(true));
    env.budget.text(text.len())?;
    let mut out = String::new();
    let mut rest: &str = text;
    while !rest.is_empty() {
        let blank = rest.starts_with(is_blank);
        let end = rest.find(|character| is_blank(character) != blank).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        out.push_str(&if blank { Rc::from(word) } else { linked(word, length, nofollow) });
        rest = behind;
    }
    as_safe_as(input, out, env.budget)
}

/// A word as a link, when it looks like an address; the punctuation around it goes.
fn linked(word: &str, length: usize, nofollow: bool) -> Rc<str> {
    let start = ["&lt;", "(", "<"].iter().find_map(|opening| word.strip_prefix(opening)).unwrap_or(word);
    let address = ["&gt;", ".", ",", ")"].iter().find_map(|end| start.strip_suffix(end)).unwrap_or(start);
    let target = if address.starts_with("http://") || address.starts_with("https://") {
        address.to_owned()
    } else if address.starts_with("www.") {
        format!("http://{address}")
    } else if is_mail_address(address) {
        format!("mailto:{address}")
    } else if has_known_domain(address) {
        format!("http://{address}")
    } else {
        return word.into();
    };
    let rel = if nofollow && !target.starts_with("mailto:") { " rel=\"nofollow\"" } else { "" };
    let shown =
        if target.starts_with("mailto:") { address.to_owned() } else { units::cut(address, 0, length) };
    format!("<a href=\"{target}\"{rel}>{shown}</a>").into()
}

fn is_mail_address(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let in_name = |c: char| c.is_ascii_alphanumeric() || "_.!#$%&'*+-/=?^`{|}~".contains(c);
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    !name.is_empty() && name.chars().all(in_name) && domain.contains('.') && domain.split('.').all(is_label)
}

fn has_known_domain(text: &str) -> bool {
    [".org", ".net", ".com"].iter().any(|domain| {
        text.match_indices(domain).any(|(at, _)| {
            let behind = &text[at + domain.len()..];
            behind.is_empty() || behind.starts_with([':', '/'])
        })
    })
}
