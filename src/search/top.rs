//! The best rows of a search, as many as somebody will look at: no million is ever sorted.

/// A row that matched, and how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The row.
    pub row: u32,
    /// How well it matched: more is better. Comparable within one search only.
    pub rank: u64,
}

/// The best `limit` hits of all that were pushed: by rank, equals by row.
#[derive(Debug)]
pub(super) struct Top {
    limit: usize,
    hits: Vec<Hit>,
    floor: u64,
}

impl Top {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, hits: Vec::new(), floor: if limit == 0 { u64::MAX } else { 0 } }
    }

    /// A rank below this cannot get in any more.
    pub(super) fn floor(&self) -> u64 {
        self.floor
    }

    pub(super) fn push(&mut self, hit: Hit) {
        if self.limit == 0 || hit.rank < self.floor {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() >= self.limit.saturating_mul(2) {
            self.prune();
        }
    }

    /// The hits so far, the best first.
    pub(super) fn sorted(&mut self) -> &[Hit] {
        self.prune();
        self.hits.sort_unstable_by_key(order);
        &self.hits
    }

    /// The hits so far and perhaps some that are no longer among the best, in no order.
    pub(super) fn into_hits(self) -> Vec<Hit> {
        self.hits
    }

    fn prune(&mut self) {
        if self.hits.len() <= self.limit {
            return;
        }
        let (_, worst, _) = self.hits.select_nth_unstable_by_key(self.limit - 1, order);
        self.floor = worst.rank;
        self.hits.truncate(self.limit);
    }
}

fn order(hit: &Hit) -> (std::cmp::Reverse<u64>, u32) {
    (std::cmp::Reverse(hit.rank), hit.row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_are_those_of_a_full_sort(ranks in proptest::collection::vec(0u64..8, 0..60), limit in 0usize..9) {
            let mut top = Top::new(limit);
            let mut all = Vec::new();
            for (row, rank) in ranks.into_iter().enumerate() {
                let hit = Hit { row: row as u32, rank };
                top.push(hit);
                all.push(hit);
            }
            all.sort_by_key(order);
            all.truncate(limit);
            prop_assert_eq!(top.sorted(), all.as_slice());
        }
    }
}
