//! The variables that a place in the template sees.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::value::Value;

/// Variables of one region (the template, a loop, a macro), and the region around it.
///
/// Assigning follows Nunjucks: a name that is known further out is changed there, so a `set` in a loop reaches
/// the variable outside; an unknown one belongs to the region. A macro starts a region of its own.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    variables: RefCell<HashMap<Rc<str>, Value>>,
    parent: Option<Rc<Frame>>,
    /// Whether assignments stay inside: bodies of `block` and `call`.
    isolates: bool,
    is_root: bool,
}

impl Frame {
    /// The region of the template itself.
    pub(crate) fn root() -> Rc<Self> {
        Rc::new(Self { is_root: true, ..Self::default() })
    }

    /// The region of a macro, which sees only what the template sees at its top.
    pub(crate) fn detached() -> Rc<Self> {
        Rc::new(Self::default())
    }

    /// A region inside this one.
    pub(crate) fn inner(self: &Rc<Self>) -> Rc<Self> {
        Rc::new(Self { parent: Some(Rc::clone(self)), ..Self::default() })
    }

    /// A region inside this one whose assignments stay inside.
    pub(crate) fn isolated(self: &Rc<Self>) -> Rc<Self> {
        Rc::new(Self { parent: Some(Rc::clone(self)), isolates: true, ..Self::default() })
    }

    /// Whether it is the region of the template itself.
    pub(crate) fn is_root(&self) -> bool {
        self.is_root
    }

    fn own(&self, name: &str) -> Option<Value> {
        self.variables.borrow().get(name).cloned()
    }

    /// The value of a name here or further out.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        let mut frame = self;
        loop {
            if let Some(value) = frame.own(name) {
                return Some(value);
            }
            frame = frame.parent.as_deref()?;
        }
    }

    /// Sets a name of this region.
    pub(crate) fn define(&self, name: &Rc<str>, value: Value) {
        self.variables.borrow_mut().insert(Rc::clone(name), value);
    }

    /// Sets a name where it is known, else in this region.
    pub(crate) fn assign(&self, name: &Rc<str>, value: Value) {
        let mut frame = self;
        while frame.own(name).is_none() {
            match frame.parent.as_deref() {
                Some(parent) if !frame.isolates => frame = parent,
                _ => return self.define(name, value),
            }
        }
        frame.define(name, value);
    }
}
