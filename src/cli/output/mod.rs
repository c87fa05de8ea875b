//! What the command line prints: words with meanings, tables, JSON, CSV. Nothing else writes to stdout.

mod annotation;
mod csv;
mod envelope;
mod ink;
mod paragraph;
mod printer;
mod sarif;
mod span;
mod table;
mod terminal;

pub(crate) use annotation::annotation;
pub(crate) use csv::csv_line;
pub(crate) use envelope::Envelope;
pub(crate) use ink::{ColorChoice, END, Ink, InkFacts};
pub(crate) use paragraph::paragraph;
pub(crate) use printer::Printer;
pub(crate) use sarif::sarif;
pub(crate) use span::{Meaning, Span, span};
pub(crate) use table::Table;
pub(crate) use terminal::{Streams, message_width};
