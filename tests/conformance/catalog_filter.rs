//! Backstage's own filter language over the fixture of `catalog_query`.

use std::path::PathBuf;

use callboard::catalog::EntityRef;
use callboard::catalog::filter::{
    Fields, FilterError, IndexQuery, Order, PageRequest, Predicate, Rows, Start, TextFilter, facets, page,
    parse_filters,
};
use serde_json::{Value, json};

use crate::{expect_equal, vectors_folder};

pub(crate) fn filter_string(case: &Value, _: &Value) -> Result<(), String> {
    let found =
        match texts(&case["input"]).and_then(|filters| parse_filters(filters.iter().map(String::as_str))) {
            Ok(predicate) => predicate.map_or(Value::Null, |predicate| predicate.to_value()),
            Err(_) => json!({"error": "invalid-filter"}),
        };
    expect_equal(&found, &case["expect"])
}

pub(crate) fn filter_predicate(case: &Value, _: &Value) -> Result<(), String> {
    let entity = fixture()?.into_iter().next().ok_or("the fixture is empty")?;
    let found = match Predicate::parse(&case["input"]) {
        Ok(predicate) => predicate.holds(&entity).into(),
        Err(_) => json!({"error": "invalid-predicate"}),
    };
    expect_equal(&found, &case["expect"])
}

pub(crate) fn field_selection(case: &Value, file: &Value) -> Result<(), String> {
    let Ok(lists) = texts(&case["input"]) else {
        return expect_equal(&json!({"error": "bad-request"}), &case["expect"]);
    };
    let found = match Fields::parse(lists.iter().map(String::as_str)) {
        Ok(None) => json!("whole-entity"),
        Ok(Some(fields)) => fields.select(&file["entity"]),
        Err(_) if case["expect"].get("error").is_some() => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    expect_equal(&found, &case["expect"])
}

pub(crate) fn search_rows(case: &Value, _: &Value) -> Result<(), String> {
    let found = match Rows::of(&case["input"]) {
        Ok(rows) => {
            let mut rows: Vec<Value> =
                rows.iter().map(|row| json!([row.key, row.value, row.original])).collect();
            rows.sort_by_key(Value::to_string);
            Value::from(rows)
        }
        Err(_) if case["expect"].get("error").is_some() => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    let mut expected = case["expect"].as_array().cloned().unwrap_or_default();
    expected.sort_by_key(Value::to_string);
    expect_equal(&found, &expected.into())
}

pub(crate) fn catalog_query(case: &Value, _: &Value) -> Result<(), String> {
    let input = &case["input"];
    let found = match query(input) {
        Ok(query) => {
            let entities = fixture()?;
            let mut found: Vec<String> = entities
                .iter()
                .filter(|entity| query.as_ref().is_none_or(|query| query.holds(&indexed(entity))))
                .map(reference)
                .collect();
            found.sort();
            json!(found)
        }
        Err(_) => json!({"error": "bad-request"}),
    };
    expect_equal(&found, &case["expect"])
}

pub(crate) fn catalog_facets(case: &Value, _: &Value) -> Result<(), String> {
    let input = &case["input"];
    let fields = texts(&input["facets"]).unwrap_or_default();
    let found = match query(input) {
        Ok(query) if !fields.is_empty() => {
            let rows: Vec<Rows> = fixture()?
                .iter()
                .map(indexed)
                .filter(|rows| query.as_ref().is_none_or(|query| query.holds(rows)))
                .collect();
            let counted = fields.iter().map(|field| (field.clone(), json!(facets(field, &rows))));
            Value::Object(counted.collect())
        }
        _ => json!({"error": "bad-request"}),
    };
    expect_equal(&found, &case["expect"])
}

pub(crate) fn catalog_paging(case: &Value, _: &Value) -> Result<(), String> {
    let params = &case["input"]["params"];
    let entities = fixture()?;
    // In the run that made the vectors, ids were given in the order of the fixture.
    let rows: Vec<Rows> = (1..)
        .zip(&entities)
        .map(|(number, entity)| {
            let mut entity = entity.clone();
            entity["metadata"]["uid"] = format!("id{number:03}").into();
            indexed(&entity)
        })
        .collect();
    let found = match pages(params, &rows, case["input"]["follow"] == true) {
        Ok((pages, last)) => {
            let named = |numbers: &Vec<usize>| -> Vec<String> {
                numbers.iter().map(|number| reference(&entities[*number])).collect()
            };
            json!({
                "pages": pages.iter().map(named).collect::<Vec<_>>(),
                "totalItems": if params["totalItems"] == "exclude" { 0 } else { last.total },
                "hasNext": last.next.is_some(),
                "hasPrev": last.previous.is_some(),
            })
        }
        Err(_) => json!({"error": "bad-request"}),
    };
    expect_equal(&found, &case["expect"])
}

type Pages = (Vec<Vec<usize>>, callboard::catalog::filter::Page);

fn pages(params: &Value, rows: &[Rows], is_followed: bool) -> Result<Pages, FilterError> {
    let order = match texts(&params["orderField"])?.first() {
        Some(text) => Some(Order::parse(text)?),
        None => None,
    };
    let total_mode = params["totalItems"].as_str().unwrap_or("include");
    if !["include", "exclude"].contains(&total_mode) {
        return Err(Order::parse("x,neither").unwrap_err());
    }
    let text_fields = texts(&params["fullTextFilterFields"])?;
    let mut request = PageRequest {
        query: query(params)?,
        order,
        text: TextFilter {
            term: params["fullTextFilterTerm"].as_str().unwrap_or_default().to_owned(),
            fields: (!text_fields.is_empty()).then_some(text_fields),
        },
        limit: params["limit"].as_u64().unwrap_or(200) as usize,
        start: params["offset"].as_u64().map_or(Start::First, |offset| Start::Offset(offset as usize)),
    };
    let mut all = Vec::new();
    loop {
        let found = page(rows, &request)?;
        all.push(found.items.clone());
        match &found.next {
            Some(next) if is_followed => request.start = Start::At(next.clone()),
            _ => return Ok((all, found)),
        }
    }
}

fn query(input: &Value) -> Result<Option<IndexQuery>, FilterError> {
    let filters = texts(&input["filter"])?;
    let filter = parse_filters(filters.iter().map(String::as_str))?;
    let predicate = match input.get("query").filter(|query| !query.is_null()) {
        Some(query) => Some(Predicate::parse(query)?),
        None => None,
    };
    let all: Vec<Predicate> = filter.into_iter().chain(predicate).collect();
    if input.get("query").is_some_and(|query| !query.is_object()) {
        return IndexQuery::new(&Predicate::parse(&Value::Null)?).map(Some);
    }
    match all.len() {
        0 => Ok(None),
        1 => IndexQuery::new(&all[0]).map(Some),
        _ => IndexQuery::new(&Predicate::All(all)).map(Some),
    }
}

/// A text, a list of texts or nothing.
fn texts(value: &Value) -> Result<Vec<String>, FilterError> {
    let refused = || Predicate::parse(&Value::Null).unwrap_err();
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(refused)).collect()
        }
        _ => Err(refused()),
    }
}

/// The entities that several topics share, kept in the file of one.
fn fixture() -> Result<Vec<Value>, String> {
    let path: PathBuf = vectors_folder().join("catalog_query.json");
    let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    Ok(file["fixture"].as_array().cloned().unwrap_or_default())
}

fn indexed(entity: &Value) -> Rows {
    Rows::of(entity).expect("the keys of the fixture differ in more than case")
}

fn reference(entity: &Value) -> String {
    let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    EntityRef::new(text("/kind"), text("/metadata/namespace"), text("/metadata/name")).as_str().to_owned()
}
