//! Key to settled answer while somebody types, at 40,000 and 1,000,000 rows, beside plain nucleo on the same
//! texts; and how long the rows take to open.
//!
//! `cargo bench --bench search` prints milliseconds: median, 95th percentile, worst, and the ratio to nucleo.

#![expect(clippy::disallowed_methods, reason = "a bench measures time")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use callboard::catalog::EntityRef;
use callboard::catalog::query::Query;
use callboard::search::{Ask, RowFacts, RowFlags, Rows, RowsWriter, Searcher, Typing};
use nucleo::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo::{Config, Matcher, Utf32Str};

const DOMAINS: [&str; 12] = [
    "payments",
    "checkout",
    "search",
    "identity",
    "billing",
    "shipping",
    "pricing",
    "media",
    "fraud",
    "ledger",
    "inventory",
    "onboarding",
];
const NOUNS: [&str; 12] = [
    "gateway",
    "api",
    "worker",
    "store",
    "indexer",
    "router",
    "scheduler",
    "exporter",
    "cache",
    "proxy",
    "console",
    "webhooks",
];
const TAGS: [&str; 8] = ["java", "kotlin", "go", "rust", "grpc", "kafka", "tier-1", "pci"];

/// What people type, a key at a time: a name, two words, a team, scattered letters, a filter, nonsense.
const TYPED: [&str; 6] =
    ["payments-gateway", "payment gateway", "team-ledger", "pmtgtw", "kind:api checkout", "zzqx"];

const LIMIT: usize = 500;

fn main() {
    divan::main();
    println!();
    for rows in [40_000, 1_000_000] {
        keys(rows);
    }
}

/// Opening the rows: what stands between a start and the first search.
#[divan::bench(args = [40_000, 1_000_000], sample_count = 10)]
fn open(bencher: divan::Bencher<'_, '_>, count: usize) {
    let bytes = generate(count);
    bencher
        .with_inputs(|| bytes.clone())
        .bench_values(|bytes| Rows::from_bytes(bytes).map(|rows| rows.len()));
}

fn keys(count: usize) {
    let rows = Arc::new(Rows::from_bytes(generate(count)).unwrap_or_default());
    let processors = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let texts = rows.iter().map(|row| format!("{} {}", row.name().raw(), joined(&row))).collect::<Vec<_>>();
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    println!("{count} rows, key to settled answer, {processors} processors");
    for typed in TYPED {
        let mut searcher = Searcher::new(Arc::clone(&rows), processors);
        let mut matched = 0;
        let mut here = Vec::new();
        for end in 1..=typed.len() {
            let started = Instant::now();
            let query = Query::parse(&typed[..end]);
            let ask = Ask { query: &query, typing: Typing::Open, mine: &[], preferred: &[], limit: LIMIT };
            let found = searcher.run(ask, &AtomicBool::new(false), &mut |_| None, &mut |_| ());
            matched = found.map_or(0, |found| found.matched);
            here.push(started.elapsed());
        }
        report(&format!("  {typed} ({matched} matched)"), &here);
        ours.append(&mut here);
        if !typed.contains(':') {
            plain.push(nucleo(&texts, typed));
        }
    }
    report("  all keys", &ours);
    plain.sort_unstable();
    let (ours, plain) = (percentile(&ours, 50), plain[plain.len() / 2]);
    println!(
        "  nucleo, whole word, one thread, sorted: {:.1} ms; ratio of medians {:.2}\n",
        ms(plain),
        ms(ours) / ms(plain)
    );
}

fn joined(row: &callboard::search::Row<'_>) -> String {
    row.tags().map(|tag| tag.raw().to_owned()).collect::<Vec<_>>().join(" ")
}

/// One search with nucleo as it comes.
fn nucleo(texts: &[String], typed: &str) -> Duration {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Never, AtomKind::Fuzzy);
    let started = Instant::now();
    let mut buffer = Vec::new();
    let scored = texts.iter().enumerate();
    let mut hits = scored
        .filter_map(|(at, text)| Some((pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher)?, at)))
        .collect::<Vec<_>>();
    hits.sort_unstable_by(|a, b| b.cmp(a));
    black_box(hits.len());
    started.elapsed()
}

fn report(what: &str, times: &[Duration]) {
    let [median, most, worst] = [50, 95, 100].map(|percent| ms(percentile(times, percent)));
    println!("{what:44} median {median:7.2}  p95 {most:7.2}  worst {worst:7.2} ms");
}

fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Rows of an invented catalog; the same count gives the same bytes.
fn generate(count: usize) -> Vec<u8> {
    let mut writer = RowsWriter::new();
    for n in 0..count {
        // A multiplier without small factors mixes the words.
        let mixed = n.wrapping_mul(2_654_435_761);
        let pick = |words: &[&'static str], shift: usize| words[(mixed >> shift) % words.len()];
        let (domain, noun) = (pick(&DOMAINS, 3), pick(&NOUNS, 9));
        let name = format!("{domain}-{noun}-{n:07}");
        let kind = if mixed.is_multiple_of(7) { "api" } else { "component" };
        let reference = EntityRef::new(kind, "default", &name);
        let owner = EntityRef::new("group", "default", &format!("team-{}", pick(&DOMAINS, 5)));
        let (title, slug) = (format!("{domain} {noun}"), format!("acme/{name}"));
        writer.push(&RowFacts {
            reference: &reference,
            name: &name,
            title: Some(&title),
            aliases: vec![&slug],
            tags: vec![pick(&TAGS, 4), pick(&TAGS, 11)],
            owner: Some(&owner),
            owner_name: None,
            lifecycle: Some("production"),
            spec_type: Some("service"),
            system: None,
            flags: RowFlags::OWNED,
            problems: 0,
        });
    }
    writer.finish()
}
