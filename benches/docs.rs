//! A page of 1 MB of Markdown: its first screen, a screen further down, and going back to what is laid out.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod support;

use std::fmt::Write as _;
use std::hint::black_box;

use callboard::docs::Document;
use support::{median, ms, timed};

const PAGE_BYTES: usize = 1_000_000;
const RUNS: usize = 11;
const WIDTH: usize = 100;
const HEIGHT: usize = 40;

fn main() {
    for (what, section) in [("mixed", mixed as fn(usize) -> String), ("prose", prose), ("code", code)] {
        let mut markdown = String::new();
        for n in 0.. {
            if markdown.len() >= PAGE_BYTES {
                break;
            }
            markdown.push_str(&section(n));
        }
        let (mut first, mut end, mut back) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let (time, mut layout) = timed(|| {
                let mut layout = Document::new(&markdown).layout(WIDTH);
                black_box(layout.view(0..HEIGHT).len());
                layout
            });
            first.push(time);
            end.push(timed(|| layout.reach_end()).0);
            back.push(timed(|| black_box(layout.view(0..HEIGHT).len())).0);
        }
        let [first, end, back] = [first, end, back].map(median).map(ms);
        println!(
            "1 MB of {what}: first screen {first:7.1} ms, all of it {end:7.1} ms more, the first screen again {back:6.3} ms"
        );
    }
}

fn mixed(n: usize) -> String {
    let mut text = prose(n);
    let _ = write!(
        text, // writing into a String cannot fail
        "| key | value |\n| --- | --- |\n| a{n} | `b` |\n| c | [d](e{n}.md) |\n\n!!! note \"Mind the gap {n}\"\n    \
         One thing.\n\n    - and another\n\n```rust\nfn answer_{n}() -> u32 {{ {n} }}\n```\n\n1. one\n2. two\n   - deep\n\n"
    );
    text
}

fn prose(n: usize) -> String {
    format!(
        "## Section {n}\n\n{}\n\n",
        "The *gateway* routes **payments** to [providers](../providers.md) and keeps an `audit` trail. "
            .repeat(6)
    )
}

fn code(n: usize) -> String {
    format!(
        "```python\n{}```\n\n",
        format!("def handle_{n}(request):\n    return {{\"status\": {n}}}  # fine\n").repeat(40)
    )
}
