//! The window over a long list: which rows are visible, and how it follows the selection.

/// Selection and first visible row. Scrolls by pages, because moving a list row by row costs a whole list of
/// bytes for each key on a slow link, and moving the selection costs two rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scroll {
    /// The selected row.
    pub selected: usize,
    /// The first visible row.
    pub first: usize,
}

impl Scroll {
    /// Moves the selection by rows and keeps it inside of `count` rows, of which `height` are visible.
    pub fn move_by(&mut self, rows: isize, count: usize, height: usize) {
        self.select(self.selected.saturating_add_signed(rows), count, height);
    }

    /// Selects a row, the last one at most.
    pub fn select(&mut self, row: usize, count: usize, height: usize) {
        self.selected = row.min(count.saturating_sub(1));
        self.follow(count, height);
    }

    /// Brings the selection into the window after the number or the height of rows changed.
    pub fn follow(&mut self, count: usize, height: usize) {
        self.selected = self.selected.min(count.saturating_sub(1));
        let height = height.max(1);
        if self.selected < self.first || self.selected >= self.first + height {
            // Down: the selection becomes the second row; up: the last but one. A page is read at a time.
            self.first = if self.selected < self.first {
                (self.selected + 2).saturating_sub(height)
            } else {
                self.selected.saturating_sub(1.min(height - 1))
            };
        }
        self.first = self.first.min(count.saturating_sub(height));
        if self.selected < self.first {
            self.first = self.selected;
        }
    }

    /// The visible rows.
    pub fn visible(&self, count: usize, height: usize) -> std::ops::Range<usize> {
        self.first.min(count)..(self.first + height).min(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn leaving_the_window_turns_a_page() {
        let mut scroll = Scroll::default();
        scroll.move_by(9, 100, 10);
        assert_eq!(scroll, Scroll { selected: 9, first: 0 });
        scroll.move_by(1, 100, 10);
        assert_eq!(scroll, Scroll { selected: 10, first: 9 });
        scroll.move_by(-2, 100, 10);
        assert_eq!(scroll, Scroll { selected: 8, first: 0 });
    }

    #[test]
    fn the_end_of_the_list_fills_the_window() {
        let mut scroll = Scroll::default();
        scroll.select(99, 100, 10);
        assert_eq!(scroll, Scroll { selected: 99, first: 90 });
    }

    proptest! {
        #[test]
        fn the_selection_is_always_visible(rows in proptest::collection::vec(-50isize..50, 1..40), count in 0usize..200, height in 1usize..50) {
            let mut scroll = Scroll::default();
            for by in rows {
                scroll.move_by(by, count, height);
                prop_assert!(count == 0 || scroll.visible(count, height).contains(&scroll.selected));
            }
        }
    }
}
