//! `callboard list`: everything that matches, in a stable order.

use clap::Args;

use super::rows::{self, RowFormat};
use crate::catalog::query::Query;
use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::ops::list::{ListRequest, list};

/// Lists every entity that matches, in the order of references.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard list kind:api lifecycle:deprecated
  callboard list owner:payments -o csv > payments.csv
  callboard list -o name -- -is:owned
  callboard list --filter kind=component,spec.lifecycle=production

An empty list is an answer: it ends with 0. The query language is described in `callboard search --help`.")]
pub(crate) struct List {
    /// The query; without one, everything.
    query: Vec<String>,
    /// Only entities of this kind.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Backstage's own filter, such as `kind=component,spec.type=service`, or its predicate as JSON; of several one
    /// must hold.
    #[arg(long, value_name = "FILTER")]
    filter: Vec<String>,
    /// How to print the entities.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: RowFormat,
}

impl List {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let query = self.query.join(" ");
        for complaint in Query::parse(&query).complaints() {
            session.warn(&complaint);
        }
        let mine = session.mine(&catalog, &query)?;
        let listing = list(&catalog.snapshot, &ListRequest { query, kind: self.kind.clone(), mine })?;
        let listing = listing.filtered(&catalog.snapshot, &self.filter)?;
        rows::print(session, &catalog, ("list", self.output), listing.iter(), |row| row)?;
        Ok(Verdict::Done)
    }
}
