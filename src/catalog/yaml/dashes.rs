//! Dashes that npm's `yaml` refuses and the YAML crate takes: one alone within brackets, and one behind a dash
//! and a tab.

use std::ops::Range;

use super::second_look::Fault;

const ALONE: Fault =
    ("a `-` alone within brackets begins no list", "Put it in quotes where a dash is meant.");

const BEHIND_TAB: Fault = ("a tab stands between two dashes", "Write a blank between the dashes.");

/// Dashes that may be refused: the part whose place a word can take if so, why, and where.
pub(super) fn faults(text: &str) -> impl Iterator<Item = (Range<usize>, Fault, usize)> {
    // Most files have no tab.
    let tabbed = if text.contains('\t') { text } else { "" };
    alone(text).chain(behind_tabs(tabbed))
}

fn alone(text: &str) -> impl Iterator<Item = (Range<usize>, Fault, usize)> {
    memchr::memchr_iter(b'-', text.as_bytes()).filter_map(move |at| {
        let ends = text[at + 1..].starts_with([',', ']', '}']);
        let begins = || text[..at].trim_end_matches(' ').ends_with(['[', '{', ',', ':']);
        (ends && begins()).then_some((at..at + 1, ALONE, at))
    })
}

fn behind_tabs(text: &str) -> impl Iterator<Item = (Range<usize>, Fault, usize)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let line_start = start;
        start += line.len();
        let (before, _) = line.split_once("-\t").or_else(|| line.split_once("- \t"))?;
        let tab = before.len() + 1;
        let inner = &line[tab..];
        let rest = inner.trim_start_matches([' ', '\t']);
        let is_list = before.trim_matches([' ', '-']).is_empty();
        let is_opened = ["- ", "-\t", "-\n", "-\r", "? "].iter().any(|sign| rest.starts_with(sign));
        let at = line_start + line.len() - rest.len();
        let whole = at..at + rest.trim_end().len();
        (is_list && is_opened).then_some((whole, BEHIND_TAB, line_start + tab))
    })
}
