//! A set of rows, one bit each: a million rows take 125 kB, so that a search can remember what earlier
//! keys matched.

/// Rows of one word.
pub(super) const WORD: usize = u64::BITS as usize;

/// A set of rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// No row of `len`.
    pub(super) fn none(len: usize) -> Self {
        Self(vec![0; len.div_ceil(WORD)])
    }

    /// Every row of `len`.
    pub(super) fn all(len: usize) -> Self {
        let mut words = vec![u64::MAX; len.div_ceil(WORD)];
        if let Some(last) = words.last_mut().filter(|_| !len.is_multiple_of(WORD)) {
            *last = (1 << (len % WORD)) - 1;
        }
        Self(words)
    }

    /// How many rows there are.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether a row is in the set.
    pub(super) fn contains(&self, row: usize) -> bool {
        self.0.get(row / WORD).is_some_and(|word| word & (1 << (row % WORD)) != 0)
    }

    /// The words, each of [`WORD`] rows.
    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    /// The words to write.
    pub(super) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.0
    }

    /// The rows in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| ones(*word).map(move |bit| at * WORD + bit))
    }
}

/// The places of the set bits of a word, from the lowest.
pub(super) fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_all_and_none_beyond() {
        for len in [0, 1, 63, 64, 65, 200] {
            assert_eq!(Bits::all(len).iter().collect::<Vec<_>>(), (0..len).collect::<Vec<_>>());
            assert_eq!(Bits::all(len).count(), len);
            assert_eq!(Bits::none(len).count(), 0);
        }
        assert!(Bits::all(65).contains(64) && !Bits::all(65).contains(65));
    }
}
