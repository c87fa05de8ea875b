//! The grammar of expressions.
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
use crate::template::expression::value::is_reserved;

type Parsed = Result<Expr, Located>;

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

    /// The name of a filter and its arguments.
    pub(crate) fn filter_call(&mut self) -> Result<(Rc<str>, Arguments), Located> {
        let mut name = self.cursor.expect_name("the name of a filter")?;
        while self.cursor.accept(".") {
            let part = self.cursor.expect_name("the rest of the filter's name")?;
            name = format!("{name}.{part}").into();
        }
        let arguments = if self.cursor.is_sign("(") { self.arguments()? } else { Arguments::default() };
        Ok((name, arguments))
    }

    /// A literal, a name or something in brackets, with what is looked up in it and called.
    pub(crate) fn primary(&mut self) -> Parsed {
        let span = self.cursor.span();
        let kind = match self.cursor.peek() {
            TokenKind::Text(text) => ExprKind::Text(Rc::clone(text)),
            TokenKind::Number(number) => ExprKind::Number(*number),
            TokenKind::Regex(pattern) => ExprKind::Regex(Rc::clone(pattern)),
            TokenKind::Name(name) => match &**name {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "none" | "null" => ExprKind::Null,
                reserved if is_reserved(reserved) => {
                    return Err(Fault::ReservedName(reserved.to_owned()).at(span));
                }
                _ => ExprKind::Name(Rc::clone(name)),
            },
            TokenKind::Sign("(" | "[" | "{") => {
                let bracketed = self.bracketed()?;
                return self.postfix(bracketed);
            }
            TokenKind::Sign(_) | TokenKind::End => return Err(self.cursor.unexpected("a value")),
        };
        self.cursor.advance();
        let value = self.make(span, kind)?;
        self.postfix(value)
    }

    fn bracketed(&mut self) -> Parsed {
        let start = self.cursor.span();
        if self.cursor.accept("(") {
            if self.cursor.is_sign(")") {
                return Err(self.cursor.unexpected("a value"));
            }
            let items = self.items(")")?;
            return self.make(start, ExprKind::Group(items));
        }
        if self.cursor.accept("[") {
            let items = if self.cursor.accept("]") { Vec::new() } else { self.items("]")? };
            return self.make(start, ExprKind::List(items));
        }
        self.cursor.expect("{")?;
        let mut entries = Vec::new();
        if !self.cursor.accept("}") {
            loop {
                entries.push(self.entry()?);
                if !self.cursor.accept(",") {
                    break;
                }
            }
            self.cursor.expect("}")?;
        }
        self.make(start, ExprKind::Map(entries))
    }

    /// Expressions with commas between them, up to a closing bracket.
    fn items(&mut self, closing: &str) -> Result<Vec<Expr>, Located> {
        let mut items = vec![self.expression()?];
        while self.cursor.accept(",") {
            items.push(self.expression()?);
        }
        self.cursor.expect(closing)?;
        Ok(items)
    }

    fn entry(&mut self) -> Result<(Rc<str>, Expr), Located> {
        let span = self.cursor.span();
        let key = match self.cursor.peek() {
            TokenKind::Text(key) => Rc::clone(key),
            TokenKind::Name(key) if !matches!(&**key, "true" | "false" | "none" | "null") => Rc::clone(key),
            _ => return Err(self.cursor.unexpected("a key (a name or a text)")),
        };
        if is_reserved(&key) {
            return Err(Fault::ReservedName(key.to_string()).at(span));
        }
        self.cursor.advance();
        self.cursor.expect(":")?;
        Ok((key, self.expression()?))
    }

    fn postfix(&mut self, mut value: Expr) -> Parsed {
        loop {
            let start = value.span;
            value = if self.cursor.is_sign("(") {
                let arguments = self.arguments()?;
                self.make(start, ExprKind::Call { callee: Box::new(value), arguments })?
            } else if self.cursor.accept("[") {
                self.subscript(value)?
            } else if self.cursor.accept(".") {
                let span = self.cursor.span();
                let name = self.cursor.expect_name("a name")?;
                if is_reserved(&name) {
                    return Err(Fault::ReservedName(name.to_string()).at(span));
                }
                let key = Box::new(self.make(span, ExprKind::Text(name))?);
                self.make(start, ExprKind::Member { object: Box::new(value), key })?
            } else {
                return Ok(value);
            };
        }
    }

    /// `[key]` or `[start:stop:step]`, behind the opening bracket.
    fn subscript(&mut self, object: Expr) -> Parsed {
        let span = object.span;
        let object = Box::new(object);
        let mut parts: [Option<Box<Expr>>; 3] = [None, None, None];
        let mut colons = 0;
        loop {
            if self.cursor.accept("]") {
                break;
            }
            if self.cursor.is_sign(":") && colons < 2 {
                self.cursor.advance();
                colons += 1;
            } else if parts[colons].is_none() {
                parts[colons] = Some(Box::new(self.expression()?));
            } else {
                return Err(self.cursor.unexpected("`]`"));
            }
        }
        let [start, end, step] = parts;
        match (colons, start) {
            (0, Some(key)) => self.make(span, ExprKind::Member { object, key }),
            (0, None) => {
                Err(Fault::Syntax("a key is expected between [ and ]".to_owned()).at(self.cursor.last_span()))
            }
            (_, start) => self.make(span, ExprKind::Slice { object, start, end, step }),
        }
    }

    /// Arguments in parentheses.
    pub(crate) fn arguments(&mut self) -> Result<Arguments, Located> {
        self.cursor.expect("(")?;
        let mut arguments = Arguments::default();
        if self.cursor.accept(")") {
            return Ok(arguments);
        }
        loop {
            if let TokenKind::Name(name) = self.cursor.peek()
                && matches!(self.cursor.peek_second(), TokenKind::Sign("="))
            {
                self.cursor.advance();
                self.cursor.advance();
                arguments.named.push((Rc::clone(name), self.expression()?));
            } else {
                arguments.positional.push(self.expression()?);
            }
            if !self.cursor.accept(",") {
                break;
            }
        }
        self.cursor.expect(")")?;
        Ok(arguments)
    }

    fn binary(&self, operator: Operator, left: Expr, right: Expr) -> Parsed {
        let start = left.span;
        self.make(start, ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right) })
    }

    /// Makes an expression from its start to the last token passed, unless it gets too high.
    fn make(&self, start: Span, kind: ExprKind) -> Parsed {
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
