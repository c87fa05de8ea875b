//! The record of a run: what was planned, what was done, what is left to a person. One JSON file for each run,
//! for its owner only; no secret is in it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::catalog::EntityRef;
use crate::error::{Error, ErrorKind, Result};
use crate::private::{make_directory, replace_file};
use crate::template::plan::{LeaveOut, Plan, PlannedStep, Prospect};

/// What became of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RunStatus {
    /// It was begun; found in a journal later, it was interrupted.
    Running,
    /// Every step was done.
    Done,
    /// What can be done here was done; the rest is left to a person, as was asked for.
    PartlyLeftOut,
    /// It failed, and nothing was made.
    Failed,
    /// Somebody stopped it, and nothing was made.
    Cancelled,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StepResult {
    /// It was done.
    Done,
    /// Its `if` did not hold.
    Skipped,
    /// It is left to a person.
    LeftOut,
    /// It failed.
    Failed,
    /// It was not run.
    NotRun,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunStep {
    /// Its id.
    pub id: String,
    /// What it is called. Foreign text.
    pub name: String,
    /// Its action.
    pub action: String,
    /// What became of it.
    pub result: StepResult,
    /// What it did, or would have done.
    pub does: String,
    /// What it said. Foreign text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
}

/// What became of a run, step by step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunReport {
    /// The name of the run, unique on this machine.
    pub id: String,
    /// The template.
    pub template: EntityRef,
    /// What the template is called. Foreign text.
    pub title: String,
    /// The folder that was made.
    pub out: PathBuf,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
    /// What became of it.
    pub status: RunStatus,
    /// The answers, secrets masked.
    pub parameters: Value,
    /// What became of each step.
    pub steps: Vec<RunStep>,
    /// The files that were made, below the folder.
    pub files: Vec<String>,
    /// What the template shows at the end.
    pub output: Map<String, Value>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl RunReport {
    /// The report of a run that begins now.
    pub(super) fn begin(plan: &Plan, out: &Path, started: Timestamp) -> Self {
        Self {
            id: run_id(plan, out, started),
            template: plan.template.clone(),
            title: plan.title.clone(),
            out: out.to_owned(),
            started,
            finished: None,
            status: RunStatus::Running,
            parameters: plan.parameters.clone(),
            steps: plan.steps.iter().map(|step| begun(step, StepResult::NotRun)).collect(),
            files: Vec::new(),
            output: Map::new(),
            error: None,
        }
    }

    /// Everything that the plan promised is there.
    pub(super) fn complete(&mut self, plan: &Plan, finished: Timestamp) {
        self.steps = plan.steps.iter().map(|step| begun(step, result(step.prospect))).collect();
        let left_out = self.steps.iter().any(|step| step.result == StepResult::LeftOut);
        self.status = if left_out { RunStatus::PartlyLeftOut } else { RunStatus::Done };
        self.files = plan.files.iter().map(|file| file.path.clone()).collect();
        self.output.clone_from(&plan.output);
        self.finished = Some(finished);
    }

    /// Nothing was made.
    pub(super) fn fail(&mut self, error: &Error, finished: Timestamp) {
        let stopped = error.kind() == ErrorKind::Interrupted;
        self.status = if stopped { RunStatus::Cancelled } else { RunStatus::Failed };
        self.error = Some(error.message().to_owned());
        self.finished = Some(finished);
    }

    /// The steps that are left to a person.
    pub fn left_out(&self) -> impl Iterator<Item = &RunStep> {
        self.steps.iter().filter(|step| step.result == StepResult::LeftOut)
    }

    /// Writes the record into a folder of runs.
    pub(super) fn write(&self, runs: &Path) -> Result<()> {
        make_directory(runs)?;
        let json = serde_json::to_vec_pretty(self).map_err(|error| {
            Error::new(ErrorKind::Failed, format!("The journal cannot be written: {error}."))
        })?;
        replace_file(&runs.join(format!("{}.json", self.id)), &json)
    }
}

fn begun(step: &PlannedStep, result: StepResult) -> RunStep {
    RunStep {
        id: step.id.clone(),
        name: step.name.clone(),
        action: step.action.clone(),
        result,
        does: step.does.clone(),
        messages: step.messages.clone(),
    }
}

fn result(prospect: Prospect) -> StepResult {
    match prospect {
        Prospect::Ready => StepResult::Done,
        Prospect::Skipped => StepResult::Skipped,
        Prospect::LeftToYou | Prospect::Unknown => StepResult::LeftOut,
        Prospect::Fails => StepResult::Failed,
        Prospect::NotRun => StepResult::NotRun,
    }
}

/// A name that sorts by time and tells runs of the same second apart.
fn run_id(plan: &Plan, out: &Path, started: Timestamp) -> String {
    let mut digest = Sha256::new();
    digest.update(plan.template.as_str());
    digest.update(out.as_os_str().as_encoded_bytes());
    digest.update(started.as_nanosecond().to_le_bytes());
    digest.update(std::process::id().to_le_bytes());
    let digest = digest.finalize();
    format!("{}-{:02x}{:02x}{:02x}", started.strftime("%Y%m%dT%H%M%SZ"), digest[0], digest[1], digest[2])
}

/// Whether the plan may be carried out, and if not, what stands against it.
pub(super) fn check(plan: &Plan, leave_out: LeaveOut) -> Result<()> {
    let obstacles = plan.obstacles(leave_out);
    if obstacles.is_empty() {
        return Ok(());
    }
    let told: Vec<&str> = obstacles.iter().map(|obstacle| obstacle.trim_end_matches('.')).collect();
    let message = format!("Nothing was made: {}.", told.join("; "));
    if plan.problems.is_empty() {
        return Err(Error::new(ErrorKind::Refused, message).with_hint(
            "Leave these steps to yourself with --skip-outside; the files are made all the same.",
        ));
    }
    Err(Error::new(ErrorKind::Failed, message))
}
