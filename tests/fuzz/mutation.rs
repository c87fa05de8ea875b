//! Inputs made of a corpus: pieces of its files put together, cut, repeated and changed.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Changes of one input.
const MAX_CHANGES: usize = 6;

/// What formats are made of; the words of the corpus come on top.
const WORDS: [&str; 48] = [
    "\n",
    "\r\n",
    "\t",
    " ",
    "  ",
    "- ",
    ": ",
    "? ",
    "#",
    "'",
    "\"",
    "`",
    "```",
    "{",
    "}",
    "[",
    "]",
    "{{",
    "}}",
    "{%",
    "%}",
    "${{",
    "&a ",
    "*a",
    "!x ",
    "|",
    ">",
    "---\n",
    "...\n",
    "<",
    ">",
    "</",
    "<!--",
    "&lt;",
    "&#0;",
    "\\",
    "/",
    "..",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "\u{1b}[",
    "\u{0}",
    "é漢👩‍👩‍👧",
    "-0",
    "1e400",
    "9223372036854775808",
    "\u{7f}",
];

/// Makes inputs, the same ones for the same seed.
pub(crate) struct Mutation {
    corpus: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    rng: TestRng,
    most: usize,
}

impl Mutation {
    /// Inputs of at most so many bytes, made of a corpus that has a file.
    pub(crate) fn new(corpus: Vec<Vec<u8>>, seed: u64, most: usize) -> Self {
        let seed = [seed.to_le_bytes(), (!seed).to_le_bytes()].concat();
        let own = corpus.iter().flat_map(|file| file.split(|byte| !byte.is_ascii_alphanumeric()));
        let words = own.filter(|word| !word.is_empty()).map(<[u8]>::to_vec);
        let words = words.chain(WORDS.map(|word| word.as_bytes().to_vec())).collect();
        Self { corpus, words, rng: TestRng::from_seed(RngAlgorithm::XorShift, &seed), most }
    }

    /// The next input.
    pub(crate) fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.file();
        for _ in 0..=self.below(MAX_CHANGES) {
            self.change(&mut input);
        }
        input.truncate(self.most);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let piece = self.piece(input.len());
        let at = self.below(input.len() + 1);
        match self.below(8) {
            0 => drop(input.drain(piece)),
            1 => {
                let copy = input[piece].to_vec();
                drop(input.splice(at..at, copy));
            }
            2 => {
                let other = self.file();
                let part = self.piece(other.len());
                drop(input.splice(piece, other[part].iter().copied()));
            }
            3 if !input.is_empty() => {
                let at = at.min(input.len() - 1);
                input[at] = self.rng.next_u32() as u8;
            }
            4 => {
                // The same again and again is what finds time in the square of a length.
                let word = self.word().repeat(1 + self.below(200));
                drop(input.splice(at..at, word));
            }
            5 => {
                let word = self.word();
                drop(input.splice(piece, word));
            }
            6 => self.indent(input),
            _ => {
                let word = self.word();
                drop(input.splice(at..at, word));
            }
        }
        input.truncate(self.most);
    }

    /// Moves a line to the right or to the left.
    fn indent(&mut self, input: &mut Vec<u8>) {
        let lines = memchr::memchr_iter(b'\n', input).count();
        let line = self.below(lines + 1);
        let start = input.split_inclusive(|byte| *byte == b'\n').take(line).map(<[u8]>::len).sum::<usize>();
        let blanks = input[start..].iter().take_while(|byte| **byte == b' ').count();
        let now = self.below(blanks + 3);
        drop(input.splice(start..start + blanks, vec![b' '; now]));
    }

    fn file(&mut self) -> Vec<u8> {
        let at = self.below(self.corpus.len());
        self.corpus[at].clone()
    }

    fn word(&mut self) -> Vec<u8> {
        let at = self.below(self.words.len());
        self.words[at].clone()
    }

    /// A piece of so many bytes, mostly a short one.
    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = if self.below(3) == 0 { length - start } else { (length - start).min(16) };
        start..start + self.below(most + 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.rng.next_u32() as usize % end.max(1)
    }
}
