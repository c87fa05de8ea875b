//! Steps in their order: `if`, `each`, `always()` and `failure()`, outputs, and what the template shows at the
//! end. Who carries out an action comes in from outside; what lies here only knows when, with which input, and
//! what follows from a failure.

mod action;
mod condition;
mod report;
mod run;

pub use action::{Actions, Call, Context, Deed, Outcome};
pub use report::{StepReport, StepStatus, WorkflowReport};
pub use run::run;
