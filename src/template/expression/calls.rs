//! What a template calls that does not exist, found without running it. What stands in a branch that is never
//! taken is found too.

use std::collections::HashSet;
use std::rc::Rc;

use super::ast::{Expr, ExprKind, Node, NodeKind};
use super::callable::Global;
use super::error::{Fault, RenderError};
use super::pieces::{Delimiters, Whitespace};
use super::reads::defined;
use super::{filters, tests};

/// The faults of filters, tests and functions that do not exist, each once, in the order of the source.
pub fn unknown(source: &str, delimiters: Delimiters) -> Result<Vec<Fault>, RenderError> {
    let template = super::parse(source, delimiters, Whitespace::default())
        .map_err(|located| RenderError::new(located, source))?;
    let mut own = HashSet::new();
    defined(&template.nodes, &mut own);
    let mut finder = Finder { own, delimiters, found: Vec::new() };
    finder.nodes(&template.nodes);
    Ok(finder.found)
}

struct Finder {
    own: HashSet<Rc<str>>,
    delimiters: Delimiters,
    found: Vec<Fault>,
}

impl Finder {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            if let NodeKind::Filter { name, .. } = &node.kind {
                self.filter(name);
            }
            node.each_expression(&mut |expr| self.expression(expr));
            node.each_body(&mut |body| self.nodes(body));
        }
    }

    fn expression(&mut self, expr: &Expr) {
        expr.each_part(&mut |part| self.expression(part));
        match &expr.kind {
            ExprKind::Filter { name, .. } => self.filter(name),
            ExprKind::Test { name: Some(name), .. } if tests::find(name).is_none() => {
                self.add(Fault::UnknownTest(name.to_string()));
            }
            ExprKind::Call { callee, .. } => match &callee.kind {
                ExprKind::Name(name) if !self.own.contains(name) && Global::named(name).is_none() => {
                    self.add(Fault::NotCallable { path: name.to_string(), kind: "no function" });
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn filter(&mut self, name: &str) {
        if filters::find(name, self.delimiters).is_none() {
            self.add(Fault::UnknownFilter(name.to_owned()));
        }
    }

    fn add(&mut self, fault: Fault) {
        if !self.found.contains(&fault) {
            self.found.push(fault);
        }
    }
}

#[cfg(test)]
mod proofs {
    use super::*;

    fn said(source: &str) -> Vec<String> {
        unknown(source, Delimiters::Backstage).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn filters_tests_and_functions_that_do_not_exist_are_named_once() {
        let source = "${{ a | nofilter | upper | nofilter }}{% if b is notest %}${{ nofn(c | other) }}{% endif %}\
                      {% filter lost %}x{% endfilter %}";
        assert_eq!(
            said(source),
            [
                "there is no filter `nofilter`",
                "there is no test `notest`",
                "there is no filter `other`",
                "`nofn` is no function, so it cannot be called",
                "there is no filter `lost`",
            ]
        );
    }

    #[test]
    fn what_exists_or_is_made_here_is_not_named() {
        let source = "{% macro m(f) %}${{ f(1) }}${{ caller() }}{% endmacro %}${{ m(range(3) | join) }}\
                      ${{ parameters.name.trim() | default('x') }}{% if a is defined %}{% endif %}";
        assert_eq!(said(source), [""; 0]);
    }
}
