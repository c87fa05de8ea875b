//! Order, full text and pages, as `/entities/by-query` has them.
//!
//! Entities without the field that orders are left out; a field that is a list repeats its entities; only the
//! first field orders, and ties go by the place of the entity.

use super::{FilterError, IndexQuery, Rows};

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Order {
    /// Reads `field`, `field,asc` or `field,desc`. Without a direction the first page is ascending, and has
    /// no cursor that a server would accept.
    pub fn parse(text: &str) -> Result<(String, Option<Self>), FilterError> {
        let (field, order) = text.split_once(',').map_or((text, None), |(field, rest)| (field, Some(rest)));
        let order = match order.map(|order| order.split(',').next().unwrap_or_default()) {
            None => None,
            Some("asc") => Some(Self::Ascending),
            Some("desc") => Some(Self::Descending),
            Some(other) => {
                return Err(FilterError::new(format!("the order {other:?} is neither asc nor desc")));
            }
        };
        Ok((field.to_owned(), order))
    }
}

/// A text that the values of some fields must hold; `%` stands for anything and `_` for one character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextFilter {
    /// The text; blanks around it are dropped.
    pub term: String,
    /// The fields; without any the field that orders, else `metadata.uid`.
    pub fields: Option<Vec<String>>,
}

/// Where a page starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Start {
    /// At the first entity.
    #[default]
    First,
    /// Behind so many.
    Offset(usize),
    /// Where another page says.
    At(Cursor),
}

/// A request for a page.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// What must hold.
    pub query: Option<IndexQuery>,
    /// The field that orders.
    pub order: Option<(String, Option<Order>)>,
    /// What the text must be.
    pub text: TextFilter,
    /// How many at most.
    pub limit: usize,
    /// Where to start.
    pub start: Start,
}

/// A place between two rows of an ordered list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    edge: Key,
    first: Key,
    is_previous: bool,
}

/// What a row is ordered by: its value, if a field orders, and the place of its entity.
type Key = (Option<String>, usize);

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The numbers of the entities.
    pub items: Vec<usize>,
    /// How many entities there are on all pages.
    pub total: usize,
    /// The next page.
    pub next: Option<Cursor>,
    /// The page before.
    pub previous: Option<Cursor>,
}

/// The page of some entities.
pub fn page(entities: &[Rows], request: &PageRequest) -> Result<Page, FilterError> {
    let lacks_direction = matches!(&request.order, Some((_, None)));
    if lacks_direction && matches!(request.start, Start::At(_)) {
        return Err(FilterError::new(
            "a cursor needs the direction of its order: write field,asc or field,desc",
        ));
    }
    let (rows, total) = matching(entities, request);
    let is_descending = matches!(&request.order, Some((_, Some(Order::Descending))));
    let forward = |a: &Key, b: &Key| if is_descending { b.cmp(a) } else { a.cmp(b) };

    let mut rows = rows;
    rows.sort_by(forward);
    let limit = request.limit;
    let window: Vec<Key> = match &request.start {
        Start::First => rows,
        Start::Offset(offset) => rows.into_iter().skip(*offset).collect(),
        Start::At(cursor) if cursor.is_previous => {
            let before: Vec<_> = rows.into_iter().filter(|row| forward(row, &cursor.edge).is_lt()).collect();
            let skipped = before.len().saturating_sub(limit);
            before.into_iter().skip(skipped).collect()
        }
        Start::At(cursor) => rows.into_iter().filter(|row| forward(row, &cursor.edge).is_gt()).collect(),
    };
    let is_backwards = matches!(&request.start, Start::At(cursor) if cursor.is_previous);
    let has_more = limit > 0 && (is_backwards || window.len() > limit);
    let shown = &window[..window.len().min(limit)];
    Ok(Page {
        items: shown.iter().map(|(_, entity)| *entity).collect(),
        total,
        next: next(shown, request).filter(|_| has_more),
        previous: previous(shown, request),
    })
}

fn next(shown: &[Key], request: &PageRequest) -> Option<Cursor> {
    let first = match &request.start {
        Start::At(cursor) => cursor.first.clone(),
        _ => shown.first()?.clone(),
    };
    Some(Cursor { edge: shown.last()?.clone(), first, is_previous: false })
}

fn previous(shown: &[Key], request: &PageRequest) -> Option<Cursor> {
    let Start::At(cursor) = &request.start else { return None };
    let edge = shown.first().filter(|row| **row != cursor.first)?.clone();
    Some(Cursor { edge, first: cursor.first.clone(), is_previous: true })
}

/// The rows that match, and the number of their entities.
fn matching(entities: &[Rows], request: &PageRequest) -> (Vec<Key>, usize) {
    let sort_key = request.order.as_ref().map(|(field, _)| field.to_lowercase());
    let term = request.text.term.trim().to_lowercase();
    let fields = request
        .text
        .fields
        .clone()
        .unwrap_or_else(|| vec![sort_key.clone().unwrap_or_else(|| "metadata.uid".to_owned())]);
    let is_on_sort_key = sort_key.as_ref().is_some_and(|key| fields.len() == 1 && fields[0] == *key);
    let holds_term = |value: Option<&str>| value.is_some_and(|value| is_like(value, &term));

    let mut keys = Vec::new();
    let mut total = 0;
    for (number, rows) in entities.iter().enumerate() {
        let is_asked = request.query.as_ref().is_none_or(|query| query.holds(rows));
        let says_term = term.is_empty()
            || fields.iter().any(|field| {
                rows.with_key(&field.to_lowercase()).any(|row| holds_term(row.value.as_deref()))
            });
        if !is_asked || !says_term {
            continue;
        }
        let before = keys.len();
        match &sort_key {
            None => keys.push((None, number)),
            Some(key) => {
                let values = rows.with_key(key).filter_map(|row| row.value.clone());
                let kept = values.filter(|value| !is_on_sort_key || term.is_empty() || is_like(value, &term));
                keys.extend(kept.map(|value| (Some(value), number)));
            }
        }
        total += usize::from(keys.len() > before);
    }
    (keys, total)
}

/// Whether a value holds a term in which `%` stands for anything and `_` for one character.
fn is_like(value: &str, term: &str) -> bool {
    let value: Vec<char> = value.chars().collect();
    let term: Vec<char> = format!("%{term}%").chars().collect();
    let (mut at, mut wanted) = (0, 0);
    let mut retry = None;
    while at < value.len() {
        match term.get(wanted) {
            Some('%') => {
                retry = Some((wanted, at));
                wanted += 1;
            }
            Some(c) if *c == '_' || *c == value[at] => {
                at += 1;
                wanted += 1;
            }
            _ => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                (wanted, at) = (star + 1, from + 1);
            }
        }
    }
    term[wanted..].iter().all(|c| *c == '%')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wildcards_of_the_database_are_wildcards() {
        assert!(is_like("payments-api", "pay") && is_like("payments-api", "p%api") && is_like("abc", "a_c"));
        assert!(!is_like("abc", "ac") && is_like("", "") && !is_like("", "a"));
    }

    #[test]
    fn pages_lead_forth_and_back() {
        let entities: Vec<Rows> = ["c", "a", "d", "b"]
            .iter()
            .map(|name| Rows::of(&json!({"metadata": {"name": name}})).unwrap())
            .collect();
        let order = Order::parse("metadata.name,asc").unwrap();
        let mut request = PageRequest { order: Some(order), limit: 2, ..PageRequest::default() };
        let first = page(&entities, &request).unwrap();
        assert_eq!((first.items.as_slice(), first.total, first.previous), ([1, 3].as_slice(), 4, None));
        request.start = Start::At(first.next.unwrap());
        let second = page(&entities, &request).unwrap();
        assert_eq!((second.items.as_slice(), second.next), ([0, 2].as_slice(), None));
        request.start = Start::At(second.previous.unwrap());
        let back = page(&entities, &request).unwrap();
        assert_eq!((back.items.as_slice(), back.previous), ([1, 3].as_slice(), None));
    }
}
