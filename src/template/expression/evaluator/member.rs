//! What is behind a dot or in brackets: members, items, methods, slices.

use std::rc::Rc;

use super::Evaluator;
use crate::template::expression::callable::Callable;
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Limit, MAX_LIST_ITEMS};
use crate::template::expression::methods;
use crate::template::expression::value::{Value, is_reserved, units};

impl Evaluator<'_> {
    /// `object[key]`: undefined for what does not exist.
    pub(super) fn member(&mut self, object: &Value, key: &Value) -> Result<Value, Fault> {
        if object.is_nothing() {
            return Ok(Value::Undefined);
        }
        if let (Value::Number(index), Value::List(list)) = (key, object) {
            return Ok(whole(*index).and_then(|index| list.get(index)).unwrap_or(Value::Undefined));
        }
        let key = key.to_key(&mut self.budget)?;
        if is_reserved(&key) {
            return Err(Fault::ReservedName(key.to_string()));
        }
        let found = match object {
            Value::Map(map) => map.get(&key),
            Value::List(list) if &*key == "length" => Some(Value::Number(list.len() as f64)),
            Value::List(list) => index_of(&key).and_then(|index| list.get(index)),
            Value::Text(text) | Value::Safe(text) if &*key == "length" => {
                Some(Value::Number(units::len(text) as f64))
            }
            Value::Text(text) | Value::Safe(text) => {
                index_of(&key).and_then(|index| units::at(text, index)).map(Value::text)
            }
            Value::Callable(callable) => cycler_member(callable, &key),
            _ => None,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        if methods::exists(object, &key, self.is_python()) {
            let method = Callable::Method { receiver: object.clone(), name: key };
            return Ok(Value::Callable(Rc::new(method)));
        }
        Ok(Value::Undefined)
    }

    /// `object[start:end:step]` as a list, also of a text. Negative bounds count from the end.
    pub(super) fn slice(
        &mut self,
        object: &Value,
        start: Option<&Value>,
        end: Option<&Value>,
        step: Option<&Value>,
    ) -> Result<Value, Fault> {
        let items: Vec<Value> = match object {
            Value::Undefined | Value::Null => Vec::new(),
            Value::List(list) => list.items(),
            Value::Text(text) | Value::Safe(text) => {
                units::split(text).into_iter().map(Value::Text).collect()
            }
            other => {
                let wants = "a list or text";
                return Err(Fault::WrongInput { name: "[:]".to_owned(), wants, got: other.kind() });
            }
        };
        let length = items.len() as i64;
        let bound = |value: Option<&Value>| -> Result<Option<i64>, Fault> {
            let Some(value) = value.filter(|value| !matches!(value, Value::Null)) else { return Ok(None) };
            match value {
                Value::Number(number) if number.fract() == 0.0 => return Ok(Some(*number as i64)),
                _ => {}
            }
            Err(Fault::argument("[:]", "the bounds and the step of a slice are whole numbers"))
        };
        let step = bound(step)?.unwrap_or(1);
        if step == 0 {
            return Err(Fault::argument("[:]", "the step of a slice must not be 0"));
        }
        let backwards = step < 0;
        let from_end = |bound: i64| if bound < 0 { bound.saturating_add(length) } else { bound };
        let start = bound(start)?.map_or(if backwards { length - 1 } else { 0 }, from_end);
        let end = bound(end)?.map_or(if backwards { -1 } else { length }, from_end);
        let mut sliced = Vec::new();
        let mut at = start;
        // One behind the end counts as inside and is undefined, as in the reference engine.
        while (0..=length).contains(&at) && if backwards { at > end } else { at < end } {
            if sliced.len() >= MAX_LIST_ITEMS {
                return Err(Limit::ListItems(MAX_LIST_ITEMS).into());
            }
            self.budget.spend(1)?;
            sliced.push(items.get(at as usize).cloned().unwrap_or(Value::Undefined));
            at = at.saturating_add(step);
        }
        Ok(Value::list(sliced))
    }

    /// `item in container`.
    pub(super) fn contains(&mut self, item: &Value, container: &Value) -> Result<bool, Fault> {
        match container {
            Value::List(list) => {
                self.budget.spend(list.len())?;
                Ok(list.items().iter().any(|known| known.strictly_equals(item)))
            }
            // Safe text is an object to JavaScript: it has its offsets and its length.
            Value::Safe(text) => {
                let key = item.to_key(&mut self.budget)?;
                Ok(&*key == "length" || index_of(&key).is_some_and(|index| index < units::len(text)))
            }
            Value::Map(map) => Ok(map.has(&item.to_key(&mut self.budget)?)),
            Value::Text(text) => {
                self.budget.spend(text.len() / 256)?;
                Ok(text.contains(&*item.to_text(&mut self.budget)?))
            }
            _ => Err(Fault::WrongOperand("`in` looks into a list, a map or text, and this is neither")),
        }
    }
}

fn cycler_member(callable: &Rc<Callable>, key: &str) -> Option<Value> {
    let Callable::Cycler(cycler) = &**callable else { return None };
    match key {
        "current" => Some(cycler.current()),
        "next" => Some(Value::Callable(Rc::new(Callable::CyclerNext(Rc::clone(callable))))),
        "reset" => Some(Value::Callable(Rc::new(Callable::CyclerReset(Rc::clone(callable))))),
        _ => None,
    }
}

fn whole(number: f64) -> Option<usize> {
    (number >= 0.0 && number.fract() == 0.0 && number < f64::from(u32::MAX)).then_some(number as usize)
}

fn index_of(key: &str) -> Option<usize> {
    let digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    if digits && (key == "0" || !key.starts_with('0')) { key.parse().ok() } else { None }
}
