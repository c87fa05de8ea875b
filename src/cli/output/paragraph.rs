//! Sentences on a terminal, broken between words.

use crate::text;

/// Cells that are left to a sentence however deep it is indented.
const LEAST: usize = 16;

/// The lines of a safe text, of which those behind the first begin so many cells from the left, as the first does
/// behind what stands before it. A word that is longer than a line stays whole, so that a path can be copied; where
/// there is no terminal everything stays on its line.
pub(crate) fn paragraph(safe: &str, indent: usize, width: Option<usize>) -> String {
    let Some(width) = width else { return safe.to_owned() };
    let cells = width.saturating_sub(indent).max(LEAST);
    let (mut lines, mut used) = (String::with_capacity(safe.len()), 0);
    for word in safe.split(' ') {
        let wide = text::width(word);
        if used > 0 && used + 1 + wide > cells {
            lines.truncate(lines.trim_end_matches(' ').len());
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            used = 0;
        } else if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        // A word of no width is a blank that stands where it was written.
        used += wide.max(usize::from(word.is_empty()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_keep_their_place() {
        let text = "Write the whole path, from / on.";
        assert_eq!(paragraph(text, 4, Some(24)), "Write the whole\n    path, from / on.");
        assert_eq!(paragraph(text, 4, None), text);
        assert_eq!(paragraph(text, 0, Some(80)), text);
        assert_eq!(paragraph("", 4, Some(24)), "");
    }

    #[test]
    fn a_long_word_stays_whole() {
        let path = "/home/jane/.config/callboard/config.yaml";
        assert_eq!(paragraph(&format!("Mend {path} now."), 2, Some(20)), format!("Mend\n  {path}\n  now."));
    }
}
