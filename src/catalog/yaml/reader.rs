//! The one file that knows the YAML crate: a budgeted reading into JSON values, and places looked up by
//! reading again.
//!
//! The crate gives no places for values, but it adds the place to an error that a visitor raises. So a place
//! is found by reading again with a visitor that raises an error exactly there.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Number, Value};

use super::limit::{
    MAX_DEPTH, MAX_DOCUMENT_NODES, MAX_DOCUMENT_TEXT_BYTES, MAX_DOCUMENT_TOKENS, MAX_FLOW_OPENERS,
    MAX_TAB_REPAIRS,
};
use super::{YamlError, YamlErrorKind};
use crate::catalog::Position;

/// Which half of an entry a place is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The key.
    Key,
    /// The value.
    Value,
}

/// Reads one document. Positions count from the start of the text.
pub(super) fn read(text: &str) -> Result<Value, YamlError> {
    survey(text)?;
    // The last line of a block scalar ends with a break, also where the file does not.
    let mut text = if text.ends_with('\n') { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) };
    for _ in 0..MAX_TAB_REPAIRS {
        let budget = Budget::new(&text);
        match (Node { budget: &budget, depth: 0, is_tagged: false }).deserialize(source(&text)) {
            Ok(value) => return Ok(value),
            Err(error) => match repair_tab(&text, &error) {
                Some(repaired) => text = Cow::Owned(repaired),
                None => return Err(describe(&text, &error, budget.failure.take())),
            },
        }
    }
    Err(YamlError {
        kind: YamlErrorKind::Syntax,
        message: format!("more than {MAX_TAB_REPAIRS} stray tabs"),
        position: Position::default(),
    })
}

/// A value as YAML text in block style.
pub(super) fn write(value: &Value) -> String {
    // Values of JSON have no part that YAML cannot say; were there one, JSON is YAML too.
    serde_yaml::to_string(value).unwrap_or_else(|_| value.to_string())
}

/// The place of the key or the value at a JSON pointer, else of the nearest thing around it.
pub(super) fn locate(text: &str, pointer: &str, part: Part) -> Option<Position> {
    let path: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let mut text = Cow::Borrowed(text);
    let mut repairs = 0;
    let mut length = path.len();
    loop {
        let part = if length < path.len() { Part::Key } else { part };
        match (Search { path: &path[..length], part }).deserialize(source(&text)) {
            Ok(()) if length == 0 => return None,
            Ok(()) => length -= 1,
            Err(error) => match repair_tab(&text, &error).filter(|_| repairs < MAX_TAB_REPAIRS) {
                Some(repaired) => {
                    repairs += 1;
                    text = Cow::Owned(repaired);
                }
                None => return position(&error),
            },
        }
    }
}

fn source(text: &str) -> serde_yaml::Deserializer<'_> {
    serde_yaml::Deserializer::from_str(text)
}

/// Refuses what would cost the crate too much before any visitor is asked: it holds a whole document as
/// events, and no event comes without one of the characters counted here.
fn survey(text: &str) -> Result<(), YamlError> {
    let (mut tokens, mut openers) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'\n' | b',' | b':' | b'-' | b'?' => tokens += 1,
            b'[' | b'{' => {
                tokens += 1;
                openers += 1;
            }
            b']' | b'}' => openers = openers.saturating_sub(1),
            _ => {}
        }
        let (kind, message) = if tokens > MAX_DOCUMENT_TOKENS {
            (YamlErrorKind::TooLarge, format!("the document has more than {MAX_DOCUMENT_TOKENS} tokens"))
        } else if openers > MAX_FLOW_OPENERS {
            (YamlErrorKind::TooDeep, format!("more than {MAX_FLOW_OPENERS} brackets are open at once"))
        } else {
            continue;
        };
        return Err(YamlError { kind, message, position: Position::default() });
    }
    Ok(())
}

/// The text with a blank for the tab that the crate stumbled over, where the tab means nothing: nothing but
/// blanks or a comment stands behind it, or only the dashes of a list before it and no map behind it.
/// Error-driven, so a tab that is content is never touched.
fn repair_tab(text: &str, error: &serde_yaml::Error) -> Option<String> {
    let found = position(error)?;
    let start: usize = text.split_inclusive('\n').take(found.line as usize - 1).map(str::len).sum();
    let line = text[start..].split('\n').next()?;
    let (offset, _) = line.char_indices().nth(found.column as usize - 1)?;
    let (before, rest) = line.split_at(offset);
    let behind = rest.trim_matches([' ', '\t', '\r']);
    let ends_line = behind.is_empty() || behind.starts_with('#');
    let follows_dash =
        before.ends_with(['-', ' ']) && before.contains('-') && before.trim_matches(['-', ' ']).is_empty();
    let is_stray = rest.starts_with('\t')
        && (ends_line || (follows_dash && !behind.contains(": ") && !behind.ends_with(':')));
    is_stray.then(|| {
        let tabs = rest.len() - rest.trim_start_matches(['\t', ' ']).len();
        let at = start + offset;
        format!("{}{}{}", &text[..at], " ".repeat(tabs), &text[at + tabs..])
    })
}

fn position(error: &serde_yaml::Error) -> Option<Position> {
    let at = error.location()?;
    Some(Position { line: at.line() as u32, column: at.column() as u32 })
}

fn describe(text: &str, error: &serde_yaml::Error, failure: Option<(YamlErrorKind, String)>) -> YamlError {
    let position = position(error).unwrap_or_default();
    if let Some((kind, message)) = failure {
        return YamlError { kind, message, position };
    }
    let words = error.to_string();
    let of_kind = |kind, message: &str| YamlError { kind, message: message.to_owned(), position };
    if words.contains("recursion limit") {
        of_kind(YamlErrorKind::TooDeep, "nested too deep")
    } else if words.contains("repetition limit") {
        of_kind(YamlErrorKind::TooLarge, "the aliases of the document expand to too much")
    } else if words.contains("more than one document") {
        of_kind(YamlErrorKind::Syntax, "something stands behind the end of the document")
    } else if words.contains("control characters") {
        forbidden_character(text)
    } else {
        of_kind(YamlErrorKind::Syntax, &without_places(&words))
    }
}

/// Names the first character that YAML does not allow in a text; the crate does not say where it is.
fn forbidden_character(text: &str) -> YamlError {
    let mut position = Position::default();
    let is_allowed = |c: char| {
        matches!(c, '\t' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..) && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    for c in text.chars() {
        if c == '\n' {
            position = Position { line: position.line + 1, column: 1 };
        } else if is_allowed(c) {
            position.column += 1;
        } else {
            let message = format!("the control character U+{:04X} stands in the text", u32::from(c));
            return YamlError { kind: YamlErrorKind::Syntax, message, position };
        }
    }
    let message = "a control character stands in the text".to_owned();
    YamlError { kind: YamlErrorKind::Syntax, message, position: Position::default() }
}

/// The crate's words without its ` at line L column C`, which count from the document and not from the file.
fn without_places(message: &str) -> String {
    let is_place = |part: &str| part.starts_with("line ") || part.starts_with("position ");
    let mut words = String::with_capacity(message.len());
    for (index, part) in message.split(" at ").enumerate() {
        if index == 0 {
            words.push_str(part);
        } else if is_place(part) {
            words.push_str(part.find(',').map_or("", |comma| &part[comma..]));
        } else {
            words.push_str(" at ");
            words.push_str(part);
        }
    }
    words
}

/// What one document may still become, and why it was stopped.
struct Budget<'t> {
    text: &'t str,
    nodes: Cell<usize>,
    bytes: Cell<usize>,
    failure: RefCell<Option<(YamlErrorKind, String)>>,
}

impl<'t> Budget<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            nodes: Cell::new(MAX_DOCUMENT_NODES),
            bytes: Cell::new(MAX_DOCUMENT_TEXT_BYTES),
            failure: RefCell::new(None),
        }
    }

    fn fail<E: serde::de::Error>(&self, kind: YamlErrorKind, message: String) -> E {
        let error = E::custom(&message);
        self.failure.borrow_mut().get_or_insert((kind, message));
        error
    }

    fn spend<E: serde::de::Error>(&self, bytes: usize) -> Result<(), E> {
        match (self.nodes.get().checked_sub(1), self.bytes.get().checked_sub(bytes)) {
            (Some(nodes), Some(bytes)) => {
                self.nodes.set(nodes);
                self.bytes.set(bytes);
                Ok(())
            }
            _ => Err(self.fail(
                YamlErrorKind::TooLarge,
                format!(
                    "the document holds more than {MAX_DOCUMENT_NODES} values or {MAX_DOCUMENT_TEXT_BYTES} bytes of text, written or by aliases"
                ),
            )),
        }
    }

    /// Whether borrowed text was written plain, without quotes and without `!!str`.
    fn is_plain(&self, borrowed: &str) -> bool {
        let Some(at) = (borrowed.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize) else {
            return false;
        };
        let Some(before) = self.text.get(..at) else { return false };
        !before.ends_with(['"', '\'']) && !before.trim_end_matches(' ').ends_with("!!str")
    }
}

/// Builds the value at one place of the document.
#[derive(Clone, Copy)]
struct Node<'b> {
    budget: &'b Budget<'b>,
    depth: usize,
    /// Behind an unknown tag a scalar is text, whatever it looks like.
    is_tagged: bool,
}

impl Node<'_> {
    fn scalar<E: serde::de::Error>(self, value: Value) -> Result<Value, E> {
        self.budget.spend(0)?;
        Ok(if self.is_tagged { Value::String(stringify(&value)) } else { value })
    }

    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        self.budget.spend(0)?;
        if self.depth >= MAX_DEPTH {
            return Err(self
                .budget
                .fail(YamlErrorKind::TooDeep, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(Self { depth: self.depth + 1, is_tagged: false, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.scalar(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.scalar(number(value as f64))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.scalar(number(value as f64))
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Value, E> {
        self.scalar(number(value as f64))
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Value, E> {
        self.scalar(number(value as f64))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.scalar(number(value))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.budget.spend(text.len())?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Value, E> {
        match decimal(text) {
            Some(value) if !self.is_tagged && self.budget.is_plain(text) => self.scalar(number(value)),
            _ => self.visit_str(text),
        }
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(Key { node: inside, seen: &map, stop_at: None })? {
            map.insert(key, entries.next_value_seed(inside)?);
        }
        Ok(Value::Object(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (_tag, value): (IgnoredAny, _) = tagged.variant()?;
        value.newtype_variant_seed(Self { is_tagged: true, ..self })
    }
}

/// Builds a key. An error is raised at the key's own place: the crate gives a map's place to errors between.
struct Key<'b> {
    node: Node<'b>,
    /// The keys before it, none of which may stand again.
    seen: &'b Map<String, Value>,
    /// The key that a search ends at.
    stop_at: Option<&'b str>,
}

impl Key<'_> {
    fn check<E: serde::de::Error>(&self, key: String) -> Result<String, E> {
        if self.stop_at == Some(key.as_str()) {
            return Err(E::custom("found"));
        }
        if self.seen.contains_key(&key) {
            let message = format!("the key {key:?} stands twice in one map");
            return Err(self.node.budget.fail(YamlErrorKind::DuplicateKey, message));
        }
        Ok(key)
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Passes every way to see a value on to the visitor of a node, and makes the result of it a key.
macro_rules! key_visits {
    ($($visit:ident($($argument:ident: $type:ty)?)),*) => {$(
        fn $visit<E: serde::de::Error>(self, $($argument: $type)?) -> Result<String, E> {
            let value: Value = self.node.$visit($($argument)?)?;
            self.check(stringify(&value))
        }
    )*};
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    key_visits!(
        visit_bool(value: bool), visit_i64(value: i64), visit_u64(value: u64), visit_i128(value: i128),
        visit_u128(value: u128), visit_f64(value: f64), visit_str(value: &str),
        visit_borrowed_str(value: &'de str), visit_unit(), visit_none()
    );

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<String, A::Error> {
        let value = self.node.visit_seq(items)?;
        self.check(flow(&value))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<String, A::Error> {
        let value = self.node.visit_map(entries)?;
        self.check(flow(&value))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<String, A::Error> {
        let value = self.node.visit_enum(tagged)?;
        self.check(stringify(&value))
    }
}

/// A number as JavaScript has it: a double, whole where it is whole, null where it is none.
fn number(value: f64) -> Value {
    /// Doubles above this have no exact neighbours.
    const MAX_SAFE: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= MAX_SAFE {
        return Value::Number(Number::from(value as i64));
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Digits with leading zeros, which the crate calls text and the YAML 1.2 core schema a decimal number.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_led_by_zero = digits.len() > 1 && digits.starts_with('0');
    (is_led_by_zero && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A scalar as the text of a key; a null is the empty text.
fn stringify(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => flow(value),
    }
}

/// A value in YAML's flow style: the key that a map or a list becomes.
fn flow(value: &Value) -> String {
    let joined = |items: Vec<String>| items.join(", ");
    match value {
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => format!("[ {} ]", joined(items.iter().map(flow).collect())),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| match value {
                Value::Null => key.clone(),
                value => format!("{key}: {}", flow(value)),
            };
            format!("{{ {} }}", joined(map.iter().map(entry).collect()))
        }
        scalar => stringify(scalar),
    }
}

/// Walks to a place and raises an error there.
#[derive(Clone, Copy)]
struct Search<'p> {
    path: &'p [String],
    part: Part,
}

impl Search<'_> {
    fn found<E: serde::de::Error>(self) -> Result<(), E> {
        if self.path.is_empty() { Err(E::custom("found")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! search_visits {
    ($($visit:ident($($type:ty)?)),*) => {$(
        fn $visit<E: serde::de::Error>(self, $(_: $type)?) -> Result<(), E> { self.found() }
    )*};
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    search_visits!(
        visit_bool(bool),
        visit_i64(i64),
        visit_u64(u64),
        visit_i128(i128),
        visit_u128(u128),
        visit_f64(f64),
        visit_str(&str),
        visit_unit(),
        visit_none()
    );

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.found()?;
        let wanted = self.path[0].parse::<usize>().ok();
        let mut index = 0;
        loop {
            let more = if wanted == Some(index) {
                items.next_element_seed(Search { path: &self.path[1..], ..self })?
            } else {
                items.next_element::<IgnoredAny>()?.map(|_| ())
            };
            if more.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.found()?;
        let budget = Budget::new("");
        let nothing = Map::new();
        let node = Node { budget: &budget, depth: 0, is_tagged: false };
        let stop_at = (self.path.len() == 1 && self.part == Part::Key).then(|| self.path[0].as_str());
        while let Some(key) = entries.next_key_seed(Key { node, seen: &nothing, stop_at })? {
            if key == self.path[0] {
                entries.next_value_seed(Search { path: &self.path[1..], ..self })?;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (_tag, value): (IgnoredAny, _) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}
