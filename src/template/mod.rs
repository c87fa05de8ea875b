//! The template engine: model, form, expression language, rendering, plan. Pure: skeletons come in as values.

pub mod action;
pub mod expression;
pub mod form;
pub mod lint;
mod model;
pub mod plan;
pub mod render;
pub mod repo_url;
mod secret;
pub mod skeleton;
pub mod workflow;
pub mod workspace;

pub use form::{Answers, Choice, Field, FieldError, FieldPath, Form, FormError, Widget};
pub use model::{API_VERSION, Finding, Page, Step, Template};
pub use secret::{MASK, Secrets};
