//! A table that fits: columns as wide as their content, cut from the right where the terminal is narrower.

use std::io;

use super::{Meaning, Printer, Span, span};
use crate::text;

/// Blanks between columns.
const GAP: usize = 2;

/// Cells that a column keeps when the table is cut to fit; below, nothing could be recognised.
const LEAST: usize = 6;

/// Cells of one field at most, also where nothing has to fit, so that one title of megabytes does not push
/// every other line apart.
const MOST: usize = 160;

/// Rows of fields under headings.
pub(crate) struct Table<'a> {
    headings: Vec<&'static str>,
    /// How many columns from the left are never cut: what other commands take as their argument.
    whole: usize,
    rows: Vec<Vec<Span<'a>>>,
    is_always_headed: bool,
}

impl<'a> Table<'a> {
    /// An empty table. Its first column holds what identifies a row and is never cut.
    pub(crate) fn new(headings: &[&'static str]) -> Self {
        Self { headings: headings.to_vec(), whole: 1, rows: Vec::new(), is_always_headed: false }
    }

    /// The table with its headings also in a pipe: for reports, which nobody reads line by line.
    pub(crate) fn always_headed(self) -> Self {
        Self { is_always_headed: true, ..self }
    }

    /// Adds a row; missing fields are empty.
    pub(crate) fn row(&mut self, fields: impl IntoIterator<Item = Span<'a>>) {
        self.rows.push(fields.into_iter().collect());
    }

    /// Writes the headings, where there is a terminal, and the rows.
    pub(crate) fn print(self, printer: &mut Printer) -> io::Result<()> {
        let mut rows: Vec<Vec<Span<'_>>> = self.rows;
        for row in &mut rows {
            for (column, field) in row.iter_mut().enumerate() {
                let is_whole = column < self.whole;
                let safe = if is_whole { text::sanitize(&field.text) } else { text::fit(&field.text, MOST) };
                field.text = safe.into_owned().into();
            }
        }
        if (printer.width().is_some() || self.is_always_headed) && !rows.is_empty() {
            rows.insert(0, self.headings.iter().map(|heading| span(Meaning::Dim, *heading)).collect());
        }
        let widths = widths(&rows, self.headings.len());
        let widths = fitted(widths, self.whole, printer.width());
        for row in rows {
            printer.line(laid_out(row, &widths, self.whole))?;
        }
        Ok(())
    }
}

/// The fields of a row with the blanks between them; nothing behind the last one.
fn laid_out<'a>(row: Vec<Span<'a>>, widths: &[usize], whole: usize) -> Vec<Span<'a>> {
    let last = row.iter().rposition(|field| !field.text.is_empty()).unwrap_or(0);
    let mut line = Vec::with_capacity(2 * row.len());
    for (column, (field, cells)) in row.into_iter().zip(widths).take(last + 1).enumerate() {
        let safe =
            if column < whole { field.text } else { text::fit(&field.text, *cells).into_owned().into() };
        let used = text::width(&safe);
        line.push(span(field.meaning, safe));
        if column < last {
            line.push(" ".repeat(cells.saturating_sub(used) + GAP).into());
        }
    }
    line
}

fn widths(rows: &[Vec<Span<'_>>], columns: usize) -> Vec<usize> {
    let mut widths = vec![0; columns];
    for row in rows {
        for (field, widest) in row.iter().zip(&mut widths) {
            *widest = text::width(&field.text).max(*widest);
        }
    }
    widths
}

/// Widths that fit into a line: the widest column that may be cut gives first.
fn fitted(mut widths: Vec<usize>, whole: usize, line: Option<usize>) -> Vec<usize> {
    let Some(line) = line else { return widths };
    let gaps = GAP * widths.len().saturating_sub(1);
    loop {
        let excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(line);
        let cuttable = widths.iter_mut().skip(whole).filter(|cells| **cells > LEAST);
        let Some(widest) = cuttable.max_by_key(|cells| **cells).filter(|_| excess > 0) else { return widths };
        *widest -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::Ink;
    use crate::cli::output::printer::testing::Paper;

    fn table() -> Table<'static> {
        let mut table = Table::new(&["ref", "owner", "title"]);
        table.row([
            "component:default/payments".into(),
            "team-payments".into(),
            "Accepts card payments".into(),
        ]);
        table.row(["api:default/漢字".into(), "".into(), "x".into()]);
        table
    }

    fn printed(width: Option<usize>) -> String {
        let paper = Paper::default();
        table().print(&mut paper.printer(Ink::None, width)).unwrap();
        paper.text()
    }

    #[test]
    fn a_pipe_gets_aligned_rows_without_headings_and_nothing_is_cut() {
        assert_eq!(
            printed(None),
            "component:default/payments  team-payments  Accepts card payments\n\
             api:default/漢字                           x\n"
        );
    }

    #[test]
    fn a_narrow_terminal_cuts_the_widest_column_and_never_the_first() {
        assert_eq!(
            printed(Some(50)),
            "ref                         owner       title\n\
             component:default/payments  team-paym…  Accepts c…\n\
             api:default/漢字                        x\n"
        );
    }

    #[test]
    fn a_line_narrower_than_the_least_widths_still_shows_every_column() {
        assert!(printed(Some(1)).lines().any(|line| line == "component:default/payments  team-…  Accep…"));
    }
}
