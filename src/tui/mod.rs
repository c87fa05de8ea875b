//! The terminal portal: an Elm-like core around one state, panes that draw it, workers beside the loop.
//!
//! | part | holds |
//! | --- | --- |
//! | [`command`] | THE command table: what keys, help, palette and docs are made of |
//! | [`keymap`] | chords, and which command a chord means in a context |
//! | [`app`] | the pure core: state, action, message, effect, update |
//! | [`pane`] | one file a pane: its state, its update, its view |
//! | [`view`] | pure drawing: layout, canvas, list, header, footer |
//! | [`worker`] | jobs off the main loop, each with a generation |
//! | [`term`] | the only code that knows a terminal |
//! | [`theme`] | meanings to styles |

pub mod app;
pub mod command;
pub mod keymap;
pub mod pane;
pub mod portal;
mod program;
pub mod term;
pub mod theme;
pub mod view;
pub mod worker;
