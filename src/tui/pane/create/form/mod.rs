//! The form of a template: what must be answered first, the rest folded with its defaults.

mod view;

use std::collections::BTreeMap;

use crossterm::event::{Event as TerminalEvent, KeyCode};
use serde_json::Value;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use super::field::{Candidate, Editor, plain};
use crate::template::form::{Answers, Field, FieldError, FieldPath, Form};
use crate::tui::view::counted;

/// A form and what a person types into it.
#[derive(Debug, Clone)]
pub(in crate::tui::pane::create) struct FormState {
    form: Form,
    candidates: BTreeMap<FieldPath, Vec<Candidate>>,
    editors: BTreeMap<FieldPath, Editor>,
    /// The folder to make, until a person types another.
    out: Input,
    base: String,
    out_is_typed: bool,
    focus: usize,
    shows_defaults: bool,
    errors: Vec<FieldError>,
    /// Fields whose faults are shown: those that were left, or all after the plan was asked for.
    visited: Vec<FieldPath>,
}

/// A row that can have the focus.
enum Row<'a> {
    Question(&'a Field),
    Folder,
    Defaults,
}

impl FormState {
    pub(in crate::tui::pane::create) fn new(
        form: Form,
        candidates: BTreeMap<FieldPath, Vec<Candidate>>,
        base: String,
        out: Option<String>,
    ) -> Self {
        let shows_defaults = form.questions().next().is_none();
        let mut state = Self {
            form,
            candidates,
            editors: BTreeMap::new(),
            out_is_typed: out.is_some(),
            out: Input::new(out.unwrap_or_default()),
            base,
            focus: 0,
            shows_defaults,
            errors: Vec::new(),
            visited: Vec::new(),
        };
        state.settle();
        state
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let defaults = self.form.defaults().count();
        let mut rows: Vec<_> = self.form.questions().map(Row::Question).collect();
        rows.push(Row::Folder);
        if defaults > 0 {
            rows.push(Row::Defaults);
        }
        if self.shows_defaults {
            rows.extend(self.form.defaults().map(Row::Question));
        }
        rows
    }

    fn focused(&self) -> Option<Field> {
        match self.rows().get(self.focus)? {
            Row::Question(field) => Some((*field).clone()),
            _ => None,
        }
    }

    /// Makes editors for new questions, checks the answers, keeps the focus on a row that is there.
    fn settle(&mut self) {
        for field in self.form.fields() {
            if !self.editors.contains_key(&field.path) {
                let candidates = self.candidates.get(&field.path).map_or(&[][..], Vec::as_slice);
                let editor = Editor::new(field, self.form.value(field), candidates);
                self.editors.insert(field.path.clone(), editor);
            }
        }
        let there: Vec<_> = self.form.fields().iter().map(|field| field.path.clone()).collect();
        self.editors.retain(|path, _| there.contains(path));
        self.errors = self.form.validate();
        self.focus = self.focus.min(self.rows().len().saturating_sub(1));
        if !self.out_is_typed {
            let name = self.form.field("name").and_then(|field| self.form.value(field)).map(plain);
            let name =
                name.filter(|name| !name.is_empty() && !name.contains(['/', '\\'])).unwrap_or_default();
            self.out =
                Input::new(if name.is_empty() { String::new() } else { format!("{}{name}", self.base) });
        }
    }

    /// How much is asked, for the header.
    pub(in crate::tui::pane::create) fn summary(&self) -> String {
        let (questions, defaults) = (self.form.questions().count(), self.form.defaults().count());
        format!("{}, {defaults} with defaults", counted(questions, "question"))
    }

    /// The answers and the folder, or nothing where something is still wrong: then it is shown.
    pub(in crate::tui::pane::create) fn submit(&mut self) -> Option<(Answers, String)> {
        self.visited = self.form.fields().iter().map(|field| field.path.clone()).collect();
        match self.form.submit() {
            Ok(_) if self.out.value().trim().is_empty() => {
                self.focus = self.rows().iter().position(|row| matches!(row, Row::Folder)).unwrap_or(0);
                None
            }
            Ok(answers) => Some((answers, self.out.value().trim().to_owned())),
            Err(errors) => {
                self.errors = errors;
                if let Some(first) = self.errors.first().map(|error| error.field.clone()) {
                    self.focus_on(&first);
                }
                None
            }
        }
    }

    fn focus_on(&mut self, path: &FieldPath) {
        let at = |state: &Self| {
            state.rows().iter().position(|row| matches!(row, Row::Question(field) if field.path == *path))
        };
        if at(self).is_none() {
            self.shows_defaults = true;
        }
        self.focus = at(self).unwrap_or(self.focus);
    }

    pub(in crate::tui::pane::create) fn toggle_defaults(&mut self) {
        let focused = self.focused().map(|field| field.path);
        self.shows_defaults = !self.shows_defaults;
        self.focus = self.focus.min(self.rows().len().saturating_sub(1));
        if let (true, Some(path)) = (self.shows_defaults, focused) {
            self.focus_on(&path);
        }
    }

    /// Goes to another question. True at the end of the form.
    pub(in crate::tui::pane::create) fn move_focus(&mut self, forward: bool) -> bool {
        if let Some(field) = self.focused()
            && !self.visited.contains(&field.path)
        {
            self.visited.push(field.path);
        }
        let rows = self.rows().len();
        if forward && self.focus + 1 >= rows {
            return true;
        }
        self.focus = if forward { self.focus + 1 } else { self.focus.saturating_sub(1) };
        false
    }

    /// Moves among the options of a question, or to the next question where it has none.
    pub(in crate::tui::pane::create) fn step(&mut self, down: bool) {
        let moved = self
            .focused()
            .and_then(|field| self.editors.get_mut(&field.path).map(|editor| editor.step(down)))
            .unwrap_or(false);
        if !moved {
            self.move_focus(down);
        }
    }

    /// Enter: takes the option under the cursor, breaks a line, unfolds, or goes on. True at the end.
    pub(in crate::tui::pane::create) fn enter(&mut self) -> bool {
        match self.rows().get(self.focus) {
            Some(Row::Defaults) => {
                self.toggle_defaults();
                return false;
            }
            Some(Row::Folder) | None => return self.move_focus(true),
            Some(Row::Question(_)) => {}
        }
        let Some(field) = self.focused() else { return false };
        match self.editors.get_mut(&field.path) {
            Some(Editor::Lines(area)) => {
                area.insert_newline();
                self.take_text(&field);
                return false;
            }
            Some(Editor::Pick { .. }) => self.take_option(&field),
            _ => {}
        }
        self.move_focus(true)
    }

    fn take_option(&mut self, field: &Field) {
        let Some(editor) = self.editors.get_mut(&field.path) else { return };
        let typed = matches!(editor, Editor::Pick { filter, .. } if !filter.value().trim().is_empty());
        // Enter on an untouched optional picker keeps it empty: only what was typed or answered is taken.
        if !typed && !field.required {
            return;
        }
        let Some(option) = editor.chosen().cloned() else { return };
        if let Editor::Pick { filter, .. } = editor {
            *filter = Input::new(option.label.clone());
        }
        self.set(field, &option.value);
    }

    fn set(&mut self, field: &Field, text: &str) {
        let name = field.path.to_string();
        // The name is that of a question of this form, so both calls find it.
        let outcome = if text.is_empty() { self.form.clear(&name) } else { self.form.set_text(&name, text) };
        if outcome.is_ok() {
            self.settle();
        }
    }

    fn take_text(&mut self, field: &Field) {
        let text = match self.editors.get(&field.path) {
            Some(Editor::Line(input)) => input.value().to_owned(),
            Some(Editor::Lines(area)) => area.lines().join("\n"),
            Some(Editor::Pick { filter, options, .. }) => {
                let typed = filter.value();
                let named = options.iter().find(|option| option.label == typed || option.value == typed);
                named.map_or(typed, |option| option.value.as_str()).to_owned()
            }
            _ => return,
        };
        self.set(field, &text);
    }

    /// Takes a key for the question that has the focus.
    pub(in crate::tui::pane::create) fn edit(&mut self, event: &TerminalEvent) {
        if matches!(self.rows().get(self.focus), Some(Row::Folder)) {
            if self.out.handle_event(event).is_some_and(|change| change.value) {
                self.out_is_typed = true;
            }
            return;
        }
        let Some(field) = self.focused().filter(|field| !field.read_only) else { return };
        let key = match event {
            TerminalEvent::Key(key) => Some(*key),
            _ => None,
        };
        let Some(editor) = self.editors.get_mut(&field.path) else { return };
        match editor {
            Editor::Line(input) => {
                if input.handle_event(event).is_some_and(|change| change.value) {
                    self.take_text(&field);
                }
            }
            Editor::Lines(area) => {
                if key.is_some_and(|key| area.input(key)) {
                    self.take_text(&field);
                }
            }
            Editor::Pick { filter, .. } => {
                if filter.handle_event(event).is_some_and(|change| change.value) {
                    editor.refilter();
                    self.take_text(&field);
                }
            }
            Editor::Toggle => {
                let on = self.form.value(&field) == Some(&Value::Bool(true));
                match key.map(|key| key.code) {
                    Some(KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right) => {
                        self.set(&field, if on { "no" } else { "yes" });
                    }
                    Some(KeyCode::Char('y')) => self.set(&field, "yes"),
                    Some(KeyCode::Char('n')) => self.set(&field, "no"),
                    _ => {}
                }
            }
            Editor::Check { .. } => {
                if key.is_some_and(|key| key.code == KeyCode::Char(' ')) {
                    self.toggle_option(&field);
                }
            }
        }
    }

    fn toggle_option(&mut self, field: &Field) {
        let Some(option) = self.editors.get(&field.path).and_then(Editor::chosen).cloned() else { return };
        let mut taken = self.taken(field);
        match taken.iter().position(|value| *value == option.value) {
            Some(at) => drop(taken.remove(at)),
            None => taken.push(option.value),
        }
        self.set(field, &taken.join(", "));
    }

    fn taken(&self, field: &Field) -> Vec<String> {
        match self.form.value(field) {
            Some(Value::Array(items)) => items.iter().map(plain).collect(),
            _ => Vec::new(),
        }
    }

    /// Puts pasted text where the focus is.
    pub(in crate::tui::pane::create) fn paste(&mut self, text: &str) {
        for c in text.chars() {
            let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
            let is_lines = self
                .focused()
                .and_then(|field| self.editors.get(&field.path))
                .is_some_and(|editor| matches!(editor, Editor::Lines(_)));
            if c.is_control() && !(c == '\n' && is_lines) {
                continue;
            }
            self.edit(&TerminalEvent::Key(code.into()));
        }
    }
}
