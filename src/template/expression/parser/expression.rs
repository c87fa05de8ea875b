//! The grammar of expressions: their operators, from the loosest to the tightest.
//!
//! Nunjucks turns an expression into JavaScript text, so operators bind as JavaScript's do, whatever order
//! they are read in: `1 ~ 2 + 3` is `123`, `not n > 2` is `(not n) > 2`. `//` and `**` bind by Nunjucks's own
//! order, because they become function calls.

use std::rc::Rc;

use super::cursor::Cursor;
use crate::template::expression::ast::{Arguments, Expr, ExprKind, Operator};
use crate::template::expression::error::{Fault, Located};
use crate::template::expression::lexer::TokenKind;
use crate::template::expression::limits::{Limit, MAX_BRACKET_DEPTH, MAX_SYNTAX_DEPTH};
use crate::template::expression::span::Span;

pub(super) type Parsed = Result<Expr, Located>;

/// Operators with one rank each list, from loose to tight.
const EQUALITY: &[(&str, Operator)] = &[
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("===", Operator::Same),
    ("!==", Operator::NotSame),
];
const RELATION: &[(&str, Operator)] = &[
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
];
const SUM: &[(&str, Operator)] = &[("+", Operator::Add), ("-", Operator::Subtract), ("~", Operator::Join)];
const PRODUCT: &[(&str, Operator)] = &[("*", Operator::Multiply), ("/", Operator::Divide)];

/// Parses an expression from the tokens of a tag.
pub(crate) struct ExpressionParser<'c, 'a> {
    pub(crate) cursor: &'c mut Cursor<'a>,
    depth: usize,
}

impl<'c, 'a> ExpressionParser<'c, 'a> {
    pub(crate) fn new(cursor: &'c mut Cursor<'a>) -> Self {
        Self { cursor, depth: 0 }
    }

    /// An expression: `a`, or `a if condition else b`.
    pub(crate) fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_BRACKET_DEPTH {
            let limit = Limit::SyntaxDepth(MAX_BRACKET_DEPTH);
            return Err(Fault::from(limit).at(self.cursor.span()));
        }
        let parsed = self.inline_if();
        self.depth -= 1;
        parsed
    }

    fn inline_if(&mut self) -> Parsed {
        let then = self.or()?;
        if !self.cursor.accept_word("if") {
            return Ok(then);
        }
        let start = then.span;
        let condition = Box::new(self.or()?);
        let otherwise = if self.cursor.accept_word("else") { Some(Box::new(self.or()?)) } else { None };
        self.make(start, ExprKind::If { condition, then: Box::new(then), otherwise })
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.cursor.accept_word("or") {
            let right = self.and()?;
            left = self.make(left.span, ExprKind::Or(Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.not()?;
        while self.cursor.accept_word("and") {
            let right = self.not()?;
            left = self.make(left.span, ExprKind::And(Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed {
        let start = self.cursor.span();
        let mut count = 0;
        while self.cursor.accept_word("not") {
            count += 1;
            if count > MAX_SYNTAX_DEPTH {
                return Err(too_deep(self.cursor.span()));
            }
        }
        let mut target = self.membership()?;
        for _ in 0..count {
            target = self.negate_first(target, start)?;
        }
        Ok(target)
    }

    /// `not a + b` is `(not a) + b`: the negation goes to the first operand.
    fn negate_first(&self, expr: Expr, start: Span) -> Parsed {
        let ExprKind::Binary { operator, left, right } = expr.kind else {
            return self.make(start, ExprKind::Not(Box::new(expr)));
        };
        if operator == Operator::Power {
            let power = Expr { kind: ExprKind::Binary { operator, left, right }, ..expr };
            return self.make(start, ExprKind::Not(Box::new(power)));
        }
        let left = Box::new(self.negate_first(*left, start)?);
        self.make(start, ExprKind::Binary { operator, left, right })
    }

    fn membership(&mut self) -> Parsed {
        let mut item = self.test()?;
        loop {
            let negated = self.cursor.is_word("not")
                && matches!(self.cursor.peek_second(), TokenKind::Name(next) if **next == *"in");
            if negated {
                self.cursor.advance();
            }
            if !self.cursor.accept_word("in") {
                return Ok(item);
            }
            let container = Box::new(self.test()?);
            item = self.make(item.span, ExprKind::In { item: Box::new(item), container, negated })?;
        }
    }

    fn test(&mut self) -> Parsed {
        let subject = self.equality()?;
        if !self.cursor.accept_word("is") {
            return Ok(subject);
        }
        let negated = self.cursor.accept_word("not");
        let test = self.equality()?;
        let (name, arguments) = match test.kind {
            ExprKind::Call { callee, arguments } => match callee.kind {
                ExprKind::Name(name) => (Some(name), arguments),
                _ => (None, Arguments::default()),
            },
            ExprKind::Name(name) | ExprKind::Text(name) => (Some(name), Arguments::default()),
            ExprKind::Null => (Some(Rc::from("null")), Arguments::default()),
            ExprKind::Bool(value) => (Some(Rc::from(value.to_string())), Arguments::default()),
            _ => (None, Arguments::default()),
        };
        self.make(subject.span, ExprKind::Test { name, subject: Box::new(subject), arguments, negated })
    }

    fn equality(&mut self) -> Parsed {
        self.ranked(EQUALITY, |parser| parser.ranked(RELATION, |parser| parser.ranked(SUM, Self::product)))
    }

    fn ranked(
        &mut self,
        operators: &[(&str, Operator)],
        mut operand: impl FnMut(&mut Self) -> Parsed,
    ) -> Parsed {
        let mut left = operand(self)?;
        while let Some(operator) = self.operator(operators) {
            let right = operand(self)?;
            left = self.binary(operator, left, right)?;
        }
        Ok(left)
    }

    fn operator(&mut self, operators: &[(&str, Operator)]) -> Option<Operator> {
        let (_, operator) = operators.iter().find(|(sign, _)| self.cursor.is_sign(sign))?;
        self.cursor.advance();
        Some(*operator)
    }

    /// `*`, `/` and `%` from left to right; a `%` chain that is part of a `//` belongs to the `//`.
    fn product(&mut self) -> Parsed {
        let (first, remainders) = self.floored()?;
        let mut left = self.remainders(first, remainders)?;
        while let Some(operator) = self.operator(PRODUCT) {
            let (first, remainders) = self.floored()?;
            left = self.binary(operator, left, first)?;
            left = self.remainders(left, remainders)?;
        }
        Ok(left)
    }

    /// An operand with the `%` operands behind it, or all of it as one `//`.
    fn floored(&mut self) -> Result<(Expr, Vec<Expr>), Located> {
        let (mut first, mut remainders) = self.remainder_chain()?;
        while self.cursor.accept("//") {
            let left = self.remainders(first, remainders)?;
            let (divisor, behind) = self.remainder_chain()?;
            let quotient = self.binary(Operator::Divide, left, divisor)?;
            let quotient = self.remainders(quotient, behind)?;
            first = self.make(quotient.span, ExprKind::Floor(Box::new(quotient)))?;
            remainders = Vec::new();
        }
        Ok((first, remainders))
    }

    fn remainder_chain(&mut self) -> Result<(Expr, Vec<Expr>), Located> {
        let first = self.power()?;
        let mut behind = Vec::new();
        while self.cursor.accept("%") {
            behind.push(self.power()?);
        }
        Ok((first, behind))
    }

    fn remainders(&self, first: Expr, behind: Vec<Expr>) -> Parsed {
        behind.into_iter().try_fold(first, |left, right| self.binary(Operator::Remainder, left, right))
    }

    fn power(&mut self) -> Parsed {
        let mut left = self.unary()?;
        while self.cursor.accept("**") {
            let right = self.unary()?;
            left = self.binary(Operator::Power, left, right)?;
        }
        Ok(left)
    }

    /// A sign binds tighter than a filter: `-1 | abs` is 1.
    fn unary(&mut self) -> Parsed {
        let start = self.cursor.span();
        let operand = if self.cursor.accept("-") {
            let operand = self.signed()?;
            self.make(start, ExprKind::Minus(Box::new(operand)))?
        } else if self.cursor.accept("+") {
            let operand = self.signed()?;
            self.make(start, ExprKind::Plus(Box::new(operand)))?
        } else {
            self.primary()?
        };
        self.filters(operand)
    }

    fn signed(&mut self) -> Parsed {
        if self.cursor.is_sign("-") || self.cursor.is_sign("+") {
            let message = "two signs in a row need parentheses: -(-a)".to_owned();
            return Err(Fault::Syntax(message).at(self.cursor.span()));
        }
        self.primary()
    }

    fn filters(&mut self, mut input: Expr) -> Parsed {
        while self.cursor.accept("|") {
            if self.cursor.is_sign("|") {
                let message = "write `or` instead of `||`".to_owned();
                return Err(Fault::Syntax(message).at(self.cursor.span()));
            }
            let (name, arguments) = self.filter_call()?;
            input = self.make(input.span, ExprKind::Filter { name, input: Box::new(input), arguments })?;
        }
        Ok(input)
    }

    fn binary(&self, operator: Operator, left: Expr, right: Expr) -> Parsed {
        let start = left.span;
        self.make(start, ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right) })
    }

    /// Makes an expression from its start to the last token passed, unless it gets too high.
    pub(super) fn make(&self, start: Span, kind: ExprKind) -> Parsed {
        let span = if start == self.cursor.span() { start } else { start.to(self.cursor.last_span()) };
        let mut expr = Expr { kind, span, height: 0 };
        let mut height = 0;
        expr.each_part(&mut |part| height = height.max(part.height));
        expr.height = height + 1;
        if expr.height > MAX_SYNTAX_DEPTH {
            return Err(too_deep(expr.span));
        }
        Ok(expr)
    }
}

fn too_deep(span: Span) -> Located {
    Fault::from(Limit::SyntaxDepth(MAX_SYNTAX_DEPTH)).at(span)
}
