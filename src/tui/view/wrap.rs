//! Wrapping words to cells: foreign text in, safe lines out.

use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// Lines of at most `cells` cells, broken between words where that is possible. Empty text is one empty line.
pub fn wrap(foreign: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for line in text::sanitize_lines(foreign) {
        wrap_line(&line, cells, &mut lines);
    }
    lines
}

fn wrap_line(line: &str, cells: usize, lines: &mut Vec<String>) {
    let mut current = String::new();
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        let width = text::width(word.trim_end());
        if used + width > cells && used > 0 {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
            used = 0;
        }
        if width <= cells {
            current.push_str(word);
            used += text::width(word);
            continue;
        }
        for grapheme in word.graphemes(true) {
            let width = text::width(grapheme);
            if used + width > cells && used > 0 {
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            if width <= cells {
                current.push_str(grapheme);
                used += width;
            }
        }
    }
    lines.push(current.trim_end().to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_break_between_words_and_inside_of_long_ones() {
        assert_eq!(wrap("never refund twice", 12), ["never refund", "twice"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("a\n\nb", 3), ["a", "", "b"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_it_may_be(text in any::<String>(), cells in 1usize..40) {
            prop_assert!(wrap(&text, cells).iter().all(|line| text::width(line) <= cells));
        }
    }
}
