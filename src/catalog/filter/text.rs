//! The texts of `filter=`: `kind=component,spec.type=service`.

use super::{Condition, FilterError, Predicate, Primitive};

/// Reads filters: within one text all keys must hold, each with one of its values; of several texts one.
/// Nothing where nothing is asked.
pub fn parse_filters<'a>(
    filters: impl IntoIterator<Item = &'a str>,
) -> Result<Option<Predicate>, FilterError> {
    let mut alternatives = Vec::new();
    for filter in filters {
        alternatives.extend(parse_one(filter)?);
    }
    Ok(if alternatives.len() > 1 { Some(Predicate::Any(alternatives)) } else { alternatives.pop() })
}

fn parse_one(filter: &str) -> Result<Option<Predicate>, FilterError> {
    let mut fields: Vec<(&str, Vec<Primitive>)> = Vec::new();
    for statement in filter.split(',').map(str::trim).filter(|statement| !statement.is_empty()) {
        let (key, value) = match statement.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (statement, None),
        };
        if key.is_empty() {
            return Err(FilterError::new(format!(
                "{statement:?} in a filter has no key: write key=value, key= or key"
            )));
        }
        let at = fields.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            fields.push((key, Vec::new()));
            fields.len() - 1
        });
        fields[at].1.extend(value.map(Primitive::text));
    }
    let mut predicates: Vec<_> = fields.into_iter().map(|(key, values)| on_field(key, values)).collect();
    Ok(if predicates.len() > 1 { Some(Predicate::All(predicates)) } else { predicates.pop() })
}

fn on_field(key: &str, mut values: Vec<Primitive>) -> Predicate {
    let condition = match (values.len(), values.pop()) {
        (_, None) => Condition::Exists(true),
        (1, Some(value)) => Condition::Equals(value),
        (_, Some(last)) => {
            values.push(last);
            Condition::In(values)
        }
    };
    Predicate::Fields(vec![(key.to_owned(), condition)])
}
