//! What a template can call: macros, methods of values, and the global functions.

use std::cell::Cell;
use std::rc::Rc;

use super::ast::Macro;
use super::scope::Frame;
use super::value::Value;

/// A function as a value.
#[derive(Debug)]
pub(crate) enum Callable {
    /// A macro, or the body of a `call` block, which sees the variables around it.
    Macro { definition: Rc<Macro>, closure: Option<Rc<Frame>> },
    /// A method of a value.
    Method { receiver: Value, name: Rc<str> },
    /// A global function.
    Global(Global),
    /// What `cycler(…)` returns.
    Cycler(Cycler),
    /// `next` of a cycler.
    CyclerNext(Rc<Callable>),
    /// `reset` of a cycler.
    CyclerReset(Rc<Callable>),
    /// What `joiner(…)` returns: nothing the first time, then the separator.
    Joiner { separator: Value, called: Cell<bool> },
}

/// A global function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Global {
    Range,
    Cycler,
    Joiner,
}

impl Global {
    /// The global function of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "range" => Some(Self::Range),
            "cycler" => Some(Self::Cycler),
            "joiner" => Some(Self::Joiner),
            _ => None,
        }
    }
}

/// Values that take turns.
#[derive(Debug)]
pub(crate) struct Cycler {
    items: Vec<Value>,
    turn: Cell<Option<usize>>,
}

impl Cycler {
    pub(crate) fn new(items: Vec<Value>) -> Self {
        Self { items, turn: Cell::new(None) }
    }

    /// Whose turn it is: null before the first.
    pub(crate) fn current(&self) -> Value {
        match self.turn.get() {
            Some(turn) => self.items.get(turn).cloned().unwrap_or(Value::Undefined),
            None => Value::Null,
        }
    }

    /// Gives the turn on and returns whose it is now.
    pub(crate) fn next(&self) -> Value {
        let next = self.turn.get().map_or(0, |turn| turn + 1);
        self.turn.set(Some(if next >= self.items.len() { 0 } else { next }));
        self.current()
    }

    /// Starts again.
    pub(crate) fn reset(&self) {
        self.turn.set(None);
    }
}
