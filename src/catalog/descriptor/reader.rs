//! The reader of one file: its documents one by one, each to an entity with its problems, or to one of both.

use serde_json::Value;

use super::places::Places;
use super::{Reading, Skipped};
use crate::catalog::lookalike::{self, LookAlike};
use crate::catalog::placeholder::{self, Files};
use crate::catalog::validate::{self, Finding};
use crate::catalog::yaml::{self, Fragment, MAX_FILE_BYTES, Part, YamlError, YamlErrorKind};
use crate::catalog::{Code, Entity, Origin, Position, Problem, served};

/// Problems of one document that are reported; one more says how many were left out.
const MAX_DOCUMENT_PROBLEMS: usize = 100;

/// What is read of one file so far.
pub(super) struct Reader<'o> {
    origin: &'o Origin,
    pub(super) reading: Reading,
}

impl<'o> Reader<'o> {
    pub(super) fn new(origin: &'o Origin) -> Self {
        Self { origin, reading: Reading::default() }
    }

    /// Reads all documents of a file.
    pub(super) fn file(mut self, bytes: &[u8], mut files: Option<&mut Files<'_>>) -> Reading {
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
        self.value(value, &unreplaced, Places::of(fragment));
    }

    /// Checks an entity that a server gave, and keeps it with the errors that the server reports.
    pub(super) fn served(&mut self, value: Value) {
        let errors = served::errors(&value);
        let known = self.reading.entities.len();
        self.value(value, &[], Places::nowhere());
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
        if places.is_nowhere() {
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

    /// Adds a problem that is no entity's.
    pub(super) fn report(&mut self, code: Code, position: Position, message: String) {
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
