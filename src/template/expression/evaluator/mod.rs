//! Carries out a parsed template: looks names up, evaluates, prints. Knows no file and no clock.

mod call;
mod expression;
mod member;
mod statement;

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value as Json;

use super::callable::{Callable, Global};
use super::error::{Fault, Located};
use super::filters::Environment;
use super::limits::{Budget, Limit, MAX_EVALUATION_DEPTH};
use super::parser::Template;
use super::pieces::Delimiters;
use super::scope::Frame;
use super::span::Span;
use super::value::Value;
use super::value::json::{from_json, to_json};
use crate::template::render::RenderOptions;

pub(crate) use call::Given;

type Evaluated<T = Value> = Result<T, Located>;

/// One render: the source, the values it may read, and what it may still use.
pub(crate) struct Evaluator<'a> {
    source: &'a str,
    scope: &'a Json,
    /// Values of the scope that were read, and variables set at the top of the template.
    context: HashMap<Rc<str>, Value>,
    options: &'a RenderOptions,
    budget: Budget,
    depth: usize,
    random: u64,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(source: &'a str, scope: &'a Json, options: &'a RenderOptions) -> Self {
        Self {
            source,
            scope,
            context: HashMap::new(),
            options,
            budget: Budget::new(options.limits.clone()),
            depth: 0,
            random: options.seed,
        }
    }

    /// The text of the template.
    pub(crate) fn text(mut self, template: &Template) -> Evaluated<String> {
        let mut out = String::new();
        self.nodes(&template.nodes, &Frame::root(), &mut out)?;
        Ok(out)
    }

    /// The value of a template that is a single output, with its type; none when it is undefined.
    pub(crate) fn native(mut self, template: &Template) -> Evaluated<Option<Json>> {
        let frame = Frame::root();
        for node in &template.nodes {
            if let super::ast::NodeKind::Output(expr) = &node.kind {
                let value = self.evaluate(expr, &frame)?;
                return to_json(&value, &mut self.budget).map_err(|fault| fault.at(node.span));
            }
        }
        Ok(None)
    }

    /// Runs one level deeper, within the limit of levels.
    fn deeper<T>(&mut self, span: Span, run: impl FnOnce(&mut Self) -> Evaluated<T>) -> Evaluated<T> {
        if self.depth >= MAX_EVALUATION_DEPTH {
            return Err(Fault::from(Limit::EvaluationDepth(MAX_EVALUATION_DEPTH)).at(span));
        }
        self.budget.spend(1).map_err(|fault| fault.at(span))?;
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    /// The value of a name: variables first, then the values given, then the globals.
    fn lookup(&mut self, name: &Rc<str>, frame: &Frame) -> Result<Value, Fault> {
        if let Some(value) = frame.get(name) {
            return Ok(value);
        }
        if let Some(value) = self.context.get(name) {
            return Ok(value.clone());
        }
        if let Some(json) = self.scope.get(&**name) {
            let value = from_json(json)?;
            self.context.insert(Rc::clone(name), value.clone());
            return Ok(value);
        }
        if let Some(global) = Global::named(name) {
            return Ok(Value::Callable(Rc::new(Callable::Global(global))));
        }
        Ok(match &**name {
            "True" if self.is_python() => Value::Bool(true),
            "False" if self.is_python() => Value::Bool(false),
            "None" if self.is_python() => Value::Null,
            _ => Value::Undefined,
        })
    }

    /// Whether names and methods of Python exist.
    fn is_python(&self) -> bool {
        self.options.delimiters == Delimiters::Cookiecutter
    }

    fn environment(&mut self) -> Environment<'_> {
        Environment { budget: &mut self.budget, options: self.options, random: &mut self.random }
    }
}
