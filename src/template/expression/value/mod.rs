//! The values of the template language: JavaScript's, as far as templates can tell.
//!
//! Lists and maps are shared: two names may hold the same list, and `push` through one shows through the
//! other. Maps iterate as JavaScript objects do: whole-number keys in order first, then insertion order.
//! Text is UTF-8; lengths and offsets count UTF-16 units ([`units`]).

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

pub(crate) mod coerce;
pub(crate) mod compare;
pub(crate) mod json;
pub(crate) mod number;
pub(crate) mod regex;
pub(crate) mod units;

pub(crate) use super::callable::Callable;
pub(crate) use regex::Regex;

/// Names that would reach into JavaScript's machinery; the reference engine refuses them too.
const RESERVED: [&str; 3] = ["constructor", "__proto__", "prototype"];

/// Whether a name is refused as variable, member and key.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// A value while a template renders.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// Text that `escape` leaves alone: the result of macros and of `safe`. To JavaScript it is an object.
    Safe(Rc<str>),
    List(Rc<List>),
    Map(Rc<Map>),
    Regex(Rc<Regex>),
    Callable(Rc<Callable>),
}

/// A shared list.
#[derive(Debug, Default)]
pub(crate) struct List(RefCell<Vec<Value>>);

/// A shared map.
#[derive(Debug, Default)]
pub(crate) struct Map(RefCell<IndexMap<Rc<str>, Value>>);

impl List {
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<Value> {
        self.0.borrow().get(index).cloned()
    }

    /// A copy of the items, so that a template may change the list while it is read.
    pub(crate) fn items(&self) -> Vec<Value> {
        self.0.borrow().clone()
    }

    /// Changes the items.
    pub(crate) fn edit<T>(&self, change: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        change(&mut self.0.borrow_mut())
    }
}

impl Map {
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn get(&self, key: &str) -> Option<Value> {
        self.0.borrow().get(key).cloned()
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.borrow().contains_key(key)
    }

    /// A copy of the entries in JavaScript's order.
    pub(crate) fn entries(&self) -> Vec<(Rc<str>, Value)> {
        self.0.borrow().iter().map(|(key, value)| (Rc::clone(key), value.clone())).collect()
    }
}

/// Long chains of nested values are taken apart in a loop: dropping them by recursion would overflow the stack.
fn drop_flat(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value {
            Value::List(list) => {
                if let Some(mut list) = Rc::into_inner(list) {
                    pending.append(list.0.get_mut());
                }
            }
            Value::Map(map) => {
                if let Some(mut map) = Rc::into_inner(map) {
                    pending.extend(map.0.get_mut().drain(..).map(|(_, value)| value));
                }
            }
            _ => {}
        }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        drop_flat(std::mem::take(self.0.get_mut()));
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        drop_flat(self.0.get_mut().drain(..).map(|(_, value)| value).collect());
    }
}

impl Value {
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn list(items: Vec<Value>) -> Self {
        Self::List(Rc::new(List(RefCell::new(items))))
    }

    /// A map of these entries; the last of equal keys wins, in the place of the first.
    pub(crate) fn map(entries: impl IntoIterator<Item = (Rc<str>, Value)>) -> Self {
        let mut map: IndexMap<Rc<str>, Value> = entries.into_iter().collect();
        if map.keys().any(|key| array_index(key).is_some()) {
            map.sort_by_cached_key(|key, _| array_index(key).map_or((1, 0), |index| (0, index)));
        }
        Self::Map(Rc::new(Map(RefCell::new(map))))
    }

    /// The text of a text, safe or not.
    pub(crate) fn as_text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Text(text) | Self::Safe(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is undefined or null.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// What an error calls this value.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) | Self::Safe(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Regex(_) => "a regular expression",
            Self::Callable(_) => "a function",
        }
    }

    /// Whether two values are the same list, map or function.
    pub(crate) fn is_same_object(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) => Rc::ptr_eq(a, b),
            (Self::Map(a), Self::Map(b)) => Rc::ptr_eq(a, b),
            (Self::Regex(a), Self::Regex(b)) => Rc::ptr_eq(a, b),
            (Self::Callable(a), Self::Callable(b)) => Rc::ptr_eq(a, b),
            (Self::Safe(a), Self::Safe(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// The number of a key that JavaScript sorts as an array index: `0`, `7`, not `07`.
fn array_index(key: &str) -> Option<u32> {
    let plain = key == "0" || (!key.starts_with('0') && !key.is_empty());
    if plain && key.bytes().all(|byte| byte.is_ascii_digit()) { key.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_number_keys_come_first_in_order() {
        let one = |key: &str| (Rc::from(key), Value::Null);
        let Value::Map(map) = Value::map([one("b"), one("10"), one("a"), one("9"), one("07")]) else {
            panic!("not a map")
        };
        let keys: Vec<_> = map.entries().into_iter().map(|(key, _)| key.to_string()).collect();
        assert_eq!(keys, ["9", "10", "b", "a", "07"]);
    }

    #[test]
    fn a_million_nested_lists_drop_without_overflow() {
        let mut value = Value::Null;
        for _ in 0..1_000_000 {
            value = Value::list(vec![value]);
        }
        drop(value);
    }
}
