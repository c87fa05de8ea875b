//! The parsed template: tags and expressions with their places in the source.

use std::rc::Rc;

use super::span::Span;
use super::value::regex::Pattern;

/// A piece of the template.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) span: Span,
}

/// What a piece of the template does.
#[derive(Debug)]
pub(crate) enum NodeKind {
    /// The source text of the span.
    Text,
    Output(Expr),
    If {
        branches: Vec<(Expr, Vec<Node>)>,
        otherwise: Vec<Node>,
    },
    For {
        targets: Vec<Rc<str>>,
        over: Expr,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Set {
        targets: Vec<Rc<str>>,
        value: Expr,
    },
    SetBlock {
        targets: Vec<Rc<str>>,
        body: Vec<Node>,
    },
    Macro(Rc<Macro>),
    Call {
        callee: Expr,
        arguments: Arguments,
        caller: Rc<Macro>,
    },
    Filter {
        name: Rc<str>,
        arguments: Arguments,
        body: Vec<Node>,
    },
    Switch {
        subject: Expr,
        cases: Vec<(Expr, Vec<Node>)>,
        otherwise: Vec<Node>,
    },
    Block(Vec<Node>),
}

/// A macro, or the body of a `call` block.
#[derive(Debug)]
pub(crate) struct Macro {
    pub(crate) name: Rc<str>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Vec<Node>,
}

/// A parameter of a macro.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Rc<str>,
    pub(crate) default: Option<Expr>,
}

/// Arguments of a call.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Expr>,
    pub(crate) named: Vec<(Rc<str>, Expr)>,
}

/// An expression. Its height is bounded when it is made, so that walking and dropping it may recurse.
#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
    pub(crate) height: usize,
}

/// What an expression does.
#[derive(Debug)]
pub(crate) enum ExprKind {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    Regex(Rc<Pattern>),
    Name(Rc<str>),
    List(Vec<Expr>),
    Map(Vec<(Rc<str>, Expr)>),
    /// Expressions in parentheses: all are evaluated, the last one counts.
    Group(Vec<Expr>),
    Member {
        object: Box<Expr>,
        key: Box<Expr>,
    },
    Slice {
        object: Box<Expr>,
        start: Option<Box<Expr>>,
        end: Option<Box<Expr>>,
        step: Option<Box<Expr>>,
    },
    Call {
        callee: Box<Expr>,
        arguments: Arguments,
    },
    Filter {
        name: Rc<str>,
        input: Box<Expr>,
        arguments: Arguments,
    },
    /// A test; without a name it is one that never holds.
    Test {
        name: Option<Rc<str>>,
        subject: Box<Expr>,
        arguments: Arguments,
        negated: bool,
    },
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Plus(Box<Expr>),
    Floor(Box<Expr>),
    Binary {
        operator: Operator,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    In {
        item: Box<Expr>,
        container: Box<Expr>,
        negated: bool,
    },
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Option<Box<Expr>>,
    },
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Same,
    NotSame,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Join,
    Multiply,
    Divide,
    Remainder,
    Power,
}

impl Expr {
    /// Calls a function with each direct part.
    pub(crate) fn each_part<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Regex(_)
            | ExprKind::Name(_) => {}
            ExprKind::List(items) | ExprKind::Group(items) => items.iter().for_each(visit),
            ExprKind::Map(entries) => entries.iter().for_each(|(_, value)| visit(value)),
            ExprKind::Member { object, key } => {
                visit(object);
                visit(key);
            }
            ExprKind::Slice { object, start, end, step } => {
                visit(object);
                [start, end, step].into_iter().flatten().for_each(|part| visit(part));
            }
            ExprKind::Call { callee: first, arguments }
            | ExprKind::Filter { input: first, arguments, .. }
            | ExprKind::Test { subject: first, arguments, .. } => {
                visit(first);
                arguments.each(visit);
            }
            ExprKind::Not(part) | ExprKind::Minus(part) | ExprKind::Plus(part) | ExprKind::Floor(part) => {
                visit(part);
            }
            ExprKind::Binary { left, right, .. }
            | ExprKind::In { item: left, container: right, .. }
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right) => {
                visit(left);
                visit(right);
            }
            ExprKind::If { condition, then, otherwise } => {
                visit(condition);
                visit(then);
                if let Some(otherwise) = otherwise {
                    visit(otherwise);
                }
            }
        }
    }
}

impl Arguments {
    /// Calls a function with each argument.
    pub(crate) fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.positional.iter().for_each(&mut *visit);
        self.named.iter().for_each(|(_, value)| visit(value));
    }
}

impl Node {
    /// Calls a function with each expression of the tag itself.
    pub(crate) fn each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            NodeKind::Text | NodeKind::SetBlock { .. } | NodeKind::Block(_) => {}
            NodeKind::Output(expr) | NodeKind::For { over: expr, .. } | NodeKind::Set { value: expr, .. } => {
                visit(expr);
            }
            NodeKind::If { branches, .. } => branches.iter().for_each(|(condition, _)| visit(condition)),
            NodeKind::Macro(definition) => definition.each_default(visit),
            NodeKind::Call { callee, arguments, caller } => {
                visit(callee);
                arguments.each(visit);
                caller.each_default(visit);
            }
            NodeKind::Filter { arguments, .. } => arguments.each(visit),
            NodeKind::Switch { subject, cases, .. } => {
                visit(subject);
                for (value, _) in cases {
                    visit(value);
                }
            }
        }
    }

    /// Calls a function with each body of the tag.
    pub(crate) fn each_body<'a>(&'a self, visit: &mut dyn FnMut(&'a [Node])) {
        match &self.kind {
            NodeKind::Text | NodeKind::Output(_) | NodeKind::Set { .. } => {}
            NodeKind::If { branches: bodies, otherwise }
            | NodeKind::Switch { cases: bodies, otherwise, .. } => {
                for (_, body) in bodies {
                    visit(body);
                }
                visit(otherwise);
            }
            NodeKind::For { body, otherwise, .. } => {
                visit(body);
                visit(otherwise);
            }
            NodeKind::SetBlock { body, .. } | NodeKind::Filter { body, .. } | NodeKind::Block(body) => {
                visit(body);
            }
            NodeKind::Macro(definition) | NodeKind::Call { caller: definition, .. } => {
                visit(&definition.body);
            }
        }
    }
}

impl Macro {
    fn each_default<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.parameters.iter().filter_map(|parameter| parameter.default.as_ref()).for_each(visit);
    }
}
