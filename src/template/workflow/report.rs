//! What became of the steps of a run.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Deed;

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StepStatus {
    /// All of it was carried out.
    Done,
    /// Its `if` did not hold.
    Skipped,
    /// It cannot be carried out here; an output stood in.
    LeftOut,
    /// It failed.
    Failed,
    /// An earlier step failed.
    NotRun,
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// What became of it.
    pub status: StepStatus,
    /// Why it failed.
    pub error: Option<String>,
    /// What it did: one deed, or one for each item.
    pub deeds: Vec<Deed>,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowReport {
    /// One report for each step, in order.
    pub steps: Vec<StepReport>,
    /// What the template shows at the end; empty after a failure.
    pub output: Map<String, Value>,
    /// The first failure, with the id of its step.
    pub failure: Option<String>,
    /// Expressions of the output that do not render.
    pub warnings: Vec<String>,
}
