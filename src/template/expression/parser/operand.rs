//! What operators stand between: literals, names, brackets, and what is looked up in them, called, or handed to a
//! filter.

use std::rc::Rc;

use super::expression::{ExpressionParser, Parsed};
use crate::template::expression::ast::{Arguments, Expr, ExprKind};
use crate::template::expression::error::{Fault, Located};
use crate::template::expression::lexer::TokenKind;
use crate::template::expression::value::is_reserved;

impl ExpressionParser<'_, '_> {
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
}
