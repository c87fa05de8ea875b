//! The grammar: from pieces and tokens to the parsed template.

mod cursor;
mod expression;
mod operand;
mod statement;

use super::ast::Node;
use super::error::Located;
use super::limits::{Limit, MAX_SOURCE_BYTES};
use super::pieces::{self, Delimiters, Whitespace};
use super::span::Span;

/// A parsed template.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) nodes: Vec<Node>,
    /// Whether the source is one output and nothing else but comments, so that its value keeps its type.
    pub(crate) is_single_output: bool,
}

/// Parses a template; total: any text is a template or an error.
pub(crate) fn parse(
    source: &str,
    delimiters: Delimiters,
    whitespace: Whitespace,
) -> Result<Template, Located> {
    if source.len() > MAX_SOURCE_BYTES {
        let limit = super::error::Fault::from(Limit::Source(MAX_SOURCE_BYTES));
        return Err(limit.at(Span::default()));
    }
    let pieces = pieces::cut(source, delimiters, whitespace)?;
    let is_single_output = matches!(&*pieces, [pieces::Piece { kind: pieces::PieceKind::Output(_), .. }]);
    let nodes = statement::StatementParser::new(pieces).template()?;
    Ok(Template { nodes, is_single_output })
}
