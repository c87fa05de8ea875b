//! A descriptor: the entities that a file declares, and what is wrong with it.
//!
//! Every document stands for itself: one that cannot be read, or is no descriptor at all, never hides its
//! neighbours. An entity is kept when it can be named, even if a stock Backstage would refuse it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::lookalike::{self, LookAlike};
use super::placeholder::{self, Files};
use super::served;
use super::validate::{self, Finding};
use super::yaml::{self, Fragment, MAX_FILE_BYTES, MAX_LOCATE_BYTES, Part, YamlError, YamlErrorKind};
use super::{Code, Entity, Origin, Position, Problem};

/// Problems of one document that are reported; one more says how many were left out.
const MAX_DOCUMENT_PROBLEMS: usize = 100;

/// What a file declares.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The entities, in the order of the file. The origin of each is the start of its document.
    pub entities: Vec<Entity>,
    /// Which of the entities a stock Backstage would refuse.
    pub refused: BTreeSet<usize>,
    /// What is wrong, each with its place.
    pub problems: Vec<Problem>,
    /// Documents that are no descriptors, though they stand where descriptors do.
    pub skipped: Vec<Skipped>,
}

/// A document that is no descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// What it is instead.
    pub reason: LookAlike,
    /// Where it starts.
    pub position: Position,
}

/// Reads a descriptor and leaves its placeholders as they are.
pub fn read(bytes: &[u8], origin: &Origin) -> Reading {
    Reader { origin, reading: Reading::default() }.file(bytes, None)
}

/// Reads a descriptor and puts the content of files in the place of its placeholders.
pub fn read_with_files(bytes: &[u8], origin: &Origin, files: &mut Files<'_>) -> Reading {
    Reader { origin, reading: Reading::default() }.file(bytes, Some(files))
}

/// Reads one entity that a server gave as JSON. Its placeholders are replaced already, its relations are taken
/// as the server made them, and the errors that it reports become problems of the entity.
pub fn read_json(bytes: &[u8], origin: &Origin) -> Reading {
    let mut reader = Reader { origin, reading: Reading::default() };
    match serde_json::from_slice(bytes) {
        Ok(value @ Value::Object(_)) => reader.served(value),
        Ok(_) => reader.report(Code::NotAMap, Position::default(), "The answer is no entity.".to_owned()),
        Err(error) => {
            let position = Position { line: error.line() as u32, column: error.column() as u32 };
            reader.report(Code::YamlSyntax, position, format!("The answer is no JSON: {error}."));
        }
    }
    reader.reading
}

/// Gives problems of one file the exact places of the values that their pointers name, from the bytes of the
/// file. Problems that were found without the file at hand have only the start of their document.
pub fn locate<'p>(problems: impl IntoIterator<Item = &'p mut Problem>, bytes: &[u8]) {
    let Ok(text) = yaml::decode(bytes) else { return };
    let fragments: Vec<_> = yaml::documents(text).map(|fragment| (fragment.position(), fragment)).collect();
    for problem in problems {
        let Some(pointer) = problem.pointer.take() else { continue };
        let start = problem.origin.position;
        if let Ok(at) = fragments.binary_search_by_key(&start, |(position, _)| *position) {
            problem.origin.position = fragments[at].1.locate(&pointer, Part::Value);
        }
    }
}

/// The place of a value in the document that begins at `start`; nothing where none begins there any more.
pub fn place(bytes: &[u8], start: Position, pointer: &str) -> Option<Position> {
    let text = yaml::decode(bytes).ok()?;
    let fragment = yaml::documents(text).find(|fragment| fragment.position() == start)?;
    Some(fragment.locate(pointer, Part::Value))
}

struct Reader<'o> {
    origin: &'o Origin,
    reading: Reading,
}

impl Reader<'_> {
    fn file(mut self, bytes: &[u8], mut files: Option<&mut Files<'_>>) -> Reading {
        if bytes.len() > MAX_FILE_BYTES {
            let message = format!("The file has {} bytes; at most {MAX_FILE_BYTES} are read.", bytes.len());
            self.report(Code::TooLarge, Position::default(), message);
            return self.reading;
        }
        match yaml::decode(bytes) {
            Err(error) => {
                let message = format!("{}.", capitalised(&error.to_string()));
                self.report(Code::NotText, error.position(), message);
            }
            Ok(text) => {
                for fragment in yaml::documents(text) {
                    self.document(&fragment, files.as_deref_mut());
                }
            }
        }
        self.reading
    }

    fn document(&mut self, fragment: &Fragment<'_>, files: Option<&mut Files<'_>>) {
        let mut value = match fragment.parse() {
            Ok(Value::Null) => return,
            Ok(value @ Value::Object(_)) => value,
            Ok(other) => return self.not_a_map(fragment, &other),
            Err(error) if lookalike::is_template_text(fragment.text()) => {
                return self.skip(LookAlike::Skeleton, error.position);
            }
            Err(error) => return self.broken(&error),
        };
        let start = fragment.position();
        if let Some(reason) = lookalike::of_value(&value) {
            return self.skip(reason, start);
        }
        // The key of a placeholder has a dollar, be it escaped.
        let files = files.filter(|_| fragment.text().contains(['$', '\\']));
        let unreplaced = files.map(|files| placeholder::replace(&mut value, files)).unwrap_or_default();
        self.value(value, &unreplaced, Places { fragment: Some(fragment), left: MAX_LOCATE_BYTES });
    }

    /// Checks an entity that a server gave, and keeps it with the errors that the server reports.
    fn served(&mut self, value: Value) {
        let errors = served::errors(&value);
        let known = self.reading.entities.len();
        self.value(value, &[], Places { fragment: None, left: 0 });
        let entity = self.reading.entities.get(known).map(|entity| entity.reference.clone());
        self.reading.problems.extend(errors.into_iter().map(|message| Problem {
            entity: entity.clone(),
            ..Code::ProcessingError.problem(self.origin.clone(), message)
        }));
    }

    /// Checks a document and keeps its entity.
    fn value(&mut self, value: Value, unreplaced: &[placeholder::PlaceholderError], mut places: Places<'_>) {
        let start = places.start();
        let mut findings = validate::validate(&value);
        if places.fragment.is_none() {
            findings.retain(|finding| !served::is_of_server(finding));
        }
        let mut problems: Vec<Problem> = Vec::new();
        for error in unreplaced {
            let position = places.find(&error.pointer, Part::Value);
            let code = if error.is_remote { Code::NotFetched } else { Code::BadPlaceholder };
            let problem = code.problem(self.origin.at(position), error.message.clone());
            problems.push(if error.is_remote {
                problem
            } else {
                problem.with_fix(
                    "Correct the path, which begins at the folder of this file, or write the text itself.",
                )
            });
        }
        for finding in findings.iter().take(MAX_DOCUMENT_PROBLEMS) {
            problems.push(self.problem(finding, &value, &mut places));
        }
        if let Some(more) = findings.len().checked_sub(MAX_DOCUMENT_PROBLEMS).filter(|more| *more > 0)
            && let Some(last) = problems.last_mut()
        {
            last.message = format!("{} {more} more problems of this document are left out.", last.message);
        }
        let is_refused = unreplaced.iter().any(|error| !error.is_remote) || findings.iter().any(is_refusal);
        let entity =
            Self::is_named(&value).then(|| Entity::from_value(value, self.origin.at(start))).flatten();
        if let Some(entity) = entity {
            for problem in &mut problems {
                problem.entity = Some(entity.reference.clone());
            }
            if is_refused {
                self.reading.refused.insert(self.reading.entities.len());
            }
            self.reading.entities.push(entity);
        }
        problems.sort_by_key(|problem| problem.origin.position);
        self.reading.problems.append(&mut problems);
    }

    /// Whether there is enough to know the entity by.
    fn is_named(value: &Value) -> bool {
        value.get("apiVersion").and_then(Value::as_str).is_some_and(|version| !version.is_empty())
    }

    fn problem(&self, finding: &Finding, document: &Value, places: &mut Places<'_>) -> Problem {
        let part = if finding.is_about_key { Part::Key } else { Part::Value };
        let position = places.find(&finding.pointer, part);
        let mut problem = finding.code.problem(self.origin.at(position), finding.message.clone());
        problem.fix = finding.fix.clone().or(problem.fix);
        let value = document.pointer(&finding.pointer);
        if let Some(scalar @ (Value::Number(_) | Value::Null)) = value
            && matches!(finding.code, Code::WrongFieldType | Code::WrongSpecType)
        {
            as_written(&mut problem, scalar, places.word_at(position));
        }
        problem
    }

    fn not_a_map(&mut self, fragment: &Fragment<'_>, value: &Value) {
        let what = if value.is_array() { "a list" } else { "a single value" };
        let message = format!("The document is {what}, not a map with apiVersion, kind and metadata.");
        self.report(Code::NotAMap, fragment.position(), message);
    }

    fn broken(&mut self, error: &YamlError) {
        let code = match error.kind {
            YamlErrorKind::Syntax => Code::YamlSyntax,
            YamlErrorKind::DuplicateKey => Code::DuplicateKey,
            YamlErrorKind::TooDeep => Code::TooDeep,
            YamlErrorKind::TooLarge => Code::TooLarge,
        };
        let message = format!("{}.", capitalised(&error.message));
        let problem = code.problem(self.origin.at(error.position), message);
        self.reading.problems.push(Problem { fix: error.fix.clone().or(problem.fix.clone()), ..problem });
    }

    fn report(&mut self, code: Code, position: Position, message: String) {
        self.reading.problems.push(code.problem(self.origin.at(position), message));
    }

    fn skip(&mut self, reason: LookAlike, position: Position) {
        self.reading.skipped.push(Skipped { reason, position });
        let problem = Code::LeftOut.problem(self.origin.at(position), reason.reason());
        self.reading.problems.push(problem.with_fix(reason.fix()));
    }
}

/// Quotes a scalar as the file has it: `1e3` is not what its author would call 1000.
fn as_written(problem: &mut Problem, scalar: &Value, word: &str) {
    let read = scalar.to_string();
    if word.is_empty() || word == read || matches!(word, "~" | "Null" | "NULL") {
        return;
    }
    problem.message = problem.message.replacen(&format!("but is {read}."), &format!("but is {word}."), 1);
    problem.fix = Some(format!("Write it in quotes: \"{word}\"."));
}

/// Whether a stock Backstage refuses an entity for this.
fn is_refusal(finding: &Finding) -> bool {
    finding.stage < validate::Stage::Lint
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Looks places up in one document, within a budget of bytes. What a server sent has none.
struct Places<'a> {
    fragment: Option<&'a Fragment<'a>>,
    left: usize,
}

impl Places<'_> {
    fn start(&self) -> Position {
        self.fragment.map_or_else(Position::default, Fragment::position)
    }

    fn find(&mut self, pointer: &str, part: Part) -> Position {
        let Some(fragment) = self.fragment else { return Position::default() };
        match self.left.checked_sub(fragment.text().len()) {
            Some(left) => {
                self.left = left;
                fragment.locate(pointer, part)
            }
            None => fragment.position(),
        }
    }

    fn word_at(&self, position: Position) -> &str {
        self.fragment.map_or("", |fragment| fragment.word_at(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::test_origin;

    fn read_text(text: &str) -> Reading {
        read(text.as_bytes(), &test_origin("catalog-info.yaml"))
    }

    fn codes(reading: &Reading) -> Vec<(&str, u32, u32)> {
        let place = |problem: &Problem| problem.origin.position;
        reading.problems.iter().map(|p| (p.code.as_str(), place(p).line, place(p).column)).collect()
    }

    const GROUP: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: ok\nspec:\n  type: team\n  children: []\n";

    #[test]
    fn a_broken_document_keeps_its_neighbours() {
        let reading = read_text(&format!("{GROUP}---\na: [1\n---\n- x\n---\n{}", GROUP.replace("ok", "two")));
        let names: Vec<_> = reading.entities.iter().map(|entity| entity.reference.as_str()).collect();
        assert_eq!(names, ["group:default/ok", "group:default/two"]);
        assert_eq!(codes(&reading), [("CB0101", 9, 4), ("CB0103", 11, 1)]);
        assert_eq!(reading.entities[1].origin.position.line, 13);
    }

    #[test]
    fn an_entity_with_faults_is_kept_and_marked_as_refused() {
        let reading =
            read_text(&GROUP.replace("  children: []\n", "  children: x\n  profile:\n    email: 5\n"));
        assert_eq!(reading.entities.len(), 1);
        assert_eq!(reading.refused, BTreeSet::from([0]));
        assert_eq!(codes(&reading), [("CB0304", 7, 13), ("CB0304", 9, 12)]);
    }

    #[test]
    fn a_missing_field_is_placed_at_its_parent() {
        let reading = read_text(&GROUP.replace("  children: []\n", ""));
        assert_eq!(codes(&reading), [("CB0303", 5, 1)]);
        assert_eq!(reading.problems[0].fix.as_deref(), Some("Add `children: []`."));
    }

    #[test]
    fn a_number_is_quoted_as_it_was_written() {
        let reading = read_text(&GROUP.replace("name: ok", "name: 1e3 # short"));
        assert_eq!(reading.problems[0].message, "metadata.name takes a text, but is 1e3.");
        assert_eq!(reading.problems[0].fix.as_deref(), Some("Write it in quotes: \"1e3\"."));
    }

    #[test]
    fn a_control_character_is_named_with_its_place() {
        let reading = read_text(&GROUP.replace("name: ok", "name: o\u{1b}k"));
        assert_eq!(codes(&reading), [("CB0101", 4, 10)]);
        assert_eq!(reading.problems[0].message, "The control character U+001B stands in the text.");
    }

    #[test]
    fn what_is_left_out_is_noted_at_its_place() {
        let reading = read_text(&format!("{GROUP}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: x}}\n"));
        assert_eq!(codes(&reading), [("CB0110", 9, 1)]);
        assert_eq!(reading.skipped[0].reason, LookAlike::OtherSystem);
    }

    #[test]
    fn a_malformed_version_kind_or_name_makes_no_document_vanish() {
        for (version, kind, name, expected) in [
            ("a/b/c", "Custom", "x", ("CB0205", 1, 13)),
            ("acme.com/v1", "My-Kind", "x", ("CB0206", 2, 7)),
            ("acme.com/v1", "Custom", "-x", ("CB0207", 4, 9)),
        ] {
            let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n");
            assert!(codes(&read_text(&text)).contains(&expected), "{text}");
        }
    }

    #[test]
    fn a_kind_of_ones_own_is_kept_with_a_note() {
        let reading = read_text(&GROUP.replace("Group", "S3Bucket"));
        assert_eq!(reading.entities[0].reference.kind(), "s3bucket");
        assert_eq!(codes(&reading), [("CB0301", 2, 7)]);
    }

    #[test]
    fn what_no_reference_can_name_is_a_problem_and_no_entity() {
        for (sound, unsound) in [("kind: Group", "kind: a/Group"), ("name: ok", "name: ok\n  namespace: a/b")]
        {
            let reading = read_text(&GROUP.replace(sound, unsound));
            assert_eq!(reading.entities, []);
            assert!(!reading.problems.is_empty());
        }
    }

    #[test]
    fn binary_files_and_empty_ones_are_told_apart() {
        let origin = test_origin("catalog-info.yaml");
        assert_eq!(codes(&read(b"a\xff", &origin)), [("CB0106", 1, 2)]);
        assert_eq!(read(b"# nothing\n---\n", &origin), Reading::default());
    }

    #[test]
    fn what_a_server_adds_is_no_fault_and_the_errors_that_it_reports_are_problems() {
        let served = serde_json::json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": {"name": "ok", "uid": "1"},
            "spec": {"type": "team", "children": []},
            "relations": [{"type": "acme.com/audits", "targetRef": "component:default/x"}],
            "status": {"items": [
                {"type": "backstage.io/catalog-processing", "level": "error", "message": "no such file",
                 "error": {"name": "NotFoundError", "message": "no such file"}},
                {"type": "x", "level": "warning", "message": "slow"},
            ]},
        });
        let reading = read_json(served.to_string().as_bytes(), &test_origin("x"));
        assert_eq!(codes(&reading), [("CB0411", 1, 1)]);
        assert_eq!(
            reading.problems[0].message,
            "The server reports an error: NotFoundError: no such file (backstage.io/catalog-processing)."
        );
        assert_eq!(reading.problems[0].entity.as_ref(), Some(&reading.entities[0].reference));
        assert!(reading.refused.is_empty());
        let document = reading.entities[0].document.json();
        assert!(document.contains("acme.com/audits") && document.contains("slow"));
    }

    #[test]
    fn a_place_is_found_again_from_the_file() {
        let text = format!("{GROUP}---\n{GROUP}");
        let reading = read_text(&text);
        let mut problem =
            Code::Dangling.problem(reading.entities[1].origin.clone(), "x").at_pointer("/spec/type");
        locate([&mut problem], text.as_bytes());
        assert_eq!(problem.origin.position, Position { line: 14, column: 9 });
    }
}
