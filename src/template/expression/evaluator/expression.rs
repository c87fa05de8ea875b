//! Expressions.

#![expect(clippy::float_cmp, reason = "JavaScript compares numbers exactly")]

use std::cmp::Ordering;
use std::rc::Rc;

use super::{Evaluated, Evaluator};
use crate::template::expression::ast::{Arguments, Expr, ExprKind, Operator};
use crate::template::expression::error::Fault;
use crate::template::expression::filters;
use crate::template::expression::scope::Frame;
use crate::template::expression::span::Span;
use crate::template::expression::tests;
use crate::template::expression::value::{Regex, Value};

impl Evaluator<'_> {
    /// The value of an expression.
    pub(super) fn evaluate(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Evaluated {
        self.deeper(expr.span, |evaluator| evaluator.expression(expr, frame))
    }

    fn expression(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Evaluated {
        match &expr.kind {
            ExprKind::Null => Ok(Value::Null),
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Number(value) => Ok(Value::Number(*value)),
            ExprKind::Text(text) => Ok(Value::Text(Rc::clone(text))),
            ExprKind::Regex(pattern) => Ok(Value::Regex(Rc::new(Regex::new(Rc::clone(pattern))))),
            ExprKind::Name(name) => self.lookup(name, frame).map_err(|fault| fault.at(expr.span)),
            ExprKind::List(items) => self.all(items, frame).map(Value::list),
            ExprKind::Group(items) => Ok(self.all(items, frame)?.pop().unwrap_or(Value::Undefined)),
            ExprKind::Map(entries) => self.map(entries, frame),
            ExprKind::Call { callee, arguments } => self.call(callee, arguments, frame, expr.span),
            ExprKind::And(..) | ExprKind::Or(..) | ExprKind::If { .. } => self.chosen(expr, frame),
            ExprKind::Not(operand) => Ok(Value::Bool(!self.evaluate(operand, frame)?.is_truthy())),
            ExprKind::Member { .. } | ExprKind::Slice { .. } => self.access(expr, frame),
            ExprKind::Filter { .. } | ExprKind::Test { .. } => self.applied(expr, frame),
            ExprKind::Minus(_)
            | ExprKind::Plus(_)
            | ExprKind::Floor(_)
            | ExprKind::Binary { .. }
            | ExprKind::In { .. } => self.calculated(expr, frame),
        }
    }

    /// Evaluates only what the conditions ask for.
    fn chosen(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Evaluated {
        match &expr.kind {
            ExprKind::And(left, right) => {
                let left = self.evaluate(left, frame)?;
                if left.is_truthy() { self.evaluate(right, frame) } else { Ok(left) }
            }
            ExprKind::Or(left, right) => {
                let left = self.evaluate(left, frame)?;
                if left.is_truthy() { Ok(left) } else { self.evaluate(right, frame) }
            }
            ExprKind::If { condition, then, otherwise } => {
                if self.evaluate(condition, frame)?.is_truthy() {
                    return self.evaluate(then, frame);
                }
                otherwise.as_ref().map_or(Ok(Value::text("")), |otherwise| self.evaluate(otherwise, frame))
            }
            _ => Ok(Value::Undefined),
        }
    }

    fn map(&mut self, entries: &[(Rc<str>, Expr)], frame: &Rc<Frame>) -> Evaluated {
        let mut values = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            values.push((Rc::clone(key), self.evaluate(value, frame)?));
        }
        Ok(Value::map(values))
    }

    fn all(&mut self, items: &[Expr], frame: &Rc<Frame>) -> Evaluated<Vec<Value>> {
        items.iter().map(|item| self.evaluate(item, frame)).collect()
    }

    fn access(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Evaluated {
        match &expr.kind {
            ExprKind::Member { object, key } => {
                let object = self.evaluate(object, frame)?;
                let key_value = self.evaluate(key, frame)?;
                self.member(&object, &key_value).map_err(|fault| fault.at(key.span))
            }
            ExprKind::Slice { object, start, end, step } => {
                let object = self.evaluate(object, frame)?;
                let start = self.optional(start.as_deref(), frame)?;
                let end = self.optional(end.as_deref(), frame)?;
                let step = self.optional(step.as_deref(), frame)?;
                self.slice(&object, start.as_ref(), end.as_ref(), step.as_ref())
                    .map_err(|fault| fault.at(expr.span))
            }
            _ => Ok(Value::Undefined),
        }
    }

    fn optional(&mut self, expr: Option<&Expr>, frame: &Rc<Frame>) -> Evaluated<Option<Value>> {
        expr.map(|expr| self.evaluate(expr, frame)).transpose()
    }

    fn applied(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Evaluated {
        match &expr.kind {
            ExprKind::Filter { name, input, arguments } => {
                let input = self.evaluate(input, frame)?;
                self.filtered(name, &input, arguments, frame, expr.span)
            }
            ExprKind::Test { name: None, .. } => Ok(Value::Bool(false)),
            ExprKind::Test { name: Some(name), subject, arguments, negated } => {
                let test =
                    tests::find(name).ok_or_else(|| Fault::UnknownTest(name.to_string()).at(expr.span))?;
                let subject = self.evaluate(subject, frame)?;
                let given = self.arguments(arguments, frame)?;
                let holds = tests::apply(test, &subject, &given.positional, &mut self.budget)
                    .map_err(|fault| fault.at(expr.span))?;
                Ok(Value::Bool(holds != *negated))
            }
            _ => Ok(Value::Undefined),
        }
    }

    /// The result of a filter.
    pub(super) fn filtered(
        &mut self,
        name: &str,
        input: &Value,
        arguments: &Arguments,
        frame: &Rc<Frame>,
        span: Span,
    ) -> Evaluated {
        let filter = filters::find(name, self.options.delimiters)
            .ok_or_else(|| Fault::UnknownFilter(name.to_owned()).at(span))?;
        let given = self.arguments(arguments, frame)?;
        filters::apply(filter, input, given, &mut self.environment()).map_err(|fault| fault.at(span))
    }

    fn calculated(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Evaluated {
        let result = match &expr.kind {
            ExprKind::Minus(operand) => {
                self.evaluate(operand, frame)?.to_number(&mut self.budget).map(|value| Value::Number(-value))
            }
            ExprKind::Plus(operand) => {
                self.evaluate(operand, frame)?.to_number(&mut self.budget).map(Value::Number)
            }
            ExprKind::Floor(operand) => self
                .evaluate(operand, frame)?
                .to_number(&mut self.budget)
                .map(|value| Value::Number(value.floor())),
            ExprKind::Binary { operator, left, right } => {
                let left = self.evaluate(left, frame)?;
                let right = self.evaluate(right, frame)?;
                self.binary(*operator, &left, &right)
            }
            ExprKind::In { item, container, negated } => {
                let item = self.evaluate(item, frame)?;
                let container = self.evaluate(container, frame)?;
                self.contains(&item, &container).map(|found| Value::Bool(found != *negated))
            }
            _ => Ok(Value::Undefined),
        };
        result.map_err(|fault| fault.at(expr.span))
    }

    fn binary(&mut self, operator: Operator, left: &Value, right: &Value) -> Result<Value, Fault> {
        let budget = &mut self.budget;
        let ordered =
            |order: Option<Ordering>, holds: fn(Ordering) -> bool| Ok(Value::Bool(order.is_some_and(holds)));
        match operator {
            Operator::Equal => left.loosely_equals(right, budget).map(Value::Bool),
            Operator::NotEqual => left.loosely_equals(right, budget).map(|same| Value::Bool(!same)),
            Operator::Same => Ok(Value::Bool(left.strictly_equals(right))),
            Operator::NotSame => Ok(Value::Bool(!left.strictly_equals(right))),
            Operator::Less => ordered(left.order(right, budget)?, Ordering::is_lt),
            Operator::LessOrEqual => ordered(left.order(right, budget)?, Ordering::is_le),
            Operator::Greater => ordered(left.order(right, budget)?, Ordering::is_gt),
            Operator::GreaterOrEqual => ordered(left.order(right, budget)?, Ordering::is_ge),
            Operator::Add => left.plus(right, budget),
            Operator::Join => left.plus(&Value::text(""), budget)?.plus(right, budget),
            Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Remainder
            | Operator::Power => {
                let (left, right) = (left.to_number(budget)?, right.to_number(budget)?);
                Ok(Value::Number(match operator {
                    Operator::Subtract => left - right,
                    Operator::Multiply => left * right,
                    Operator::Divide => left / right,
                    Operator::Remainder => left % right,
                    _ => power(left, right),
                }))
            }
        }
    }
}

/// `Math.pow`, which unlike IEEE 754 has no answer for 1 to the power of something endless or undefined.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
        f64::NAN
    } else {
        base.powf(exponent)
    }
}
