//! The fuzz targets on an ordinary compiler: every file of the corpus, and what mutation makes of them.
//!
//! `cargo test` tries some hundred inputs of each, always the same ones. `.ci/fuzz` gives a time in
//! `CALLBOARD_FUZZ_SECONDS` and a seed in `CALLBOARD_FUZZ_SEED`. What fails is kept in `fuzz/artifacts`, and
//! `CALLBOARD_FUZZ_INPUT` with its path tries it again.
#![expect(clippy::disallowed_methods, reason = "reads the corpus, keeps what fails, and ends after a time")]
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a test")]

mod mutation;
/// What each target takes and what must hold, the same for libFuzzer.
mod target {
    pub(crate) mod descriptor;
    pub(crate) mod form;
    pub(crate) mod html;
    pub(crate) mod markdown;
    pub(crate) mod pages;
    pub(crate) mod query;
    pub(crate) mod template;
}

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use mutation::Mutation;

/// Mutations that are tried where no time is given.
const INPUTS: usize = 300;

/// How long one input may take, without optimisation and on a busy machine.
const MAX_TIME: Duration = Duration::from_secs(30);

/// Bytes of an input.
const MAX_BYTES: usize = 4096;

macro_rules! targets {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            fuzz(stringify!($name), target::$name::run);
        }
    )*};
}

targets!(descriptor, form, html, markdown, pages, query, template);

fn fuzz(name: &str, run: fn(&[u8])) {
    let mut runner = Runner::new(name, run);
    let set = |name: &str| std::env::var(format!("CALLBOARD_FUZZ_{name}")).ok();
    if let Some(input) = set("INPUT") {
        return runner.check(&fs::read(input).expect("the input can be read"));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder.join("corpus").join(name))
        .expect("every target has a corpus")
        .map(|entry| entry.expect("its folder can be read").path())
        .collect();
    paths.sort();
    let corpus: Vec<Vec<u8>> =
        paths.iter().map(|path| fs::read(path).expect("a file of the corpus")).collect();
    assert!(!corpus.is_empty(), "a corpus without files");
    for input in &corpus {
        runner.check(input);
    }

    let seconds: Option<u64> = set("SECONDS").map(|text| text.parse().expect("a number of seconds"));
    let seed = set("SEED").map_or(1, |text| text.parse().expect("a number as seed"));
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut mutation = Mutation::new(corpus, seed, MAX_BYTES);
    let mut tried = 0;
    while end.map_or(tried < INPUTS, |end| Instant::now() < end) {
        runner.check(&mutation.next_input());
        tried += 1;
    }
    println!("{name}: {tried} inputs, seed {seed}");
}

/// Tries inputs in a thread of its own, so that one that never ends is found too.
struct Runner {
    name: String,
    inputs: mpsc::Sender<Vec<u8>>,
    done: mpsc::Receiver<()>,
    /// Holds the input that is tried, should it end the whole process.
    running: PathBuf,
}

impl Runner {
    fn new(name: &str, run: fn(&[u8])) -> Self {
        let (inputs, waiting) = mpsc::channel::<Vec<u8>>();
        let (said, done) = mpsc::channel();
        thread::spawn(move || {
            for input in waiting {
                run(&input);
                if said.send(()).is_err() {
                    return; // whoever waited gave up
                }
            }
        });
        let running = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
        println!("{name}: an input that ends the process is in {}", running.display());
        Self { name: name.to_owned(), inputs, done, running }
    }

    fn check(&mut self, input: &[u8]) {
        fs::write(&self.running, input).expect("the input can be noted");
        self.inputs.send(input.to_vec()).expect("the thread waits for inputs");
        let why = match self.done.recv_timeout(MAX_TIME) {
            Ok(()) => return,
            Err(mpsc::RecvTimeoutError::Timeout) => format!("took longer than {} s", MAX_TIME.as_secs()),
            Err(mpsc::RecvTimeoutError::Disconnected) => "failed".to_owned(),
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/artifacts").join(&self.name);
        fs::create_dir_all(&folder).expect("a folder for what fails");
        let kept = folder.join(format!("{:08x}", crc32fast::hash(input)));
        fs::write(&kept, input).expect("what fails can be kept");
        panic!(
            "{} {why}: CALLBOARD_FUZZ_INPUT={} cargo test --test fuzz {}",
            self.name,
            kept.display(),
            self.name
        );
    }
}
