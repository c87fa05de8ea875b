//! What became of a run, step by step, and what exists now.

use std::sync::Arc;

use ratatui::layout::Rect;
use serde_json::Value;

use crate::ops::create::{RunReport, RunStatus, RunStep, StepResult};
use crate::tui::theme::Meaning;
use crate::tui::view::{self, Canvas};

/// A report and where its reader is.
#[derive(Debug, Clone)]
pub(super) struct ReportState {
    lines: Vec<(Meaning, String)>,
    first: usize,
    height: usize,
}

impl ReportState {
    pub(super) fn new(report: &Arc<RunReport>) -> Self {
        Self { lines: lines(report), first: 0, height: 1 }
    }

    pub(super) fn resize(&mut self, body: Rect) {
        self.height = usize::from(body.height).max(1);
    }

    pub(super) fn move_by(&mut self, rows: isize) {
        let last = self.lines.len().saturating_sub(self.height);
        self.first = self.first.saturating_add_signed(rows).min(last);
    }

    pub(super) fn view(&self, canvas: &mut Canvas<'_>, body: Rect) {
        let width = body.width.saturating_sub(4);
        let mut y = body.y;
        for (meaning, text) in self.lines.iter().skip(self.first) {
            for line in view::wrap(text, usize::from(width)) {
                if y >= body.bottom() {
                    return;
                }
                canvas.text(body.x + 2, y, width, *meaning, &line);
                y += 1;
            }
        }
    }
}

fn lines(report: &RunReport) -> Vec<(Meaning, String)> {
    let mut lines = vec![headline(report), (Meaning::Text, String::new())];
    for (i, step) in report.steps.iter().enumerate() {
        lines.push(step_line(i, step));
        lines.extend(step.messages.iter().map(|message| (Meaning::Dim, format!("    {message}"))));
    }
    lines.extend(report.error.iter().map(|error| (Meaning::Danger, error.clone())));
    lines.push((Meaning::Text, String::new()));
    lines.push((Meaning::Title, view::counted(report.files.len(), "file")));
    lines.extend(report.files.iter().map(|file| (Meaning::Text, format!("  {file}"))));
    output(report, &mut lines);
    lines
}

fn headline(report: &RunReport) -> (Meaning, String) {
    let place = report.out.display();
    match report.status {
        RunStatus::Done => (Meaning::Success, format!("Done. {place} is complete.")),
        RunStatus::PartlyLeftOut => {
            (Meaning::Warning, format!("{place} is there. The steps marked with ! are left to you."))
        }
        RunStatus::Cancelled => (Meaning::Warning, "Stopped. Nothing was made.".to_owned()),
        RunStatus::Running | RunStatus::Failed => {
            (Meaning::Danger, "It failed. Nothing was made.".to_owned())
        }
    }
}

fn step_line(i: usize, step: &RunStep) -> (Meaning, String) {
    let (meaning, sign, words) = match step.result {
        StepResult::Done => (Meaning::Success, '+', "done"),
        StepResult::Skipped => (Meaning::Dim, '-', "skipped"),
        StepResult::LeftOut => (Meaning::Warning, '!', "left to you"),
        StepResult::Failed => (Meaning::Danger, '!', "failed"),
        StepResult::NotRun => (Meaning::Dim, '-', "not run"),
    };
    (meaning, format!("{sign} {} {}: {words}. {} {}", i + 1, step.name, step.action, step.does))
}

/// What the template itself says at the end: its texts and its links.
fn output(report: &RunReport, lines: &mut Vec<(Meaning, String)>) {
    let items = |key: &str| report.output.get(key).and_then(Value::as_array).into_iter().flatten();
    let text = |item: &Value, key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    for item in items("text") {
        lines.push((Meaning::Text, String::new()));
        lines.push((Meaning::Title, text(item, "title")));
        lines.push((Meaning::Text, text(item, "content")));
    }
    for item in items("links") {
        let target = [text(item, "url"), text(item, "entityRef")].into_iter().find(|it| !it.is_empty());
        lines.push((Meaning::Link, format!("{}  {}", text(item, "title"), target.unwrap_or_default())));
    }
}
