//! Tags.

use std::rc::Rc;

use super::{Evaluated, Evaluator};
use crate::template::expression::ast::{Expr, Macro, Node, NodeKind};
use crate::template::expression::callable::Callable;
use crate::template::expression::error::Fault;
use crate::template::expression::scope::Frame;
use crate::template::expression::span::Span;
use crate::template::expression::value::{Value, units};

impl Evaluator<'_> {
    /// Carries out nodes one after the other.
    pub(super) fn nodes(&mut self, nodes: &[Node], frame: &Rc<Frame>, out: &mut String) -> Evaluated<()> {
        for node in nodes {
            self.deeper(node.span, |evaluator| evaluator.node(node, frame, out))?;
        }
        Ok(())
    }

    fn node(&mut self, node: &Node, frame: &Rc<Frame>, out: &mut String) -> Evaluated<()> {
        match &node.kind {
            NodeKind::Text => self.print(&self.source[node.span.start..node.span.end], node.span, out),
            NodeKind::Output(expr) => {
                let value = self.evaluate(expr, frame)?;
                self.print_value(&value, expr.span, out)
            }
            NodeKind::If { branches, otherwise } => self.branch(branches, otherwise, frame, out),
            NodeKind::For { targets, over, body, otherwise } => {
                self.for_loop(targets, over, [body, otherwise], frame, out)
            }
            NodeKind::Set { targets, value } => {
                let value = self.evaluate(value, frame)?;
                self.assign(targets, &value, frame);
                Ok(())
            }
            NodeKind::SetBlock { targets, body } => {
                let text = self.captured(body, frame, node.span)?;
                self.assign(targets, &Value::text(text), frame);
                Ok(())
            }
            NodeKind::Macro(definition) => {
                self.define_macro(definition, frame);
                Ok(())
            }
            NodeKind::Call { callee, arguments, caller } => {
                let text = self.call_block(callee, arguments, caller, frame, node.span)?;
                self.print(&text, node.span, out)
            }
            NodeKind::Filter { name, arguments, body } => {
                let input = Value::text(self.captured(body, frame, node.span)?);
                let value = self.filtered(name, &input, arguments, frame, node.span)?;
                self.print_value(&value, node.span, out)
            }
            NodeKind::Switch { subject, cases, otherwise } => {
                self.switch(subject, cases, otherwise, frame, out)
            }
            NodeKind::Block(body) => self.nodes(body, &frame.isolated(), out),
        }
    }

    fn branch(
        &mut self,
        branches: &[(Expr, Vec<Node>)],
        otherwise: &[Node],
        frame: &Rc<Frame>,
        out: &mut String,
    ) -> Evaluated<()> {
        for (condition, body) in branches {
            if self.evaluate(condition, frame)?.is_truthy() {
                return self.nodes(body, frame, out);
            }
        }
        self.nodes(otherwise, frame, out)
    }

    fn define_macro(&mut self, definition: &Rc<Macro>, frame: &Frame) {
        let callable = Callable::Macro { definition: Rc::clone(definition), closure: None };
        let value = Value::Callable(Rc::new(callable));
        if frame.is_root() {
            self.context.insert(Rc::clone(&definition.name), value.clone());
        }
        frame.define(&definition.name, value);
    }

    fn print_value(&mut self, value: &Value, span: Span, out: &mut String) -> Evaluated<()> {
        let text = value.to_output(&mut self.budget).map_err(|fault| fault.at(span))?;
        self.print(&text, span, out)
    }

    /// Appends text to the output, within its limit.
    fn print(&mut self, text: &str, span: Span, out: &mut String) -> Evaluated<()> {
        self.budget.output(out.len() + text.len()).map_err(|fault| fault.at(span))?;
        self.budget.spend(text.len() / 4096).map_err(|fault| fault.at(span))?;
        out.push_str(text);
        Ok(())
    }

    /// The output of a body as text.
    pub(super) fn captured(&mut self, body: &[Node], frame: &Rc<Frame>, span: Span) -> Evaluated<String> {
        let mut text = String::new();
        self.nodes(body, frame, &mut text)?;
        self.budget.text(text.len()).map_err(|fault| fault.at(span))?;
        Ok(text)
    }

    /// Sets variables; at the top of the template macros see them too.
    fn assign(&mut self, targets: &[Rc<str>], value: &Value, frame: &Frame) {
        for name in targets {
            frame.assign(name, value.clone());
            if frame.is_root() {
                self.context.insert(Rc::clone(name), value.clone());
            }
        }
    }

    /// The values of the loop's variables, round by round.
    fn rounds(&mut self, over: &Value, targets: usize) -> Result<Vec<Vec<Value>>, Fault> {
        let rounds = match over {
            Value::List(list) if targets == 1 => list.items().into_iter().map(|item| vec![item]).collect(),
            Value::List(list) => list.items().iter().map(unpacked).collect(),
            Value::Text(text) | Value::Safe(text) if targets == 1 => {
                units::split(text).into_iter().map(|unit| vec![Value::Text(unit)]).collect()
            }
            Value::Text(text) => {
                let units = units::split(text).into_iter().map(Value::Text);
                units.enumerate().map(|(at, unit)| vec![Value::text(at.to_string()), unit]).collect()
            }
            Value::Map(map) if targets > 1 => {
                map.entries().into_iter().map(|(key, value)| vec![Value::Text(key), value]).collect()
            }
            _ => Vec::new(),
        };
        self.budget.list(rounds.len())?;
        Ok(rounds)
    }

    /// A loop: its body for each round, or the other body when there is none.
    fn for_loop(
        &mut self,
        targets: &[Rc<str>],
        over: &Expr,
        [body, otherwise]: [&[Node]; 2],
        frame: &Rc<Frame>,
        out: &mut String,
    ) -> Evaluated<()> {
        let value = self.evaluate(over, frame)?;
        let rounds = self.rounds(&value, targets.len()).map_err(|fault| fault.at(over.span))?;
        let inner = frame.inner();
        if rounds.is_empty() {
            return self.nodes(otherwise, &inner, out);
        }
        self.for_each(targets, rounds, body, &inner, out)
    }

    fn for_each(
        &mut self,
        targets: &[Rc<str>],
        rounds: Vec<Vec<Value>>,
        body: &[Node],
        frame: &Rc<Frame>,
        out: &mut String,
    ) -> Evaluated<()> {
        let length = rounds.len();
        let loop_name: Rc<str> = Rc::from("loop");
        for (index, values) in rounds.into_iter().enumerate() {
            let mut values = values.into_iter();
            for name in targets {
                frame.define(name, values.next().unwrap_or(Value::Undefined));
            }
            frame.define(&loop_name, loop_state(index, length));
            self.nodes(body, frame, out)?;
        }
        Ok(())
    }

    /// Runs the first case that is the same as the subject; an empty case goes on with the next one.
    fn switch(
        &mut self,
        subject: &Expr,
        cases: &[(Expr, Vec<Node>)],
        otherwise: &[Node],
        frame: &Rc<Frame>,
        out: &mut String,
    ) -> Evaluated<()> {
        let subject = self.evaluate(subject, frame)?;
        for (index, (value, _)) in cases.iter().enumerate() {
            if !self.evaluate(value, frame)?.strictly_equals(&subject) {
                continue;
            }
            let body = cases[index..].iter().map(|(_, body)| body).find(|body| !body.is_empty());
            return self.nodes(body.map_or(otherwise, Vec::as_slice), frame, out);
        }
        self.nodes(otherwise, frame, out)
    }
}

/// The parts of an item for several loop variables.
fn unpacked(item: &Value) -> Vec<Value> {
    match item {
        Value::List(list) => list.items(),
        Value::Text(text) => units::split(text).into_iter().map(Value::Text).collect(),
        _ => Vec::new(),
    }
}

/// What `loop` tells in one round.
fn loop_state(index: usize, length: usize) -> Value {
    let number = |value: usize| Value::Number(value as f64);
    Value::map([
        (Rc::from("index"), number(index + 1)),
        (Rc::from("index0"), number(index)),
        (Rc::from("revindex"), number(length - index)),
        (Rc::from("revindex0"), number(length - index - 1)),
        (Rc::from("first"), Value::Bool(index == 0)),
        (Rc::from("last"), Value::Bool(index + 1 == length)),
        (Rc::from("length"), number(length)),
    ])
}
