//! Problems as a SARIF 2.1.0 log, which code scanning reads.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::catalog::{Code, CodeEntry, Origin, Problem, Severity};

/// The schema that the log follows.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A log with one run and the rules that its results name.
pub(crate) fn sarif(problems: &[Problem]) -> Value {
    let used: BTreeSet<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
    let rules: Vec<CodeEntry> = used.iter().filter_map(|id| Some(Code::from_id(id)?.entry())).collect();
    let results: Vec<Value> = problems.iter().map(|problem| result(problem, &rules)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "callboard",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules.iter().map(rule).collect::<Vec<_>>(),
                },
            },
            // Our columns count characters.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(entry: &CodeEntry) -> Value {
    json!({
        "id": entry.id,
        "shortDescription": { "text": entry.title },
        "fullDescription": { "text": entry.explanation },
        "help": { "text": format!("{} Backstage: {}", entry.explanation, entry.stock) },
        "defaultConfiguration": { "level": level(entry.severity) },
    })
}

fn result(problem: &Problem, rules: &[CodeEntry]) -> Value {
    let fix = problem.fix.as_ref().map_or(String::new(), |fix| format!(" {fix}"));
    let mut result = json!({
        "ruleId": problem.code,
        "level": level(problem.severity),
        "message": { "text": format!("{}{fix}", problem.message) },
        "locations": [location(&problem.origin)],
    });
    if !problem.related.is_empty() {
        let related = problem.related.iter().enumerate().map(|(number, origin)| {
            let mut location = location(origin);
            location["id"] = number.into();
            location["message"] = json!({ "text": "It is also declared here." });
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(index) = rules.iter().position(|entry| entry.id == problem.code) {
        result["ruleIndex"] = index.into();
    }
    result
}

fn location(origin: &Origin) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&origin.path) },
            "region": { "startLine": origin.position.line, "startColumn": origin.position.column },
        },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A path as a URI reference: relative as it is, absolute with its scheme, every other sign escaped.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}"); // writing into a String cannot fail
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Position, test_origin};

    #[test]
    fn a_result_has_its_rule_its_level_and_its_place() {
        let origin = test_origin("a b/ü.yaml").at(Position { line: 3, column: 7 });
        let problems = [
            Code::Orphan.problem(test_origin("x"), "Alone."),
            Code::TagFormat.problem(origin, "No tag.").with_fix("Write another."),
        ];
        let log = sarif(&problems);
        assert_eq!(
            (&log["version"], &log["runs"][0]["tool"]["driver"]["name"]),
            (&json!("2.1.0"), &json!("callboard"))
        );
        let run = &log["runs"][0];
        assert_eq!(
            run["results"][1],
            json!({
                "ruleId": "CB0211",
                "level": "error",
                "message": { "text": "No tag. Write another." },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": "a%20b/%C3%BC.yaml" },
                        "region": { "startLine": 3, "startColumn": 7 },
                    },
                }],
                "ruleIndex": 0,
            })
        );
        let rules: Vec<_> =
            run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
        assert_eq!(rules, ["CB0211", "CB0406"]);
    }

    #[test]
    fn what_claims_the_same_entity_is_a_related_location() {
        let problem = Code::DuplicateEntity.problem(test_origin("b.yaml"), "Twice.");
        let log = sarif(&[problem.beside(vec![test_origin("a.yaml")])]);
        assert_eq!(
            log["runs"][0]["results"][0]["relatedLocations"],
            json!([{
                "id": 0,
                "message": { "text": "It is also declared here." },
                "physicalLocation": {
                    "artifactLocation": { "uri": "a.yaml" },
                    "region": { "startLine": 1, "startColumn": 1 },
                },
            }])
        );
    }

    #[test]
    fn no_problem_is_an_empty_list_of_results() {
        assert_eq!(sarif(&[])["runs"][0]["results"], json!([]));
    }

    #[test]
    fn an_absolute_path_gets_its_scheme() {
        assert_eq!(uri("/a:b/c"), "file:///a%3Ab/c");
    }
}
