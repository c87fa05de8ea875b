//! Opening a cached catalog and answering one question, and the first page of it, at 40,000 and 1,000,000
//! entities: the larger one may take half as long again.
//!
//! `cargo bench --bench store -- SMALL LARGE` takes other sizes.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod support;

use std::path::Path;
use std::time::Duration;

use callboard::error::{Error, ErrorKind, Result};
use callboard::ops::Cancel;
use callboard::ops::search::first_page;
use callboard::ops::who::{WhoPlaces, who};
use support::{Files, component, median, ms, portal, timed, write_catalog};

/// Opened and asked so often, each time as a new process would.
const RUNS: usize = 50;

/// Rows of a first page.
const PAGE: usize = 500;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![40_000, 1_000_000] } else { asked };
    let mut before: Option<[f64; 3]> = None;
    for entities in sizes {
        let folder = tempfile::tempdir()?;
        write_catalog(&folder.path().join("repositories"), entities, Files::Exports)?;
        portal(folder.path())?.refresh(&Cancel::new(), &mut |_| ())?;
        let now = [
            measure(|run| ask(folder.path(), entities / 2 + run))?,
            measure(|_| Ok(first_page(&*open(folder.path())?, PAGE)?.hits.len()))?,
            measure(|_| Ok(open(folder.path())?.rows()?.len()))?,
        ];
        println!("{entities} entities");
        for (at, what) in ["open and one who", "open and first page", "open and all rows"].iter().enumerate()
        {
            let ratio = before.map_or_else(String::new, |before| {
                format!("   {:.2} of the smaller catalog", now[at] / before[at])
            });
            println!("  {what:22} {:8.2} ms{ratio}", now[at]);
        }
        before = Some(now);
    }
    Ok(())
}

fn measure<T>(mut work: impl FnMut(usize) -> Result<T>) -> Result<f64> {
    let mut times: Vec<Duration> = Vec::new();
    for run in 0..RUNS {
        let (time, result) = timed(|| work(run));
        result?;
        times.push(time);
    }
    Ok(ms(median(times)))
}

fn open(folder: &Path) -> Result<std::sync::Arc<callboard::store::Snapshot>> {
    let missing = || Error::new(ErrorKind::Failed, "The cache that was just written is not there.");
    portal(folder)?.snapshot().ok_or_else(missing)
}

fn ask(folder: &Path, n: usize) -> Result<()> {
    let places = WhoPlaces { current: None, roots: &[] };
    who(&*open(folder)?, &component(n), &places)?.require_owner()
}
