//! A predicate as data, and its JSON form.

use serde_json::{Map, Value, json};

/// Levels of predicates within predicates.
const MAX_DEPTH: usize = 32;

/// Why a filter, a predicate or a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilterError(pub(super) String);

impl FilterError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// A condition on an entity.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// All of them hold.
    All(Vec<Predicate>),
    /// At least one of them holds.
    Any(Vec<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
    /// The conditions on all of these fields hold.
    Fields(Vec<(String, Condition)>),
    /// The value itself is this.
    Is(Primitive),
}

/// A condition on a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// It is this.
    Equals(Primitive),
    /// It is there, or is not.
    Exists(bool),
    /// It is one of these.
    In(Vec<Primitive>),
    /// It is a list, and the predicate holds for one of its values.
    Contains(Box<Predicate>),
    /// It is a text that starts so.
    HasPrefix(String),
}

/// A text, a number or a yes/no.
#[derive(Debug, Clone, PartialEq)]
pub struct Primitive(Value);

impl Primitive {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self(Value::String(text.into()))
    }

    /// As a JSON value.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// As text.
    pub(super) fn to_text(&self) -> String {
        super::rows::as_text(&self.0)
    }

    fn parse(value: &Value) -> Option<Self> {
        matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_)).then(|| Self(value.clone()))
    }
}

impl Predicate {
    /// Reads the JSON form.
    pub fn parse(value: &Value) -> Result<Self, FilterError> {
        Self::parse_at(value, 0)
    }

    fn parse_at(value: &Value, depth: usize) -> Result<Self, FilterError> {
        if depth > MAX_DEPTH {
            return Err(FilterError(format!("the predicate is nested deeper than {MAX_DEPTH} levels")));
        }
        if let Some(primitive) = Primitive::parse(value) {
            return Ok(Self::Is(primitive));
        }
        let Value::Object(map) = value else {
            return Err(FilterError(format!("{value} is no predicate: a map was expected")));
        };
        if let Some((operator, operand)) = map.iter().next().filter(|(key, _)| key.starts_with('$')) {
            if map.len() > 1 {
                return Err(FilterError(format!("{operator} stands with other keys: wrap them in $all")));
            }
            let list = || match operand {
                Value::Array(items) => items.iter().map(|item| Self::parse_at(item, depth + 1)).collect(),
                _ => Err(FilterError(format!("{operator} takes a list"))),
            };
            return match operator.as_str() {
                "$all" => list().map(Self::All),
                "$any" => list().map(Self::Any),
                "$not" => Ok(Self::Not(Box::new(Self::parse_at(operand, depth + 1)?))),
                _ => Err(FilterError(format!("{operator} is no operator here: $all, $any and $not are"))),
            };
        }
        let field = |(key, value): (&String, &Value)| {
            if key.starts_with(['$', '\n', '\r']) {
                return Err(FilterError(format!("{key} stands with other keys: wrap them in $all")));
            }
            Ok((key.clone(), Condition::parse(key, value, depth)?))
        };
        map.iter().map(field).collect::<Result<_, _>>().map(Self::Fields)
    }

    /// The JSON form.
    pub fn to_value(&self) -> Value {
        let list = |items: &[Self]| -> Value { items.iter().map(Self::to_value).collect() };
        match self {
            Self::All(items) => json!({"$all": list(items)}),
            Self::Any(items) => json!({"$any": list(items)}),
            Self::Not(inner) => json!({"$not": inner.to_value()}),
            Self::Fields(fields) => {
                let entries = fields.iter().map(|(key, condition)| (key.clone(), condition.to_value()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
            Self::Is(primitive) => primitive.0.clone(),
        }
    }
}

impl Condition {
    fn parse(key: &str, value: &Value, depth: usize) -> Result<Self, FilterError> {
        if let Some(primitive) = Primitive::parse(value) {
            return Ok(Self::Equals(primitive));
        }
        let wrong = || {
            FilterError(format!(
                "the condition on {key} takes a text, a number, a yes/no, $exists, $in, $contains or $hasPrefix, but is {value}"
            ))
        };
        // The first operator that fits is taken, in this order; what else stands there is ignored.
        if let Some(Value::Bool(exists)) = value.get("$exists") {
            return Ok(Self::Exists(*exists));
        }
        if let Some(Value::Array(items)) = value.get("$in")
            && let Some(allowed) = items.iter().map(Primitive::parse).collect::<Option<Vec<_>>>()
        {
            return Ok(Self::In(allowed));
        }
        if let Some(inner) = value.get("$contains") {
            return Predicate::parse_at(inner, depth + 1).map(|inner| Self::Contains(Box::new(inner)));
        }
        if let Some(Value::String(prefix)) = value.get("$hasPrefix") {
            return Ok(Self::HasPrefix(prefix.clone()));
        }
        Err(wrong())
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Equals(primitive) => primitive.0.clone(),
            Self::Exists(exists) => json!({"$exists": exists}),
            Self::In(allowed) => {
                json!({"$in": allowed.iter().map(|one| one.0.clone()).collect::<Vec<_>>()})
            }
            Self::Contains(inner) => json!({"$contains": inner.to_value()}),
            Self::HasPrefix(prefix) => json!({"$hasPrefix": prefix}),
        }
    }
}
