//! The grammar of tags.

use std::rc::Rc;
use std::vec::IntoIter;

use super::cursor::Cursor;
use super::expression::ExpressionParser;
use crate::template::expression::ast::{Expr, ExprKind, Macro, Node, NodeKind, Parameter};
use crate::template::expression::error::{Fault, Located};
use crate::template::expression::lexer::{Token, TokenKind};
use crate::template::expression::limits::{Limit, MAX_TAG_DEPTH};
use crate::template::expression::pieces::{Piece, PieceKind};
use crate::template::expression::span::Span;
use crate::template::expression::value::is_reserved;

/// Tags that end or divide another one.
const INNER_TAGS: [&str; 13] = [
    "elif",
    "elseif",
    "else",
    "endif",
    "endfor",
    "endset",
    "endmacro",
    "endcall",
    "endfilter",
    "case",
    "default",
    "endswitch",
    "endblock",
];

/// A tag that ended a body.
struct Stop {
    name: Rc<str>,
    tokens: Vec<Token>,
    span: Span,
}

impl Stop {
    /// Fails when there is more in the tag than its name.
    fn expect_bare(&self) -> Result<(), Located> {
        let mut cursor = Cursor::new(&self.tokens);
        cursor.advance();
        cursor.expect_end()
    }
}

/// Parses pieces into nodes.
pub(crate) struct StatementParser {
    pieces: IntoIter<Piece>,
    depth: usize,
}

type Parsed<T> = Result<T, Located>;

impl StatementParser {
    pub(crate) fn new(pieces: Vec<Piece>) -> Self {
        Self { pieces: pieces.into_iter(), depth: 0 }
    }

    /// All nodes of the template.
    pub(crate) fn template(mut self) -> Parsed<Vec<Node>> {
        let (nodes, stop) = self.body(&[])?;
        match stop {
            None => Ok(nodes),
            Some(stop) => Err(misplaced(&stop.name, stop.span)),
        }
    }

    /// Nodes up to one of these tags, or to the end of the source.
    fn body(&mut self, until: &[&str]) -> Parsed<(Vec<Node>, Option<Stop>)> {
        self.depth += 1;
        let mut nodes = Vec::new();
        while let Some(Piece { kind, span }) = self.pieces.next() {
            if self.depth > MAX_TAG_DEPTH {
                return Err(Fault::from(Limit::SyntaxDepth(MAX_TAG_DEPTH)).at(span));
            }
            let kind = match kind {
                PieceKind::Text => NodeKind::Text,
                PieceKind::Output(tokens) => {
                    let mut cursor = Cursor::new(&tokens);
                    let value = ExpressionParser::new(&mut cursor).expression()?;
                    cursor.expect_end()?;
                    NodeKind::Output(value)
                }
                PieceKind::Tag(tokens) => {
                    let Some(TokenKind::Name(name)) = tokens.first().map(|token| &token.kind) else {
                        return Err(Fault::Syntax("a tag starts with its name".to_owned()).at(span));
                    };
                    let name = Rc::clone(name);
                    if until.contains(&&*name) {
                        self.depth -= 1;
                        return Ok((nodes, Some(Stop { name, tokens, span })));
                    }
                    self.tag(&name, &tokens, span)?
                }
            };
            nodes.push(Node { kind, span });
        }
        self.depth -= 1;
        Ok((nodes, None))
    }

    /// Nodes up to one of these tags, which must come.
    fn body_until(&mut self, opening: &str, span: Span, until: &[&str]) -> Parsed<(Vec<Node>, Stop)> {
        let (nodes, stop) = self.body(until)?;
        let end = until.last().copied().unwrap_or_default();
        let stop = stop
            .ok_or_else(|| Fault::Syntax(format!("`{{% {opening} %}}` has no `{{% {end} %}}`")).at(span))?;
        Ok((nodes, stop))
    }

    /// Nodes up to the one tag that ends them.
    fn body_to_end(&mut self, opening: &str, span: Span, end: &str) -> Parsed<Vec<Node>> {
        let (nodes, stop) = self.body_until(opening, span, &[end])?;
        stop.expect_bare()?;
        Ok(nodes)
    }

    fn tag(&mut self, name: &str, tokens: &[Token], span: Span) -> Parsed<NodeKind> {
        let mut cursor = Cursor::new(tokens);
        cursor.advance();
        match name {
            "if" => self.if_tag(&mut cursor, span),
            "for" => self.for_tag(&mut cursor, span),
            "set" => self.set_tag(&mut cursor, span),
            "macro" => self.macro_tag(&mut cursor, span),
            "call" => self.call_tag(&mut cursor, span),
            "filter" => self.filter_tag(&mut cursor, span),
            "switch" => self.switch_tag(&mut cursor, span),
            "block" => self.block_tag(&mut cursor, span),
            "include" | "import" | "from" | "extends" => Err(Fault::LoadingTag(name.to_owned()).at(span)),
            inner if INNER_TAGS.contains(&inner) => Err(misplaced(inner, span)),
            unknown => Err(Fault::UnknownTag(unknown.to_owned()).at(span)),
        }
    }

    fn if_tag(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<NodeKind> {
        let mut condition = whole_expression(cursor)?;
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        loop {
            let (body, stop) = self.body_until("if", span, &["elif", "elseif", "else", "endif"])?;
            branches.push((condition, body));
            match &*stop.name {
                "else" => {
                    stop.expect_bare()?;
                    otherwise = self.body_to_end("if", span, "endif")?;
                    break;
                }
                "endif" => {
                    stop.expect_bare()?;
                    break;
                }
                _ => {
                    let mut cursor = Cursor::new(&stop.tokens);
                    cursor.advance();
                    condition = whole_expression(&mut cursor)?;
                }
            }
        }
        Ok(NodeKind::If { branches, otherwise })
    }

    fn for_tag(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<NodeKind> {
        let targets = targets(cursor)?;
        if !cursor.accept_word("in") {
            return Err(cursor.unexpected("`in`"));
        }
        let over = whole_expression(cursor)?;
        let (body, stop) = self.body_until("for", span, &["else", "endfor"])?;
        stop.expect_bare()?;
        let otherwise =
            if &*stop.name == "else" { self.body_to_end("for", span, "endfor")? } else { Vec::new() };
        Ok(NodeKind::For { targets, over, body, otherwise })
    }

    fn set_tag(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<NodeKind> {
        let targets = targets(cursor)?;
        if cursor.is_end() {
            let body = self.body_to_end("set", span, "endset")?;
            return Ok(NodeKind::SetBlock { targets, body });
        }
        cursor.expect("=")?;
        Ok(NodeKind::Set { targets, value: whole_expression(cursor)? })
    }

    fn macro_tag(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<NodeKind> {
        let name = cursor.expect_name("the name of the macro")?;
        let parameters = parameters(cursor)?;
        cursor.expect_end()?;
        let body = self.body_to_end("macro", span, "endmacro")?;
        Ok(NodeKind::Macro(Rc::new(Macro { name, parameters, body })))
    }

    fn call_tag(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<NodeKind> {
        let parameters = if cursor.is_sign("(") { parameters(cursor)? } else { Vec::new() };
        let call = whole_expression(cursor)?;
        let ExprKind::Call { callee, arguments } = call.kind else {
            let message = "`{% call %}` needs a macro with its arguments: {% call name() %}".to_owned();
            return Err(Fault::Syntax(message).at(call.span));
        };
        let body = self.body_to_end("call", span, "endcall")?;
        let caller = Rc::new(Macro { name: Rc::from("caller"), parameters, body });
        Ok(NodeKind::Call { callee: *callee, arguments, caller })
    }

    fn filter_tag(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<NodeKind> {
        let (name, arguments) = ExpressionParser::new(cursor).filter_call()?;
        cursor.expect_end()?;
        let body = self.body_to_end("filter", span, "endfilter")?;
        Ok(NodeKind::Filter { name, arguments, body })
    }

    fn switch_tag(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<NodeKind> {
        let subject = whole_expression(cursor)?;
        let (before, mut stop) = self.body_until("switch", span, &["case", "default", "endswitch"])?;
        if !before.is_empty() || &*stop.name == "endswitch" {
            let message = "`{% case %}` must follow `{% switch %}` without anything between".to_owned();
            return Err(Fault::Syntax(message).at(span));
        }
        let mut cases = Vec::new();
        let mut otherwise = Vec::new();
        while &*stop.name != "endswitch" {
            if &*stop.name == "default" {
                stop.expect_bare()?;
                otherwise = self.body_to_end("switch", span, "endswitch")?;
                return Ok(NodeKind::Switch { subject, cases, otherwise });
            }
            let mut cursor = Cursor::new(&stop.tokens);
            cursor.advance();
            let value = whole_expression(&mut cursor)?;
            let (body, next) = self.body_until("switch", span, &["case", "default", "endswitch"])?;
            cases.push((value, body));
            stop = next;
        }
        stop.expect_bare()?;
        Ok(NodeKind::Switch { subject, cases, otherwise })
    }

    fn block_tag(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<NodeKind> {
        cursor.expect_name("the name of the block")?;
        cursor.expect_end()?;
        let (body, stop) = self.body_until("block", span, &["endblock"])?;
        let mut cursor = Cursor::new(&stop.tokens);
        cursor.advance();
        if !cursor.is_end() {
            cursor.expect_name("the name of the block")?;
        }
        cursor.expect_end()?;
        Ok(NodeKind::Block(body))
    }
}

/// The rest of a tag as one expression.
fn whole_expression(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let expr = ExpressionParser::new(cursor).expression()?;
    cursor.expect_end()?;
    Ok(expr)
}

/// Names with commas between them.
fn targets(cursor: &mut Cursor<'_>) -> Parsed<Vec<Rc<str>>> {
    let mut names = vec![target(cursor)?];
    while cursor.accept(",") {
        names.push(target(cursor)?);
    }
    Ok(names)
}

fn target(cursor: &mut Cursor<'_>) -> Parsed<Rc<str>> {
    let span = cursor.span();
    let name = cursor.expect_name("the name of a variable")?;
    if is_reserved(&name) || matches!(&*name, "true" | "false" | "none" | "null") {
        return Err(Fault::ReservedName(name.to_string()).at(span));
    }
    Ok(name)
}

/// The parameters of a macro in parentheses.
fn parameters(cursor: &mut Cursor<'_>) -> Parsed<Vec<Parameter>> {
    cursor.expect("(")?;
    let mut parameters = Vec::new();
    if cursor.accept(")") {
        return Ok(parameters);
    }
    loop {
        let name = target(cursor)?;
        let default =
            if cursor.accept("=") { Some(ExpressionParser::new(cursor).expression()?) } else { None };
        parameters.push(Parameter { name, default });
        if !cursor.accept(",") {
            break;
        }
    }
    cursor.expect(")")?;
    Ok(parameters)
}

fn misplaced(name: &str, span: Span) -> Located {
    Fault::Syntax(format!("`{{% {name} %}}` belongs to no open tag")).at(span)
}
