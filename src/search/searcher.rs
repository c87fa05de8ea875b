//! Search as somebody types: each key looks only at what the key before it matched, the best rows are known
//! chunk by chunk, and a newer key stops an older search.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use super::Rows;
use super::bits::{Bits, WORD, ones};
use super::filter::{Filter, Typing};
use super::needle::{JOINED_POINTS, Needle, Scorer};
use super::rows_writer::US;
use super::top::{Hit, Top};
use crate::catalog::query::{Predicate, Query};
use crate::catalog::{Document, EntityRef};

/// Most threads of a search; more would take the machine away from others for a gain nobody sees.
const MAX_THREADS: usize = 4;

/// Words of rows (64 each) between two looks at the cancel flag: about 0.1 ms of work.
const CHUNK_WORDS: usize = 32;

/// Up to this many rows one thread is done before a second one has started.
const ROWS_FOR_ONE_THREAD: usize = 4096;

/// Earlier results that are remembered, for the next letter and for backspace.
const MAX_LEVELS: usize = 24;

/// Chunks that wait to be merged.
const MAX_WAITING: usize = 64;

/// Reads documents for the terms that need them.
pub type Documents<'a> = &'a mut dyn FnMut(&EntityRef) -> Option<Arc<Document>>;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The query.
    pub query: &'a Query,
    /// Whether somebody is still typing it.
    pub typing: Typing,
    /// The user and the user's groups, for `is:mine`.
    pub mine: &'a [EntityRef],
    /// Rows to prefer among equals, in the order of the rows, with how much: pins and recents.
    pub preferred: &'a [(u32, u16)],
    /// Most hits to return.
    pub limit: usize,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// How many rows match.
    pub matched: usize,
    /// The best of them, the best first.
    pub hits: Vec<Hit>,
}

/// The answer as far as it is known.
#[derive(Debug)]
pub struct Partial<'a> {
    /// How many rows were looked at.
    pub examined: usize,
    /// How many rows match so far.
    pub matched: usize,
    top: &'a mut Top,
}

impl Partial<'_> {
    /// The best so far. Costs a sort of the hits: ask when a frame is due, not at every chunk.
    pub fn hits(&mut self) -> &[Hit] {
        self.top.sorted()
    }
}

/// Searches the rows of one snapshot and remembers what earlier queries matched.
#[derive(Debug)]
pub struct Searcher {
    rows: Arc<Rows>,
    scorers: Vec<Scorer>,
    levels: Vec<Level>,
}

/// What a query matched.
#[derive(Debug)]
struct Level {
    filter: Filter,
    needles: Vec<Needle>,
    bits: Bits,
}

/// Looks at a chunk: the number of its first word, the rows to look at, the rows that match.
type Work<'a> = dyn Fn(&mut Scorer, usize, &[u64], &mut [u64]) -> Chunk + Sync + 'a;

/// What a chunk found.
struct Chunk {
    examined: usize,
    matched: usize,
    top: Top,
}

impl Searcher {
    /// A searcher of these rows with as many threads as there are processors, but never more than four.
    pub fn new(rows: Arc<Rows>, processors: NonZeroUsize) -> Self {
        let threads = processors.get().min(MAX_THREADS);
        Self { rows, scorers: (0..threads).map(|_| Scorer::default()).collect(), levels: Vec::new() }
    }

    /// The rows.
    pub fn rows(&self) -> &Arc<Rows> {
        &self.rows
    }

    /// Searches. Nothing, when `cancel` was set meanwhile. `publish` sees the answer grow; `documents` is
    /// asked only for queries with a path into the document.
    pub fn run(
        &mut self,
        ask: Ask<'_>,
        cancel: &AtomicBool,
        documents: Documents<'_>,
        publish: &mut dyn FnMut(&mut Partial<'_>),
    ) -> Option<Found> {
        let filter = Filter::new(ask.query, ask.typing, ask.mine, &self.rows);
        let needles = needles(ask.query);
        while self.levels.last().is_some_and(|level| !level.covers(&filter, &needles)) {
            self.levels.pop();
        }
        if !filter.is_empty() && self.levels.is_empty() {
            let bits = self.filtered(&filter, cancel, documents)?;
            self.remember(Level { filter: filter.clone(), needles: Vec::new(), bits });
        }
        if needles.is_empty() {
            return Some(self.everything(ask));
        }
        let joined = joined(ask.query);
        let mut top = Top::new(ask.limit);
        let (mut examined, mut matched) = (0, 0);
        let floor = AtomicU64::new(top.floor());
        let rows = Arc::clone(&self.rows);
        let from = self.levels.last().map_or_else(|| Bits::all(rows.len()), |level| level.bits.clone());
        let work = |scorer: &mut Scorer, first: usize, from: &[u64], into: &mut [u64]| {
            let mut chunk = Chunk { examined: 0, matched: 0, top: Top::new(ask.limit) };
            let mut preferred = Preferred::from(ask.preferred, first * WORD);
            for (at, (from, into)) in from.iter().zip(into).enumerate() {
                for bit in ones(*from) {
                    let row = (first + at) * WORD + bit;
                    chunk.examined += 1;
                    let least = floor.load(Ordering::Relaxed).max(chunk.top.floor());
                    let Some(rank) = rank(rows.search_of(row), &needles, &joined, least, scorer) else {
                        continue;
                    };
                    *into |= 1 << bit;
                    chunk.matched += 1;
                    if rank >= least {
                        chunk.top.push(Hit { row: row as u32, rank: rank + preferred.of(row) });
                    }
                }
            }
            chunk
        };
        let bits = self.sweep(&from, &work, cancel, &mut |chunk| {
            examined += chunk.examined;
            matched += chunk.matched;
            for hit in chunk.top.into_hits() {
                top.push(hit);
            }
            floor.store(top.floor(), Ordering::Relaxed);
            publish(&mut Partial { examined, matched, top: &mut top });
        })?;
        self.remember(Level { filter, needles, bits });
        Some(Found { matched, hits: top.sorted().to_vec() })
    }

    /// The rows that pass a filter.
    fn filtered(&mut self, filter: &Filter, cancel: &AtomicBool, documents: Documents<'_>) -> Option<Bits> {
        let rows = Arc::clone(&self.rows);
        let work = |_: &mut Scorer, first: usize, from: &[u64], into: &mut [u64]| {
            for (at, (from, into)) in from.iter().zip(into).enumerate() {
                for bit in ones(*from) {
                    if filter.passes(rows.row((first + at) * WORD + bit)) {
                        *into |= 1 << bit;
                    }
                }
            }
            Chunk { examined: 0, matched: 0, top: Top::new(0) }
        };
        let mut bits = self.sweep(&Bits::all(rows.len()), &work, cancel, &mut |_| ())?;
        if filter.reads_documents() {
            for index in bits.clone().iter() {
                if cancel.load(Ordering::Relaxed) {
                    return None;
                }
                let row = rows.row(index);
                let passes = documents(&row.reference()).is_some_and(|doc| filter.passes_document(row, &doc));
                if !passes {
                    bits.words_mut()[index / WORD] &= !(1 << (index % WORD));
                }
            }
        }
        Some(bits)
    }

    /// The answer to a query without words: what is preferred, then the rows in order.
    fn everything(&self, ask: Ask<'_>) -> Found {
        let bits = self.levels.last().map_or_else(|| Bits::all(self.rows.len()), |level| level.bits.clone());
        let mut top = Top::new(ask.limit);
        for (row, weight) in ask.preferred.iter().filter(|(row, _)| bits.contains(*row as usize)) {
            top.push(Hit { row: *row, rank: u64::from(*weight) });
        }
        let is_preferred = |row: usize| ask.preferred.binary_search_by_key(&(row as u32), |p| p.0).is_ok();
        let rest = bits.iter().filter(|row| !is_preferred(*row)).take(ask.limit);
        for row in rest {
            top.push(Hit { row: row as u32, rank: 0 });
        }
        Found { matched: bits.count(), hits: top.sorted().to_vec() }
    }

    /// Runs `work` over chunks of `from` and gathers the rows it sets. Nothing when cancelled.
    fn sweep(
        &mut self,
        from: &Bits,
        work: &Work<'_>,
        cancel: &AtomicBool,
        gather: &mut dyn FnMut(Chunk),
    ) -> Option<Bits> {
        let mut into = Bits::none(self.rows.len());
        let few = from.count() <= ROWS_FOR_ONE_THREAD;
        let chunks = from.words().chunks(CHUNK_WORDS).zip(into.words_mut().chunks_mut(CHUNK_WORDS));
        let queue = Mutex::new(chunks.enumerate());
        let next = || {
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.next().filter(|_| !cancel.load(Ordering::Relaxed))
        };
        let step = |scorer: &mut Scorer| {
            let (at, (from, into)) = next()?;
            Some(work(scorer, at * CHUNK_WORDS, from, into))
        };
        match self.scorers.as_mut_slice() {
            [scorer, ..] if few => {
                while let Some(chunk) = step(scorer) {
                    gather(chunk);
                }
            }
            scorers => std::thread::scope(|scope| {
                let (sender, receiver) = mpsc::sync_channel(MAX_WAITING);
                for scorer in scorers {
                    let (sender, step) = (sender.clone(), &step);
                    scope.spawn(move || {
                        while let Some(chunk) = step(scorer) {
                            if sender.send(chunk).is_err() {
                                break; // the receiver lives as long as the scope; a panic took it away
                            }
                        }
                    });
                }
                drop(sender);
                receiver.iter().for_each(gather);
            }),
        }
        (!cancel.load(Ordering::Relaxed)).then_some(into)
    }

    fn remember(&mut self, level: Level) {
        if self.levels.last().is_some_and(|last| last.is_same(&level)) {
            return;
        }
        if self.levels.len() == MAX_LEVELS {
            self.levels.remove(0);
        }
        self.levels.push(level);
    }
}

impl Level {
    /// Whether everything that the new query can match was matched here.
    fn covers(&self, filter: &Filter, needles: &[Needle]) -> bool {
        self.filter == *filter
            && self.needles.len() <= needles.len()
            && self.needles.iter().zip(needles).all(|(earlier, needle)| needle.narrows(earlier))
    }

    fn is_same(&self, other: &Self) -> bool {
        self.filter == other.filter
            && self.needles.len() == other.needles.len()
            && self.needles.iter().zip(&other.needles).all(|(a, b)| a.is_same(b))
    }
}

/// The weights of preferred rows, walked along with the rows.
struct Preferred<'a>(&'a [(u32, u16)]);

impl<'a> Preferred<'a> {
    fn from(preferred: &'a [(u32, u16)], row: usize) -> Self {
        Self(&preferred[preferred.partition_point(|(at, _)| (*at as usize) < row)..])
    }

    /// The weight of a row, at its place in a rank. Rows are asked for in order.
    fn of(&mut self, row: usize) -> u64 {
        while let [(at, weight), rest @ ..] = self.0 {
            if *at as usize > row {
                break;
            }
            self.0 = rest;
            if *at as usize == row {
                return u64::from(*weight) << 16;
            }
        }
        0
    }
}

/// The words and phrases that rows are matched with.
pub(super) fn needles(query: &Query) -> Vec<Needle> {
    let matched = query.terms.iter().filter(|term| !term.negated);
    matched
        .filter_map(|term| match &term.predicate {
            Predicate::Word(word) => Needle::new(word, true),
            Predicate::Phrase(phrase) => Needle::new(phrase, false),
            _ => None,
        })
        .collect()
}

/// The folded words of a query of several words, which may be the parts of a name.
fn joined(query: &Query) -> Vec<String> {
    let needles = needles(query);
    if needles.len() < 2 { Vec::new() } else { needles.iter().map(|n| n.text().to_owned()).collect() }
}

/// How well a row matches: points, then how close scattered letters stand, then (added by the caller) how much
/// the row is preferred, then how short its name is; 16 bits each. Nothing when a word is missing, and
/// some number below `least` when the row cannot get that far.
fn rank(
    search: &[u8],
    needles: &[Needle],
    joined: &[String],
    least: u64,
    scorer: &mut Scorer,
) -> Option<u64> {
    const BELOW_POINTS: u64 = (1 << 48) - 1;
    // Only of a single word is it known how many points it must bring.
    let least_points = if needles.len() == 1 { (least >> 48) as u16 } else { 0 };
    let mut points = 0;
    let mut scattered = Vec::new(); // allocates only when letters are scattered
    for needle in needles {
        let grade = needle.grade(search, least_points)?;
        points += grade.points;
        if let Some(range) = grade.scattered {
            scattered.push((needle, range));
        }
    }
    let name_end = || memchr::memchr(US, search).unwrap_or(search.len());
    if !joined.is_empty() && begins_with(&search[..name_end()], joined) {
        points += JOINED_POINTS;
    }
    let rank = u64::from(points) << 48;
    if rank | BELOW_POINTS < least {
        return Some(0);
    }
    let score: u16 = scattered
        .into_iter()
        .map(|(needle, range)| scorer.score(needle, &search[range]))
        .fold(0, u16::saturating_add);
    let shortness = u16::MAX - u16::try_from(name_end()).unwrap_or(u16::MAX);
    Some(rank | u64::from(score) << 32 | u64::from(shortness))
}

/// Whether a name begins with the words, one sign that is no letter between each two.
fn begins_with(name: &[u8], words: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    let Some(mut name) = name.strip_prefix(first.as_bytes()) else { return false };
    rest.iter().all(|word| {
        let after = match name {
            [sign, after @ ..] if sign.is_ascii_punctuation() || *sign == b' ' => after,
            _ => name,
        };
        match after.strip_prefix(word.as_bytes()) {
            Some(after) => {
                name = after;
                true
            }
            None => false,
        }
    })
}
