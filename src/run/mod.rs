//! Carries out a plan: the final tree onto the disk, whole or not at all, with a journal. Nothing of a template
//! is ever executed.

mod apply;
mod files;
mod journal;

pub use apply::{Request, apply, in_the_way};
pub use files::TemplateFiles;
pub use journal::{RunReport, RunStatus, RunStep, StepResult};
