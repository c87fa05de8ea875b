//! Reading a catalog for the first time (search, parse, validate, relate, write) beside the plain YAML parser: as it
//! comes, one text after the other; with as many threads; and with these and the same files to find and read. And
//! reading it again when nothing changed beside a plain walk.
//!
//! `cargo bench --bench catalog` takes 40,000 entities, each in a file of its own; a number behind `--` takes
//! so many in files of ten thousand.

#![expect(clippy::disallowed_methods, reason = "a bench reads files and arguments")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod support;

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use callboard::ops::Cancel;
use support::{Files, median, ms, portal, timed, write_catalog};

/// Descriptors, each in its own file, of the figure.
const ENTITIES: usize = 40_000;

/// Runs; the median counts.
const RUNS: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let (entities, files) = asked.map_or((ENTITIES, Files::OneEach), |count| (count, Files::Exports));
    let folder = tempfile::tempdir()?;
    let repositories = folder.path().join("repositories");
    let texts = write_catalog(&repositories, entities, files)?;
    let megabytes = texts.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    println!("{entities} entities, {} files, {megabytes:.0} MB", texts.len());

    let runs = if files == Files::OneEach { RUNS } else { 1 };
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (mut plain, mut shared, mut found) = (Vec::new(), Vec::new(), Vec::new());
    let (mut first, mut again, mut walk) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        // What was written for the bench is not to be on its way to the disk while it is read.
        rustix::fs::sync();
        plain.push(timed(|| parse_plainly(&texts, 1)).0);
        shared.push(timed(|| parse_plainly(&texts, processors)).0);
        found.push(timed(|| find_and_parse(&repositories)).0);
        let cache = folder.path().join("cache");
        if cache.exists() {
            std::fs::remove_dir_all(&cache)?;
        }
        let (time, refreshed) = timed(|| portal(folder.path())?.refresh(&Cancel::new(), &mut |_| ()));
        assert_eq!(refreshed?.snapshot.meta().entities(), entities as u64);
        first.push(time);
        let (time, refreshed) = timed(|| portal(folder.path())?.refresh(&Cancel::new(), &mut |_| ()));
        assert!(!refreshed?.changed);
        again.push(time);
        walk.push(timed(|| look_at_each(&repositories)).0);
    }
    let [plain, shared, found, first, again, walk] =
        [plain, shared, found, first, again, walk].map(median).map(ms);
    println!("first read into a new cache           {first:9.0} ms");
    for (peer, time) in [
        ("plain YAML parser, texts in memory", plain),
        ("the same with as many threads", shared),
        ("these, files to be found and read", found),
    ] {
        println!("{peer:<38}{time:9.0} ms   the first read {:.2} of it", first / time);
    }
    println!("walk with a stat of each file         {walk:9.0} ms");
    println!("second read, nothing changed          {again:9.0} ms   {:.2} of the walk", again / walk);
    if let Some(peak) = peak_memory() {
        println!("peak memory of all this               {peak:>9}");
    }
    Ok(())
}

/// The YAML crate as it comes, document by document.
fn parse_plainly(texts: &[String], threads: usize) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    parse(text);
                }
            });
        }
    });
}

/// A parallel walk that reads and parses every file where it finds it.
fn find_and_parse(folder: &Path) {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.standard_filters(false).threads(processors).build_parallel().run(|| {
        Box::new(|entry| {
            let file = entry.ok().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
            if let Some(text) = file.and_then(|file| std::fs::read_to_string(file.path()).ok()) {
                parse(&text);
            }
            ignore::WalkState::Continue
        })
    });
}

fn parse(text: &str) {
    for document in serde_yaml::Deserializer::from_str(text) {
        black_box(<serde_yaml::Value as serde::Deserialize>::deserialize(document).is_ok());
    }
}

/// What looking whether files changed costs at least.
fn look_at_each(folder: &Path) -> u64 {
    let files = ignore::WalkBuilder::new(folder).standard_filters(false).build();
    files.filter_map(|entry| entry.ok()?.metadata().ok()).map(|found| found.len()).sum()
}

/// The most memory this process had, as the system counts it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(|peak| peak.trim().to_owned())
}
