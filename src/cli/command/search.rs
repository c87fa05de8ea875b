//! `callboard search`: the best matches, ranked as in the portal.

use clap::Args;

use super::rows::{self, RowFormat};
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::{Catalog, Session};
use crate::number::noun;
use crate::ops::search::{SearchOutcome, SearchRequest, search};

/// Finds entities, the best match first.
#[derive(Debug, Args)]
#[command(after_help = "\
Words are fuzzy and match names, titles, tags and owners. Fields narrow: kind: owner: type: lifecycle: tag:
system: namespace: name: title: problems:>0, has:runbook, is:mine, is:owned, is:orphan, is:dangling. A comma
means any of, a minus turns a term round, quotes match letter by letter.

Examples:
  callboard search paym
  callboard search kind:api owner:pay
  callboard search -- checkout -lifecycle:deprecated

Ends with 3 when nothing matches.")]
pub(crate) struct Search {
    /// The query.
    #[arg(required = true)]
    query: Vec<String>,
    /// At most so many matches.
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// How to print the entities.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: RowFormat,
}

impl Search {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let query = self.query.join(" ");
        let mine = session.mine(&catalog, &query)?;
        let request = SearchRequest { query, limit: self.limit, mine, ..SearchRequest::default() };
        let found = search(&catalog.snapshot, &request)?;
        for complaint in &found.complaints {
            session.warn(complaint);
        }
        let matched = found.matched;
        if matched == 0 {
            session.note(&nothing(&catalog, &request.query, &found));
        }
        rows::print(session, &catalog, ("search", self.output), found.hits.into_iter(), |hit| &hit.row)?;
        Ok(if matched == 0 { Verdict::NotFound } else { Verdict::Done })
    }
}

fn nothing(catalog: &Catalog, query: &str, found: &SearchOutcome) -> String {
    let entities = catalog.meta().entities();
    let counted = noun(entities, "entity");
    let mut words = vec![format!("Nothing of {entities} {counted} matches {query:?}.")];
    if !found.near.is_empty() {
        let near: Vec<_> = found.near.iter().map(|near| near.humanize(None)).collect();
        words.push(format!("Near: {}.", near.join(", ")));
    }
    if found.hidden > 0 {
        words.push(format!("Without the filters: {}.", found.hidden));
    }
    words.join(" ")
}
