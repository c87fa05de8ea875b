//! A predicate on index rows, as a Backstage server evaluates it: keys and values in any case, lists by their
//! items.

use super::{Condition, FilterError, Predicate, Row, Rows};

/// A predicate that a server accepts.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexQuery(Test);

#[derive(Debug, Clone, PartialEq)]
enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// Whether a row with this key is there.
    Exists(String),
    /// Whether a row with this key has one of these values.
    In(String, Vec<String>),
    /// Whether a row with this key has a value that starts so.
    HasPrefix(String, String),
}

impl IndexQuery {
    /// The query of a predicate, or why a server refuses it.
    pub fn new(predicate: &Predicate) -> Result<Self, FilterError> {
        test(predicate).map(Self)
    }

    /// Whether it holds for an entity.
    pub fn holds(&self, rows: &Rows) -> bool {
        self.0.holds(rows)
    }
}

fn test(predicate: &Predicate) -> Result<Test, FilterError> {
    let tests = |items: &[Predicate]| items.iter().map(test).collect::<Result<Vec<_>, _>>();
    Ok(match predicate {
        Predicate::All(items) => Test::All(tests(items)?),
        Predicate::Any(items) => Test::Any(tests(items)?),
        Predicate::Not(inner) => Test::Not(Box::new(test(inner)?)),
        Predicate::Fields(fields) => Test::All(
            fields
                .iter()
                .map(|(key, condition)| on_field(&key.to_lowercase(), condition))
                .collect::<Result<_, _>>()?,
        ),
        Predicate::Is(value) => {
            return Err(FilterError::new(format!(
                "a value cannot stand alone: name its field, such as {{\"kind\": {}}}",
                value.value()
            )));
        }
    })
}

fn on_field(key: &str, condition: &Condition) -> Result<Test, FilterError> {
    let lower = |text: String| text.to_lowercase();
    let own = key.to_owned();
    Ok(match condition {
        Condition::Equals(value) => Test::In(own, vec![lower(value.to_text())]),
        Condition::Exists(true) => Test::Exists(own),
        Condition::Exists(false) => Test::Not(Box::new(Test::Exists(own))),
        Condition::In(values) => Test::In(own, values.iter().map(|value| lower(value.to_text())).collect()),
        Condition::HasPrefix(prefix) => Test::HasPrefix(own, prefix.to_lowercase()),
        Condition::Contains(inner) => match &**inner {
            Predicate::Is(value) => Test::In(own, vec![lower(value.to_text())]),
            Predicate::Fields(fields) if key == "relations" => relation(fields)?,
            _ => {
                return Err(FilterError::new(format!(
                    "$contains on {key} takes a text, a number or a yes/no"
                )));
            }
        },
    })
}

/// `$contains` on relations: a type, and maybe targets.
fn relation(fields: &[(String, Condition)]) -> Result<Test, FilterError> {
    let wrong = |message: &str| FilterError::new(format!("$contains on relations {message}"));
    let (mut relation, mut targets) = (None, None);
    for (key, condition) in fields {
        match (key.to_lowercase().as_str(), condition) {
            ("type", _) if relation.is_some() => return Err(wrong("names its type twice")),
            ("type", Condition::Equals(value)) if value.value().is_string() => {
                relation = Some(value.to_text());
            }
            ("targetref", _) if targets.is_some() => return Err(wrong("names its targetRef twice")),
            ("targetref", Condition::Equals(value)) if value.value().is_string() => {
                targets = Some(vec![value.to_text().to_lowercase()]);
            }
            ("targetref", Condition::In(values))
                if !values.is_empty() && values.iter().all(|value| value.value().is_string()) =>
            {
                targets = Some(values.iter().map(|value| value.to_text().to_lowercase()).collect());
            }
            _ => return Err(wrong("takes a type and a targetRef, each a text; targetRef takes $in as well")),
        }
    }
    let relation = relation.filter(|name| !name.is_empty()).ok_or_else(|| wrong("needs a type"))?;
    let key = format!("relations.{}", relation.to_lowercase());
    Ok(match targets {
        Some(targets) => Test::In(key, targets),
        None => Test::Exists(key),
    })
}

impl Test {
    fn holds(&self, rows: &Rows) -> bool {
        let value_holds = |key: &str, test: &dyn Fn(&str) -> bool| {
            rows.with_key(key).any(|row: &Row| row.value.as_deref().is_some_and(test))
        };
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(rows)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(rows)),
            Self::Not(test) => !test.holds(rows),
            Self::Exists(key) => rows.with_key(key).next().is_some(),
            Self::In(key, values) => value_holds(key, &|value| values.iter().any(|wanted| wanted == value)),
            Self::HasPrefix(key, prefix) => value_holds(key, &|value| value.starts_with(prefix.as_str())),
        }
    }
}
