//! The inline marks that TechDocs adds to Markdown: marked, inserted and removed text, keys, sub- and
//! superscript, a reviewer's marks, symbols, emoji, bare addresses, footnote references.

use std::collections::HashMap;

use super::Role;
use super::definitions::Definitions;
use super::inline::{Inline, Piece};
use super::symbols;

/// Reads the marks in running text; code, images and labels of links are left as they are.
pub(super) fn apply(inline: &mut Inline, definitions: &Definitions) {
    let is_candidate = |piece: &Piece| matches!(piece, Piece::Text { text, role, .. } if is_running(*role) && text.bytes().any(symbols::may_mean));
    if !inline.pieces.iter().any(is_candidate) {
        return;
    }
    let mut cutter = Cutter { definitions, tokens: Vec::new(), targets: &mut inline.targets };
    for piece in std::mem::take(&mut inline.pieces) {
        match piece {
            Piece::Text { text, role, link } if is_running(role) => cutter.text(&text, role, link),
            other => cutter.tokens.push(Token::Piece(other)),
        }
    }
    inline.pieces = resolved(cutter.tokens);
}

fn is_running(role: Role) -> bool {
    matches!(role, Role::Text | Role::Strong | Role::Emphasis | Role::Link)
}

/// A mark that opens, closes or does both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mark {
    Marked,
    Inserted,
    Removed,
    Key,
    Sub,
    Super,
    CriticMarked,
    CriticInserted,
    CriticRemoved,
    CriticReplaced,
    CriticComment,
}

/// Marks in the order in which they are tried: sign, meaning, whether it may open, whether it may close.
const MARKS: [(&str, Mark, bool, bool); 17] = [
    ("{==", Mark::CriticMarked, true, false),
    ("==}", Mark::CriticMarked, false, true),
    ("{++", Mark::CriticInserted, true, false),
    ("++}", Mark::CriticInserted, false, true),
    ("{--", Mark::CriticRemoved, true, false),
    ("--}", Mark::CriticRemoved, false, true),
    ("{~~", Mark::CriticReplaced, true, false),
    ("~~}", Mark::CriticReplaced, false, true),
    ("{>>", Mark::CriticComment, true, false),
    ("<<}", Mark::CriticComment, false, true),
    ("~>", Mark::CriticReplaced, false, false),
    ("~~", Mark::Removed, true, true),
    ("==", Mark::Marked, true, true),
    ("^^", Mark::Inserted, true, true),
    ("++", Mark::Key, true, true),
    ("~", Mark::Sub, true, true),
    ("^", Mark::Super, true, true),
];

enum Token {
    Piece(Piece),
    Mark { sign: &'static str, mark: Mark, opens: bool, closes: bool, role: Role, link: Option<usize> },
}

struct Cutter<'a> {
    definitions: &'a Definitions,
    tokens: Vec<Token>,
    targets: &'a mut Vec<String>,
}

impl Cutter<'_> {
    fn text(&mut self, text: &str, role: Role, link: Option<usize>) {
        let mut plain = String::new();
        let mut at = 0;
        while let Some(&byte) = text.as_bytes().get(at) {
            let rest = &text[at..];
            let before = text[..at].chars().next_back();
            if !symbols::may_mean(byte) {
                let length = rest.bytes().position(symbols::may_mean).unwrap_or(rest.len());
                plain.push_str(&rest[..length]);
                at += length;
            } else if let Some((length, shown)) = symbols::symbol(rest, before) {
                plain.push_str(shown);
                at += length;
            } else if let Some(length) = symbols::address(rest, before).filter(|_| link.is_none()) {
                self.piece(&mut plain, role, link);
                self.address(&rest[..length], &rest[..length]);
                at += length;
            } else if let Some((local, length)) = symbols::mail(&plain, rest).filter(|_| link.is_none()) {
                let name = plain.split_off(plain.len() - local) + &rest[..length];
                self.piece(&mut plain, role, link);
                self.address(&name, &format!("mailto:{name}"));
                at += length;
            } else if let Some((number, length)) = self.footnote(rest) {
                self.piece(&mut plain, role, link);
                let text = format!("[{number}]");
                self.tokens.push(Token::Piece(Piece::Text { text, role: Role::Dim, link: None }));
                at += length;
            } else if let Some(token) = mark(rest, before, role, link) {
                self.piece(&mut plain, role, link);
                at += token.0;
                self.tokens.push(token.1);
            } else {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                plain.push_str(&rest[..length]);
                at += length;
            }
        }
        self.piece(&mut plain, role, link);
    }

    fn piece(&mut self, plain: &mut String, role: Role, link: Option<usize>) {
        if !plain.is_empty() {
            let text = std::mem::take(plain);
            self.tokens.push(Token::Piece(Piece::Text { text, role, link }));
        }
    }

    fn address(&mut self, shown: &str, target: &str) {
        let target = if target.starts_with("www.") { format!("http://{target}") } else { target.to_owned() };
        self.targets.push(target);
        let link = Some(self.targets.len() - 1);
        self.tokens.push(Token::Piece(Piece::Text { text: shown.to_owned(), role: Role::Link, link }));
    }

    fn footnote(&self, rest: &str) -> Option<(usize, usize)> {
        let label = rest.strip_prefix("[^")?;
        // Labels are words; a look further than 100 bytes would make a page of brackets slow.
        let end = label.bytes().take(100).position(|b| b == b']')?;
        Some((self.definitions.footnote(&label[..end])?, end + 3))
    }
}

/// The mark that a text begins with, where what stands around it lets it be one.
fn mark(rest: &str, before: Option<char>, role: Role, link: Option<usize>) -> Option<(usize, Token)> {
    let &(sign, mark, opens, closes) = MARKS.iter().find(|(sign, ..)| rest.starts_with(sign))?;
    let after = rest[sign.len()..].chars().next();
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (mut opens, mut closes) = (opens && after.is_none_or(|c| !c.is_whitespace()), closes);
    if matches!(mark, Mark::Marked | Mark::Inserted | Mark::Removed | Mark::Key) {
        opens &= !is_word(before);
        closes &= !is_word(after) && before.is_none_or(|c| !c.is_whitespace());
    }
    if matches!(mark, Mark::Sub | Mark::Super) {
        opens &= !is_space(after);
        closes &= !is_space(before);
    }
    Some((sign.len(), Token::Mark { sign, mark, opens, closes, role, link }))
}

/// Tokens as pieces: marks that found their partner give their meaning, the others are text again.
fn resolved(tokens: Vec<Token>) -> Vec<Piece> {
    let pairs = pairs(&tokens);
    let mut pieces: Vec<Piece> = Vec::with_capacity(tokens.len());
    let mut open: Vec<Mark> = Vec::new();
    for (at, token) in tokens.into_iter().enumerate() {
        match (token, pairs.get(&at)) {
            (Token::Mark { mark, .. }, Some(&(partner, _))) if partner > at => open.push(mark),
            // Both halves of a replacement end together.
            (Token::Mark { mark: Mark::CriticReplaced, .. }, Some(_)) => {
                open.retain(|mark| !matches!(mark, Mark::CriticReplaced | Mark::CriticInserted));
            }
            (Token::Mark { mark, .. }, Some(_)) => {
                if let Some(at) = open.iter().rposition(|&inner| inner == mark) {
                    open.remove(at);
                }
            }
            // The middle of `{~~old~>new~~}`: what was removed ends, what was put there begins.
            (Token::Mark { sign: "~>", .. }, None) if open.contains(&Mark::CriticReplaced) => {
                open.retain(|&mark| mark != Mark::CriticReplaced);
                open.push(Mark::CriticInserted);
                open.push(Mark::CriticReplaced);
                push(&mut pieces, " ".to_owned(), Role::Text, None);
            }
            (Token::Mark { sign, role, link, .. }, None) => push(&mut pieces, sign.to_owned(), role, link),
            (Token::Piece(Piece::Break), _) => pieces.push(Piece::Break),
            (Token::Piece(Piece::Text { text, role, link }), _) => {
                let (text, role) = meant(text, role, &open);
                push(&mut pieces, text, role, link);
            }
        }
    }
    pieces
}

/// For each mark with a partner: the partner, and the marks' meaning.
fn pairs(tokens: &[Token]) -> HashMap<usize, (usize, Mark)> {
    let mut pairs = HashMap::new();
    let mut waiting: HashMap<Mark, usize> = HashMap::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Mark { mark, opens, closes, .. } = *token else { continue };
        let partner =
            waiting.get(&mark).copied().filter(|&from| closes && encloses(&tokens[from + 1..at], mark));
        if let Some(from) = partner {
            waiting.remove(&mark);
            pairs.insert(from, (at, mark));
            pairs.insert(at, (from, mark));
        } else if opens {
            waiting.insert(mark, at);
        }
    }
    pairs
}

/// Whether a pair of marks may hold these tokens.
fn encloses(tokens: &[Token], mark: Mark) -> bool {
    let only = match tokens {
        [] => return false,
        [Token::Piece(Piece::Text { text, .. })] => Some(text.as_str()),
        _ => None,
    };
    match mark {
        Mark::Key => only.is_some_and(|text| {
            text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_'))
        }),
        Mark::Sub | Mark::Super => only.is_some_and(|text| !text.contains(char::is_whitespace)),
        _ => true,
    }
}

/// What a text says and means inside of open marks.
fn meant(text: String, role: Role, open: &[Mark]) -> (String, Role) {
    let outer = |meaning: Role| if is_running(role) && role != Role::Link { meaning } else { role };
    match open.last() {
        None => (text, role),
        Some(Mark::Sub) => (symbols::subscript(&text), role),
        Some(Mark::Super) => (symbols::superscript(&text), role),
        Some(Mark::Key) => (symbols::keys(&text), Role::Key),
        Some(Mark::Marked | Mark::CriticMarked | Mark::Inserted | Mark::CriticInserted) => {
            (text, outer(Role::Mark))
        }
        Some(Mark::CriticReplaced) if open.contains(&Mark::CriticInserted) => (text, outer(Role::Mark)),
        Some(Mark::Removed | Mark::CriticRemoved | Mark::CriticReplaced) => (text, outer(Role::Strike)),
        Some(Mark::CriticComment) => (text, outer(Role::Dim)),
    }
}

fn push(pieces: &mut Vec<Piece>, text: String, role: Role, link: Option<usize>) {
    if let Some(Piece::Text { text: last, role: last_role, link: last_link }) = pieces.last_mut()
        && (*last_role, *last_link) == (role, link)
        && link.is_none()
        && role != Role::Image
    {
        last.push_str(&text);
        return;
    }
    pieces.push(Piece::Text { text, role, link });
}
