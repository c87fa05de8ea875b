//! What a run hands to whoever carries out actions, and what comes back.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::template::model::Step;
use crate::template::secret::Secrets;

/// What a run starts from.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The answers of the form.
    pub parameters: Map<String, Value>,
    /// The values of secret fields; only the inputs of steps see them.
    pub secrets: Map<String, Value>,
    /// The person: `ref` and `entity`.
    pub user: Option<Value>,
    /// All values that must never be shown.
    pub hidden: Secrets,
}

/// One step to carry out, its expressions rendered.
#[derive(Debug)]
pub struct Call<'a> {
    /// The step.
    pub step: &'a Step,
    /// Its input.
    pub input: &'a Map<String, Value>,
    /// Its input with every secret masked: for everything that is shown, logged or kept.
    pub shown: &'a Map<String, Value>,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was carried out.
    Done {
        /// What later expressions see of it.
        output: Map<String, Value>,
        /// What happened.
        deed: Deed,
    },
    /// It cannot be carried out here; the run goes on with an output that stands in.
    LeftOut {
        /// What later expressions see instead.
        output: Map<String, Value>,
        /// What would have happened, and why it did not.
        deed: Deed,
    },
    /// It failed.
    Failed(String),
}

/// What one call did, in words and paths. Holds no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// What it did or would have done.
    pub does: String,
    /// The paths that it wrote, moved or took away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// What it said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
    /// What a person should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Carries out actions.
pub trait Actions {
    /// Carries out one call. A missing or mistyped input is a failure.
    fn carry_out(&mut self, call: Call<'_>) -> Outcome;
}
