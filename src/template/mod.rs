//! The template engine: model, form, expression language, rendering, plan. Pure: skeletons come in as values.

pub mod expression;
pub mod form;
mod model;
pub mod render;
pub mod repo_url;
mod secret;

pub use model::{API_VERSION, Finding, Page, Step, Template};
pub use secret::{MASK, Secrets};
