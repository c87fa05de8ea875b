//! What the YAML crate's errors mean: where the mistake is, in plain words, and what to write instead.
//!
//! The crate names the place where it could not go on, and often the place where that began. The mistake is at
//! the one or the other: a quote that never ends is mended where it opens, not at the end of the file.

use super::second_look::unindented;

/// An error of the YAML crate, with its places as bytes of the text.
pub(super) struct CrateError<'t> {
    pub(super) text: &'t str,
    /// The crate's own words.
    pub(super) words: &'t str,
    /// Where it could not go on.
    pub(super) problem: usize,
    /// Where that began: the key, the quote or the bracket that is being read.
    pub(super) context: usize,
}

/// What is wrong, as a part of a sentence, what to do about it, and where.
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) fix: String,
    pub(super) at: usize,
}

type Explain = fn(&CrateError<'_>) -> Mistake;

/// Words of the crate and what they mean. The first row whose words stand in the error counts.
const TABLE: &[(&str, Explain)] = &[
    ("could not find expected ':'", |error| without_colon(error.text, error.context)),
    ("mapping values are not allowed", colon),
    ("while scanning a quoted scalar", |error| open_quote(error.context)),
    ("did not find expected ',' or", bracket),
    ("while parsing a flow node", flow_node),
    ("did not find expected key", out_of_place),
    ("did not find expected '-' indicator", out_of_place),
    ("found a tab character", |error| tab(error.problem)),
    ("cannot start any token", first_sign),
    ("did not find expected node content", first_sign),
    ("mapping keys are not allowed", first_sign),
    ("while scanning an anchor", |error| first_sign(&CrateError { problem: error.context, ..*error })),
    ("while scanning an alias", |error| first_sign(&CrateError { problem: error.context, ..*error })),
    ("unknown anchor", anchor),
    ("block sequence entries are not allowed", |error| {
        let fix = "Begin each entry with its dash on a line of its own, below the key.";
        mistake("the list begins beside its key", fix, error.problem)
    }),
    ("while scanning a block scalar", |error| {
        let fix = "Begin the text on the next line, indented deeper than its key; put it in quotes where no block is meant.";
        mistake("behind `|` or `>` there is more than `+`, `-` and a digit from 1 to 9", fix, error.problem)
    }),
    ("while parsing a quoted scalar", escape),
    ("tag", tag),
    ("<document start>", |error| {
        mistake(
            "a line with `%` at its start is not followed by `---`",
            "Write `---` below it, or remove it.",
            error.problem,
        )
    }),
    ("directive", |error| {
        mistake(
            "a line with `%` at its start is no directive of YAML",
            "Write `%YAML 1.2`, or remove the line.",
            error.context,
        )
    }),
];

/// Explains an error of the crate.
pub(super) fn explain(error: &CrateError<'_>) -> Mistake {
    if let Some(at) = conflict(error.text) {
        let fix = "Decide for one of the sides, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`.";
        return mistake("a merge conflict is not resolved", fix, at);
    }
    let row = TABLE.iter().find(|(words, _)| error.words.contains(words));
    row.map_or_else(
        || {
            let fix = "Indent with blanks alone, and put a text with signs of YAML in quotes.";
            mistake("the text breaks a rule of YAML", fix, error.problem)
        },
        |(_, explain)| explain(error),
    )
}

fn mistake(message: impl Into<String>, fix: impl Into<String>, at: usize) -> Mistake {
    Mistake { message: message.into(), fix: fix.into(), at }
}

/// Where git left both sides of a change.
fn conflict(text: &str) -> Option<usize> {
    const MARK: &str = "<<<<<<< ";
    if text.starts_with(MARK) { Some(0) } else { text.find(&format!("\n{MARK}")).map(|at| at + 1) }
}

/// A line where a key should be, and has no colon that ends one.
fn without_colon(text: &str, at: usize) -> Mistake {
    let line = rest_of_line(text, at);
    let Some((key, value)) = line.split_once(':').filter(|(_, value)| !value.is_empty()) else {
        let fix = "Write it as `key: value`; where it belongs to the text above, indent it deeper.";
        return mistake(format!("{} is no key: no colon follows it", short(line)), fix, at);
    };
    let behind = value.chars().next().unwrap_or_default();
    let value = value.trim();
    if behind.is_whitespace() {
        let message =
            format!("behind the colon of {key:?} stands U+{:04X}, which is no blank", u32::from(behind));
        return mistake(message, format!("Write an ordinary blank: `{key}: {value}`."), at);
    }
    mistake(format!("no blank stands behind the colon of {key:?}"), format!("Write `{key}: {value}`."), at)
}

/// A colon that ends no key: within a text, or of a key that stands too deep or behind a line that is no key.
fn colon(error: &CrateError<'_>) -> Mistake {
    let CrateError { text, problem, .. } = *error;
    let start = line_start(text, problem);
    let before = &text[start..problem];
    if let Some((key, _)) = before.split_once(": ") {
        let value = problem - before.len() + key.len() + 2;
        let fix = in_quotes(rest_of_line(text, value));
        return mistake(
            format!("the value of {} has a colon in it", short(key.trim_start_matches(['-', ' ']))),
            fix,
            problem,
        );
    }
    let Some(above) = line_above(text, start) else {
        return mistake("a colon stands where none can be", "Put the text in quotes.", problem);
    };
    let line = rest_of_line(text, above);
    if line.contains(": ") || line.ends_with(':') {
        let fix = "Indent it as deep as the line above, or remove the value that stands there.";
        let message = format!("{} is indented below a line that has a value already", short(before.trim()));
        return mistake(message, fix, problem - before.trim_start().len());
    }
    without_colon(text, above)
}

fn open_quote(at: usize) -> Mistake {
    mistake("the quote that opens here is never closed", "Write the same quote where the text ends.", at)
}

/// A list or map in brackets that does not end, or has two entries without a comma.
fn bracket(error: &CrateError<'_>) -> Mistake {
    let CrateError { text, problem, context, .. } = *error;
    let (noun, end) = if text[context..].starts_with('{') { ("brace", '}') } else { ("bracket", ']') };
    let goes_on =
        indent(text, problem) > indent(text, context) || text[context..problem].lines().count() <= 1;
    if problem < text.trim_end().len() && goes_on {
        let message = format!("within a {noun} something follows without a comma");
        let fix = format!(
            "Write a comma between two entries and `{end}` behind the last; put a text that has signs of YAML in quotes."
        );
        return mistake(message, fix, problem);
    }
    let fix = format!("Write `{end}` where it ends, or put the text in quotes.");
    mistake(format!("the {noun} that opens here is never closed"), fix, context)
}

fn flow_node(error: &CrateError<'_>) -> Mistake {
    if error.problem < error.text.trim_end().len() {
        return first_sign(error);
    }
    let fix = "Write the bracket or brace that closes the last one that is open.";
    mistake("the document ends within brackets", fix, error.problem)
}

/// Something that belongs neither to the map or list around it nor to the value before it.
fn out_of_place(error: &CrateError<'_>) -> Mistake {
    let CrateError { text, problem, .. } = *error;
    let before = text[line_start(text, problem)..problem].trim_end();
    if before.ends_with(['"', '\'']) {
        let end = line_start(text, problem) + before.len();
        if let Some(opened) = unindented(text, end) {
            return open_quote(opened);
        }
        let fix = "Put the whole value in one pair of quotes; in single quotes a quote is written twice, in double quotes as \\\".";
        return mistake("text follows behind the quote that ends the value", fix, problem);
    }
    if before.ends_with([']', '}']) {
        let fix = "Put the whole value in quotes, or remove what follows.";
        return mistake("text follows behind the bracket that ends the value", fix, problem);
    }
    let line = rest_of_line(text, problem);
    if !before.is_empty() {
        let fix = "Put the value in quotes, or write one anchor and one tag at most before it.";
        return mistake(format!("{} cannot stand here", short(line)), fix, problem);
    }
    if line.starts_with(':') {
        return mistake("a colon has no key before it", "Write the key before the colon.", problem);
    }
    let fix = "Indent it exactly as deep as the lines that it belongs to.";
    let message = if line.starts_with("- ") {
        "an entry of a list stands where a key should be".to_owned()
    } else {
        format!("{} is not indented as the lines around it", short(line))
    };
    mistake(message, fix, problem)
}

fn tab(at: usize) -> Mistake {
    mistake("a tab indents the line", "Indent with blanks: YAML takes no tabs there.", at)
}

/// A sign that means something to YAML where a text begins.
fn first_sign(error: &CrateError<'_>) -> Mistake {
    let rest = rest_of_line(error.text, error.problem);
    match error.text[error.problem..].chars().next() {
        Some('\t') => tab(error.problem),
        Some(sign) if !sign.is_whitespace() => mistake(
            format!("a text without quotes cannot begin with {sign:?}"),
            in_quotes(rest),
            error.problem,
        ),
        _ => mistake("a value is missing", "Write it, or remove the line.", error.problem),
    }
}

fn anchor(error: &CrateError<'_>) -> Mistake {
    let rest = rest_of_line(error.text, error.problem);
    let alias = rest.split([' ', ',', ']', '}']).next().unwrap_or_default();
    let message = format!("{alias} is an alias, but no anchor of that name stands above it");
    mistake(message, in_quotes(rest), error.problem)
}

/// A backslash that begins no escape; the crate stops at it or within it.
fn escape(error: &CrateError<'_>) -> Mistake {
    let at =
        error.text[..error.problem].rfind('\\').filter(|_| !error.text[error.problem..].starts_with('\\'));
    let at = at.unwrap_or(error.problem);
    let escape: String = error.text[at..].chars().take(2).collect();
    let fix = "Write the backslash twice, or use single quotes, in which it is a sign like any other.";
    mistake(format!("`{escape}` begins no escape that double quotes take"), fix, at)
}

fn tag(error: &CrateError<'_>) -> Mistake {
    let at = if error.text[error.context..].starts_with('!') { error.context } else { error.problem };
    mistake("what begins with `!` is a tag, and this is none", in_quotes(rest_of_line(error.text, at)), at)
}

/// How to quote what stands behind a place to the end of its line.
fn in_quotes(value: &str) -> String {
    /// Longer values are not written out again.
    const MAX_WRITTEN: usize = 60;
    if value.chars().count() > MAX_WRITTEN {
        return "Put the whole value in quotes.".to_owned();
    }
    if value.contains(['"', '\\']) {
        return format!("Put it in quotes: '{}'.", value.replace('\'', "''"));
    }
    format!("Put it in quotes: \"{value}\".")
}

/// A text as a message quotes it.
fn short(text: &str) -> String {
    /// Characters that are quoted; a longer text is known by its head.
    const MAX_QUOTED: usize = 40;
    let head: String = text.chars().take(MAX_QUOTED).collect();
    if head.len() < text.len() { format!("{:?}", format!("{head}…")) } else { format!("{head:?}") }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The line from a place on, without a comment and the blanks at its end.
fn rest_of_line(text: &str, at: usize) -> &str {
    let line = text[at..].split('\n').next().unwrap_or_default();
    line.split(" #").next().unwrap_or(line).trim_end()
}

/// Where the text of the nearest line above begins that is neither blank nor a comment.
fn line_above(text: &str, mut start: usize) -> Option<usize> {
    while start > 0 {
        let above = line_start(text, start - 1);
        let line = &text[above..start];
        start = above;
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') && content != "---" {
            return Some(above + line.len() - line.trim_start().len());
        }
    }
    None
}

fn indent(text: &str, at: usize) -> usize {
    let line = &text[line_start(text, at)..];
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use crate::catalog::yaml::parse;

    fn told(text: &str) -> (u32, u32, String, String) {
        let error = parse(text).expect_err(text);
        (error.position.line, error.position.column, error.message, error.fix.unwrap())
    }

    #[test]
    fn a_mistake_is_placed_where_it_is_mended() {
        let table = [
            ("a:\n  d: e\n  b:x\nc: d\n", (3, 3), "no blank stands behind the colon of \"b\""),
            ("a: b\nc\n\n\n", (2, 1), "\"c\" is no key: no colon follows it"),
            ("a:\u{a0}b\nc: d\n", (1, 1), "behind the colon of \"a\" stands U+00A0, which is no blank"),
            ("kind a\nb:\n  c: d\n", (1, 1), "\"kind a\" is no key: no colon follows it"),
            ("a: \"b\nc: d\n\n", (1, 4), "the quote that opens here is never closed"),
            ("'a\n", (1, 1), "the quote that opens here is never closed"),
            ("a: 'b\nc: 'd'\n", (1, 4), "the quote that opens here is never closed"),
            ("a: 'it's'\n", (1, 8), "text follows behind the quote that ends the value"),
            ("a: [b, c\nd:\n  e: f\n", (1, 4), "the bracket that opens here is never closed"),
            ("{a: b", (1, 1), "the brace that opens here is never closed"),
            ("a: [b, \"c\" d]\n", (1, 12), "within a bracket something follows without a comma"),
            ("a: [\n  'b'\n  'c'\n]\n", (3, 3), "within a bracket something follows without a comma"),
            ("a: b: c\n", (1, 5), "the value of \"a\" has a colon in it"),
            ("a: b\n  c: d\n", (2, 3), "\"c\" is indented below a line that has a value already"),
            ("a:\n  b: c\n d: e\n", (3, 2), "\"d: e\" is not indented as the lines around it"),
            ("a:\n\tb: c\n", (2, 1), "a tab indents the line"),
            ("a: b\n<<<<<<< HEAD\nc: d\n", (2, 1), "a merge conflict is not resolved"),
            ("a: - b\n", (1, 4), "the list begins beside its key"),
            ("a: \"C:\\users\"\n", (1, 7), "`\\u` begins no escape that double quotes take"),
        ];
        for (text, (line, column), message) in table {
            let (found_line, found_column, found, _) = told(text);
            assert_eq!((found_line, found_column, found.as_str()), (line, column, message), "{text}");
        }
    }

    #[test]
    fn a_fix_is_what_to_write() {
        let table = [
            ("a:\n  d: e\n  b:x\n", "Write `b: x`."),
            ("a: b: c\n", "Put it in quotes: \"b: c\"."),
            ("a: @b # c\n", "Put it in quotes: \"@b\"."),
            ("a: `b \"c\"`\n", "Put it in quotes: '`b \"c\"`'."),
            ("a: *b\n", "Put it in quotes: \"*b\"."),
            ("a: & b\n", "Put it in quotes: \"& b\"."),
            ("a: !b!c d\n", "Put it in quotes: \"!b!c d\"."),
            (
                "# ^;$()=GHJKMQRSVWZ\na:\n  - \u{7}\n",
                "Remove it, or write it as \"\\u0007\" in double quotes.",
            ),
        ];
        for (text, fix) in table {
            assert_eq!(told(text).3, fix, "{text}");
        }
    }
}
