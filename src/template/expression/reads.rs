//! What a template reads, found without running it: for lint (unknown parameters, outputs of later steps,
//! `github.…` in skeletons).

use std::collections::HashSet;
use std::rc::Rc;

use super::ast::{Expr, ExprKind, Macro, Node, NodeKind};
use super::error::RenderError;
use super::pieces::{Delimiters, Whitespace};
use super::span::{Position, Span};

/// One place where a template reads a value that was given to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The name and the members behind it that are written as names or texts: `steps`, `fetch`, `output`.
    pub path: Vec<String>,
    /// Where it stands.
    pub position: Position,
}

/// The values that a template reads, in the order of the source. Variables that the template itself sets, loop
/// variables and macros are left out.
pub fn variables(source: &str, delimiters: Delimiters) -> Result<Vec<Read>, RenderError> {
    let template = super::parse(source, delimiters, Whitespace::default())
        .map_err(|located| RenderError::new(located, source))?;
    let mut own = HashSet::new();
    defined(&template.nodes, &mut own);
    let mut finder = Finder { own, found: Vec::new() };
    finder.nodes(&template.nodes);
    let mut found = finder.found;
    found.sort_by_key(|(_, span)| span.start);
    Ok(found.into_iter().map(|(path, span)| Read { path, position: span.position(source) }).collect())
}

/// Collects the names that nodes define.
pub(super) fn defined(nodes: &[Node], names: &mut HashSet<Rc<str>>) {
    let define_macro = |definition: &Macro, names: &mut HashSet<Rc<str>>| {
        names.insert(Rc::clone(&definition.name));
        names.extend(definition.parameters.iter().map(|parameter| Rc::clone(&parameter.name)));
        names.insert(Rc::from("caller"));
    };
    for node in nodes {
        match &node.kind {
            NodeKind::For { targets, .. } => {
                names.extend(targets.iter().cloned());
                names.insert(Rc::from("loop"));
            }
            NodeKind::Set { targets, .. } | NodeKind::SetBlock { targets, .. } => {
                names.extend(targets.iter().cloned());
            }
            NodeKind::Macro(definition) => define_macro(definition, names),
            NodeKind::Call { caller, .. } => define_macro(caller, names),
            _ => {}
        }
        node.each_body(&mut |body| defined(body, names));
    }
}

struct Finder {
    own: HashSet<Rc<str>>,
    found: Vec<(Vec<String>, Span)>,
}

impl Finder {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            node.each_expression(&mut |expr| self.expression(expr));
            node.each_body(&mut |body| self.nodes(body));
        }
    }

    fn expression(&mut self, expr: &Expr) {
        if let Some(path) = path(expr) {
            if !self.own.contains(path[0].as_str()) && !is_global(&path[0]) {
                self.found.push((path, expr.span));
            }
            return;
        }
        match &expr.kind {
            // The method of a path is not a member of it: `parameters.name.trim()` reads `parameters.name`.
            ExprKind::Call { callee, arguments } => {
                match &callee.kind {
                    ExprKind::Member { object, .. } => self.expression(object),
                    _ => self.expression(callee),
                }
                arguments.each(&mut |argument| self.expression(argument));
            }
            _ => expr.each_part(&mut |part| self.expression(part)),
        }
    }
}

fn is_global(name: &str) -> bool {
    super::callable::Global::named(name).is_some() || matches!(name, "True" | "False" | "None")
}

/// The name and members of `a.b["c"]`; none when there is anything else in it.
fn path(expr: &Expr) -> Option<Vec<String>> {
    match &expr.kind {
        ExprKind::Name(name) => Some(vec![name.to_string()]),
        ExprKind::Member { object, key } => {
            let mut names = path(object)?;
            let ExprKind::Text(key) = &key.kind else { return None };
            names.push(key.to_string());
            Some(names)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(source: &str) -> Vec<String> {
        let found = variables(source, Delimiters::Backstage).unwrap();
        found.into_iter().map(|read| read.path.join(".")).collect()
    }

    #[test]
    fn paths_are_found_in_outputs_tags_and_arguments() {
        let source = "${{ parameters.name | replace(values.a, 'x') }}{% if steps['fetch-it'].output %}\
                      ${{ secrets.t[user.ref] }}{% endif %}";
        assert_eq!(
            reads(source),
            ["parameters.name", "values.a", "steps.fetch-it.output", "secrets.t", "user.ref"]
        );
    }

    #[test]
    fn own_variables_are_not_reads() {
        let source = "{% set x = a %}{% for k, v in b %}${{ k }}${{ v }}${{ loop.index }}{% endfor %}\
                      {% macro m(p, q=c) %}${{ p }}${{ q }}{% endmacro %}${{ m(x) }}${{ range(3) }}";
        assert_eq!(reads(source), ["a", "b", "c"]);
    }

    #[test]
    fn a_method_is_no_member() {
        assert_eq!(reads("${{ parameters.name.trim() }}"), ["parameters.name"]);
    }

    #[test]
    fn a_read_knows_its_place() {
        let found = variables("a\n  ${{ github.ref }}", Delimiters::Backstage).unwrap();
        assert_eq!(found[0].position, Position { line: 2, column: 7 });
    }
}
