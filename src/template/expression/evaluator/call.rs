//! Calls: macros, methods of values, global functions.

use std::cell::Cell;
use std::rc::Rc;

use super::{Evaluated, Evaluator};
use crate::template::expression::ast::{Arguments, Expr, ExprKind, Macro};
use crate::template::expression::callable::{Callable, Cycler, Global};
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Limit, MAX_LIST_ITEMS};
use crate::template::expression::methods;
use crate::template::expression::scope::Frame;
use crate::template::expression::span::Span;
use crate::template::expression::value::Value;

/// Arguments with their values.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) positional: Vec<Value>,
    pub(crate) named: Vec<(Rc<str>, Value)>,
}

impl Given {
    /// The last value given for a name.
    fn named(&self, name: &str) -> Option<Value> {
        self.named.iter().rev().find(|(known, _)| **known == *name).map(|(_, value)| value.clone())
    }
}

impl Evaluator<'_> {
    /// Evaluates arguments.
    pub(super) fn arguments(&mut self, arguments: &Arguments, frame: &Rc<Frame>) -> Evaluated<Given> {
        let mut given = Given::default();
        for expr in &arguments.positional {
            given.positional.push(self.evaluate(expr, frame)?);
        }
        for (name, expr) in &arguments.named {
            given.named.push((Rc::clone(name), self.evaluate(expr, frame)?));
        }
        Ok(given)
    }

    /// Calls what an expression stands for.
    pub(super) fn call(
        &mut self,
        target: &Expr,
        arguments: &Arguments,
        frame: &Rc<Frame>,
        span: Span,
    ) -> Evaluated {
        let function = self.evaluate(target, frame)?;
        let Value::Callable(function) = function else {
            return Err(not_callable(target, &function, self.source).at(span));
        };
        let given = self.arguments(arguments, frame)?;
        self.invoke(&function, given, span)
    }

    fn invoke(&mut self, function: &Rc<Callable>, given: Given, span: Span) -> Evaluated {
        if let Callable::Macro { definition, closure } = &**function {
            let text = self.call_macro(definition, closure.as_ref(), &given, span)?;
            return Ok(Value::Safe(text.into()));
        }
        self.invoke_builtin(function, given).map_err(|fault| fault.at(span))
    }

    fn invoke_builtin(&mut self, function: &Rc<Callable>, given: Given) -> Result<Value, Fault> {
        if let Some((name, _)) = given.named.first() {
            return Err(Fault::argument(name, "this function takes no named arguments"));
        }
        let arguments = given.positional;
        match &**function {
            Callable::Macro { .. } => Ok(Value::Undefined),
            Callable::Method { receiver, name } => {
                let python = self.is_python();
                methods::call(receiver, name, &arguments, python, &mut self.budget)
            }
            Callable::Global(Global::Range) => self.range(&arguments),
            Callable::Global(Global::Cycler) => {
                Ok(Value::Callable(Rc::new(Callable::Cycler(Cycler::new(arguments)))))
            }
            Callable::Global(Global::Joiner) => {
                let separator = arguments.into_iter().next().unwrap_or_else(|| Value::text(","));
                Ok(Value::Callable(Rc::new(Callable::Joiner { separator, called: Cell::new(false) })))
            }
            Callable::Joiner { separator, called } => {
                Ok(if called.replace(true) { separator.clone() } else { Value::text("") })
            }
            Callable::CyclerNext(cycler) => match &**cycler {
                Callable::Cycler(cycler) => Ok(cycler.next()),
                _ => Ok(Value::Undefined),
            },
            Callable::CyclerReset(cycler) => {
                if let Callable::Cycler(cycler) = &**cycler {
                    cycler.reset();
                }
                Ok(Value::Undefined)
            }
            Callable::Cycler(_) => Err(Fault::argument("cycler", "call `next()` or `reset()` of it")),
        }
    }

    /// `range(end)`, `range(start, end)`, `range(start, end, step)`.
    fn range(&mut self, arguments: &[Value]) -> Result<Value, Fault> {
        let mut number = |index: usize| match arguments.get(index) {
            None | Some(Value::Undefined) => Ok(None),
            Some(value) => value.to_number(&mut self.budget).map(Some),
        };
        let (first, second, step) = (number(0)?, number(1)?, number(2)?);
        let (start, end) = match (first, second) {
            (Some(start), Some(end)) => (start, end),
            (end, _) => (0.0, end.unwrap_or(f64::NAN)),
        };
        let step = step.filter(|step| *step != 0.0).unwrap_or(1.0);
        let mut items = Vec::new();
        let mut next = start;
        while if step > 0.0 { next < end } else { next > end } {
            if items.len() >= MAX_LIST_ITEMS {
                return Err(Limit::ListItems(MAX_LIST_ITEMS).into());
            }
            self.budget.spend(1)?;
            items.push(Value::Number(next));
            next += step;
        }
        Ok(Value::list(items))
    }

    /// Runs a macro and returns its text.
    fn call_macro(
        &mut self,
        definition: &Macro,
        closure: Option<&Rc<Frame>>,
        given: &Given,
        span: Span,
    ) -> Evaluated<String> {
        let frame = closure.map_or_else(Frame::detached, Frame::isolated);
        if let Some(caller) = given.named("caller") {
            frame.define(&Rc::from("caller"), caller);
        }
        self.deeper(span, |evaluator| {
            evaluator.bind(definition, given, &frame)?;
            evaluator.captured(&definition.body, &frame, span)
        })
    }

    /// Gives the parameters their values. Parameters without default take the positional arguments; the ones
    /// with default take what is left, in order.
    fn bind(&mut self, definition: &Macro, given: &Given, frame: &Rc<Frame>) -> Evaluated<()> {
        let mut positional = given.positional.iter();
        for parameter in definition.parameters.iter().filter(|parameter| parameter.default.is_none()) {
            let value = positional.next().cloned().or_else(|| given.named(&parameter.name));
            frame.define(&parameter.name, value.unwrap_or(Value::Undefined));
        }
        for parameter in &definition.parameters {
            let Some(default) = &parameter.default else { continue };
            let value = match positional.next().cloned().or_else(|| given.named(&parameter.name)) {
                Some(value) => value,
                None => self.evaluate(default, frame)?,
            };
            frame.define(&parameter.name, value);
        }
        Ok(())
    }

    /// A `call` block: the macro gets the body as `caller`.
    pub(super) fn call_block(
        &mut self,
        target: &Expr,
        arguments: &Arguments,
        caller: &Rc<Macro>,
        frame: &Rc<Frame>,
        span: Span,
    ) -> Evaluated<String> {
        let function = self.evaluate(target, frame)?;
        let Value::Callable(callable) = &function else {
            return Err(not_callable(target, &function, self.source).at(span));
        };
        let Callable::Macro { definition, closure } = &**callable else {
            return Err(Fault::Syntax("`{% call %}` works with macros only".to_owned()).at(span));
        };
        let mut given = self.arguments(arguments, frame)?;
        let body = Callable::Macro { definition: Rc::clone(caller), closure: Some(Rc::clone(frame)) };
        given.named.push((Rc::from("caller"), Value::Callable(Rc::new(body))));
        self.call_macro(definition, closure.as_ref(), &given, span)
    }
}

fn not_callable(target: &Expr, value: &Value, source: &str) -> Fault {
    let path = match &target.kind {
        ExprKind::Name(name) => name.to_string(),
        _ => target.span.excerpt(source, 80).to_owned(),
    };
    Fault::NotCallable { path, kind: value.kind() }
}
