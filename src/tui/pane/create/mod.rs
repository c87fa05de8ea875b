//! The create pane: a form, then its plan, then what became of it.

mod field;
mod form;
mod plan;
mod report;

use std::collections::BTreeMap;
use std::sync::Arc;

use crossterm::event::Event as TerminalEvent;
use ratatui::layout::{Position, Rect};
use serde_json::Value;

pub use self::field::Candidate;
use self::form::FormState;
use self::plan::PlanState;
use self::report::ReportState;
use super::Response;
use crate::catalog::EntityRef;
use crate::ops::create::{RunReport, answer as answer_form};
use crate::template::form::{FieldPath, Form};
use crate::template::plan::Plan;
use crate::tui::app::{Effect, Job};
use crate::tui::command::{Command, Context};
use crate::tui::theme::Meaning;
use crate::tui::view::Canvas;

/// What was loaded or done for a template.
#[derive(Debug, Clone)]
pub enum Loaded {
    /// Its form, with the entities that its pickers offer.
    Form {
        /// What it is called.
        title: String,
        /// The form.
        form: Box<Form>,
        /// The candidates of each picker.
        candidates: BTreeMap<FieldPath, Vec<Candidate>>,
    },
    /// The plan for the answers.
    Plan(Arc<Plan>),
    /// What became of the run.
    Report(Arc<RunReport>),
}

/// What was answered before the form is shown, such as on the command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// Answers as a map.
    pub values: Option<Value>,
    /// Answers by name, which win over the map.
    pub flags: Vec<(String, String)>,
    /// The folder to make.
    pub out: Option<String>,
}

/// How far it is.
#[derive(Debug, Clone)]
enum Stage {
    Loading,
    Failed(String),
    Form,
    /// Waiting for the plan.
    Planning,
    Plan(PlanState),
    /// Waiting for the report.
    Running,
    Report(ReportState),
}

/// A template on its way from questions to files.
#[derive(Debug, Clone)]
pub struct CreatePane {
    /// The template.
    pub reference: EntityRef,
    title: String,
    /// The folder that new folders are made in, as a prefix.
    base: String,
    given: Given,
    form: Option<Box<FormState>>,
    stage: Stage,
    notice: Option<String>,
}

impl CreatePane {
    /// A pane that waits for the form of a template.
    pub fn new(reference: EntityRef, base: String) -> Self {
        let title = reference.name().to_owned();
        Self {
            reference,
            title,
            base,
            given: Given::default(),
            form: None,
            stage: Stage::Loading,
            notice: None,
        }
    }

    /// The same pane, its form begun with answers that were given before.
    #[must_use]
    pub fn with(mut self, given: Given) -> Self {
        self.given = given;
        self
    }

    /// The contexts of the keymap.
    pub fn contexts(&self) -> Vec<Context> {
        match self.stage {
            Stage::Plan(_) | Stage::Report(_) | Stage::Running => vec![Context::Plan],
            _ => vec![Context::Form],
        }
    }

    /// Where we are, for the header.
    pub fn path(&self) -> Vec<String> {
        let mut path = vec![self.title.clone()];
        match &self.stage {
            Stage::Plan(plan) => path.extend(["plan".to_owned(), plan.summary()]),
            Stage::Report(_) => path.push("report".to_owned()),
            _ => path.extend(self.form.as_ref().map(|form| form.summary())),
        }
        path
    }

    /// The commands that the footer offers.
    pub fn hints(&self) -> &'static [Command] {
        use Command as C;
        match self.stage {
            Stage::Plan(_) => &[C::CarryOut, C::EditAnswers, C::ToggleDiff, C::Back, C::Help],
            Stage::Report(_) => &[C::Back, C::Help],
            _ => &[C::NextField, C::PreviousField, C::MakePlan, C::ToggleDefaults, C::Back, C::Help],
        }
    }

    /// Asks for the form. Answers that are there are kept: they are a draft until they are carried out.
    pub fn load(&mut self, job: &mut Job) -> Vec<Effect> {
        if !matches!(self.stage, Stage::Loading) {
            return Vec::new();
        }
        vec![Effect::Form { generation: job.start(), reference: self.reference.clone() }]
    }

    /// Takes what was loaded or done.
    pub fn take(&mut self, answer: Result<Loaded, String>) {
        self.notice = None;
        self.stage = match answer {
            Ok(Loaded::Form { title, mut form, candidates }) => {
                self.title = title;
                let given = std::mem::take(&mut self.given);
                self.notice = answer_form(&mut form, given.values.as_ref(), &given.flags)
                    .err()
                    .map(|error| error.to_string());
                self.form = Some(Box::new(FormState::new(*form, candidates, self.base.clone(), given.out)));
                Stage::Form
            }
            Ok(Loaded::Plan(plan)) => Stage::Plan(PlanState::new(plan)),
            Ok(Loaded::Report(report)) => Stage::Report(ReportState::new(&report)),
            Err(why) if self.form.is_some() => {
                self.notice = Some(why);
                Stage::Form
            }
            Err(why) => Stage::Failed(why),
        };
    }

    /// Lays the pane out for a size.
    pub fn resize(&mut self, body: Rect) {
        match &mut self.stage {
            Stage::Plan(plan) => plan.resize(body),
            Stage::Report(report) => report.resize(body),
            _ => {}
        }
    }

    /// Does what a command asks of the pane.
    pub fn command(&mut self, command: Command, job: &mut Job) -> Response {
        match &mut self.stage {
            Stage::Form => self.command_of_form(command, job),
            Stage::Plan(plan) => match command {
                Command::CarryOut => {
                    if let Some(obstacle) = plan.obstacles().into_iter().next() {
                        return Response::Say(format!("This plan cannot be carried out: {obstacle}."));
                    }
                    self.stage = Stage::Running;
                    Response::Effects(vec![Effect::CarryOut { generation: job.start() }])
                }
                Command::EditAnswers | Command::Back => {
                    self.stage = Stage::Form;
                    Response::done()
                }
                Command::ToggleDiff => {
                    plan.toggle_file();
                    Response::done()
                }
                command => moved(command, |rows| plan.move_by(rows)),
            },
            Stage::Report(report) => match command {
                Command::CarryOut | Command::EditAnswers | Command::ToggleDiff => Response::done(),
                command => moved(command, |rows| report.move_by(rows)),
            },
            Stage::Planning | Stage::Running if command == Command::Back => {
                self.stage = Stage::Form;
                // The answer to the job that was left is not wanted any more.
                job.start();
                Response::done()
            }
            Stage::Loading | Stage::Failed(_) | Stage::Planning | Stage::Running => Response::NotMine,
        }
    }

    fn command_of_form(&mut self, command: Command, job: &mut Job) -> Response {
        let Some(form) = &mut self.form else { return Response::NotMine };
        let at_end = match command {
            Command::NextField => form.move_focus(true),
            Command::PreviousField => form.move_focus(false),
            Command::Open => form.enter(),
            Command::Up => {
                form.step(false);
                false
            }
            Command::Down => {
                form.step(true);
                false
            }
            Command::ToggleDefaults => {
                form.toggle_defaults();
                false
            }
            Command::MakePlan => true,
            _ => return Response::NotMine,
        };
        if !at_end || command == Command::PreviousField {
            return Response::done();
        }
        let Some((answers, out)) = form.submit() else {
            return Response::Say("Some questions still need an answer.".to_owned());
        };
        self.notice = None;
        self.stage = Stage::Planning;
        let (generation, reference) = (job.start(), self.reference.clone());
        Response::Effects(vec![Effect::Plan { generation, reference, answers, out }])
    }

    /// Takes a key as text for the question that has the focus.
    pub fn edit(&mut self, event: &TerminalEvent) -> Response {
        if let (Stage::Form, Some(form)) = (&self.stage, &mut self.form) {
            form.edit(event);
        }
        Response::done()
    }

    /// Puts pasted text where the focus is.
    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        if let (Stage::Form, Some(form)) = (&self.stage, &mut self.form) {
            form.paste(text);
        }
        Vec::new()
    }

    /// Moves the window by lines of the wheel.
    pub fn wheel(&mut self, lines: i16) {
        match &mut self.stage {
            Stage::Plan(plan) => plan.move_by(isize::from(lines)),
            Stage::Report(report) => report.move_by(isize::from(lines)),
            Stage::Form => {
                if let Some(form) = &mut self.form {
                    form.move_focus(lines > 0);
                }
            }
            _ => {}
        }
    }

    /// Selects the row that was clicked.
    pub fn click(&mut self, line: u16) {
        if let Stage::Plan(plan) = &mut self.stage {
            plan.click(usize::from(line));
        }
    }

    /// Draws the pane and tells where the cursor stands.
    pub fn view(&self, canvas: &mut Canvas<'_>, body: Rect) -> Option<Position> {
        let line = |canvas: &mut Canvas<'_>, meaning, text: &str| {
            let lines = crate::tui::view::wrap(text, usize::from(body.width.saturating_sub(4)));
            for (i, line) in lines.iter().take(usize::from(body.height)).enumerate() {
                canvas.text(body.x + 2, body.y + i as u16, body.width.saturating_sub(4), meaning, line);
            }
        };
        match &self.stage {
            Stage::Loading => line(canvas, Meaning::Dim, "Loading …"),
            Stage::Planning => line(canvas, Meaning::Dim, "Planning …"),
            Stage::Running => line(canvas, Meaning::Dim, "Writing …"),
            Stage::Failed(why) => line(canvas, Meaning::Warning, why),
            Stage::Plan(plan) => plan.view(canvas, body),
            Stage::Report(report) => report.view(canvas, body),
            Stage::Form => return self.view_form(canvas, body),
        }
        None
    }

    fn view_form(&self, canvas: &mut Canvas<'_>, body: Rect) -> Option<Position> {
        let form = self.form.as_ref()?;
        let Some(notice) = &self.notice else { return form.view(canvas, body) };
        let width = usize::from(body.width.saturating_sub(4));
        let lines: Vec<_> =
            crate::tui::view::wrap(notice, width).into_iter().take(usize::from(body.height / 3)).collect();
        for (i, line) in lines.iter().enumerate() {
            canvas.text(body.x + 2, body.y + i as u16, body.width.saturating_sub(4), Meaning::Danger, line);
        }
        let used = lines.len() as u16;
        form.view(canvas, Rect { y: body.y + used, height: body.height - used, ..body })
    }
}

/// Moves by rows where a command says so.
fn moved(command: Command, by: impl FnOnce(isize)) -> Response {
    /// A page is as many rows as the smallest screen shows; a plan is short.
    const PAGE: isize = 10;
    by(match command {
        Command::Up => -1,
        Command::Down => 1,
        Command::PageUp | Command::HalfPageUp => -PAGE,
        Command::PageDown | Command::HalfPageDown => PAGE,
        Command::Top => isize::MIN,
        Command::Bottom => isize::MAX,
        _ => return Response::NotMine,
    });
    Response::done()
}
