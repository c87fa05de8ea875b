//! callboard: a developer portal that lives in the terminal.
//!
//! The map of the house. Dependencies point down: faces use [`ops`], `ops` uses the pure modules and the
//! IO modules, and nothing knows a face.
//!
//! | room | holds | must not |
//! | --- | --- | --- |
//! | [`text`] | foreign text made safe for a terminal, width, truncation | know what the text means |
//! | [`error`] | the error type of every boundary: kind, message, hint, exit code | print |
//! | [`catalog`] | entity, ref, descriptor parsing, validation, relations, ownership, query language | do IO |
//! | [`docs`] | mkdocs.yml, nav, Markdown to styled lines | do IO |
//! | [`template`] | template model, form, expression language, rendering, plan | do IO |
//! | [`search`] | fuzzy ranking, match positions, search rows | do IO |
//! | [`source`] | where entities come from | know a face or the cache |
//! | [`store`] | the cache (generations of snapshots) and user state | know a source or a face |
//! | [`run`] | carries out a plan | know a face |
//! | [`ops`] | use cases: typed request to typed, serialisable outcome | print, draw, prompt |
//! | [`config`] | layered configuration, keymap and themes as data | know a face's state |
//! | [`cli`] | the command line face | touch source, store or run but through ops |
//! | [`tui`] | the terminal portal | touch source, store or run but through ops |

pub mod catalog;
pub mod cli;
pub mod config;
pub mod docs;
pub mod error;
mod misread;
mod number;
pub mod ops;
mod parallel;
mod private;
mod quantity;
pub mod run;
pub mod search;
pub mod source;
pub mod store;
pub mod template;
pub mod text;
pub mod tui;
