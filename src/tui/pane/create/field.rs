//! One question while it is answered: the line being typed, the options that fit to it.

use ratatui_textarea::TextArea;
use serde_json::Value;
use tui_input::Input;

use crate::template::form::{Choice, Field, Widget};

/// Options listed under a question.
pub(super) const MOST_OPTIONS: usize = 6;

/// A value that can be taken, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text that is set.
    pub value: String,
    /// What it is called, where that says more.
    pub label: String,
}

/// What is typed into a question.
#[derive(Debug, Clone)]
pub(super) enum Editor {
    /// One line.
    Line(Input),
    /// Several lines.
    Lines(Box<TextArea<'static>>),
    /// One of some options: what was typed filters them.
    Pick { filter: Input, options: Vec<Candidate>, fitting: Vec<usize>, at: usize },
    /// Any number of some options.
    Check { options: Vec<Candidate>, at: usize },
    /// Yes or no.
    Toggle,
}

impl Editor {
    /// The editor for a question, showing the value it has.
    pub(super) fn new(field: &Field, value: Option<&Value>, candidates: &[Candidate]) -> Self {
        let text = value.map(plain).unwrap_or_default();
        match &field.widget {
            Widget::Multiline { .. } => {
                let mut area = TextArea::from(text.lines());
                area.set_cursor_line_style(ratatui::style::Style::new());
                Self::Lines(Box::new(area))
            }
            Widget::Toggle => Self::Toggle,
            Widget::Choice { options } => Self::pick(options.iter().map(candidate).collect(), &text),
            Widget::Choices { options } => {
                Self::Check { options: options.iter().map(candidate).collect(), at: 0 }
            }
            Widget::EntityPicker(_) | Widget::OwnerPicker(_) => Self::pick(candidates.to_vec(), &text),
            _ => Self::Line(Input::new(text)),
        }
    }

    fn pick(options: Vec<Candidate>, value: &str) -> Self {
        let shown = options.iter().find(|option| option.value == value);
        let text = shown.map_or(value, |option| option.label.as_str()).to_owned();
        let at = options.iter().position(|option| option.value == value).unwrap_or(0);
        let fitting = (0..options.len()).collect();
        Self::Pick { filter: Input::new(text), options, fitting, at }
    }

    /// Keeps the options that hold what was typed; the best of them becomes the one to take.
    pub(super) fn refilter(&mut self) {
        if let Self::Pick { filter, options, fitting, at } = self {
            let typed = filter.value().to_lowercase();
            let words: Vec<_> = typed.split_whitespace().collect();
            let holds = |option: &Candidate| {
                let text = format!("{} {}", option.label, option.value).to_lowercase();
                words.iter().all(|word| text.contains(word))
            };
            *fitting = (0..options.len()).filter(|i| holds(&options[*i])).collect();
            // What begins with the typed text is meant more often than what merely holds it.
            fitting.sort_by_key(|i| !options[*i].label.to_lowercase().starts_with(&typed));
            *at = 0;
        }
    }

    /// Moves among the options; false where there are none.
    pub(super) fn step(&mut self, down: bool) -> bool {
        let (at, count) = match self {
            Self::Pick { fitting, at, .. } => (at, fitting.len()),
            Self::Check { options, at } => (at, options.len()),
            Self::Lines(area) => {
                let (row, ()) = (area.cursor().0, ());
                let movement =
                    if down { ratatui_textarea::CursorMove::Down } else { ratatui_textarea::CursorMove::Up };
                area.move_cursor(movement);
                return area.cursor().0 != row;
            }
            Self::Line(_) | Self::Toggle => return false,
        };
        let next = if down { at.checked_add(1).filter(|next| *next < count) } else { at.checked_sub(1) };
        if let Some(next) = next {
            *at = next;
        }
        next.is_some()
    }

    /// The option that Enter takes.
    pub(super) fn chosen(&self) -> Option<&Candidate> {
        match self {
            Self::Pick { options, fitting, at, .. } => options.get(*fitting.get(*at)?),
            Self::Check { options, at } => options.get(*at),
            _ => None,
        }
    }

    /// The options in view: the place of each, whether it is the one to take.
    pub(super) fn options(&self) -> Vec<(&Candidate, bool)> {
        let window = |at: usize, count: usize| {
            let first = (at + 1).saturating_sub(MOST_OPTIONS).min(count.saturating_sub(MOST_OPTIONS));
            first..(first + MOST_OPTIONS).min(count)
        };
        match self {
            Self::Pick { options, fitting, at, .. } => {
                window(*at, fitting.len()).map(|i| (&options[fitting[i]], i == *at)).collect()
            }
            Self::Check { options, at } => {
                window(*at, options.len()).map(|i| (&options[i], i == *at)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// How many options fit to what was typed.
    pub(super) fn fitting(&self) -> usize {
        match self {
            Self::Pick { fitting, .. } => fitting.len(),
            Self::Check { options, .. } => options.len(),
            _ => 0,
        }
    }
}

fn candidate(choice: &Choice) -> Candidate {
    Candidate { value: plain(&choice.value), label: choice.label.clone() }
}

/// A value as a person would type it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
