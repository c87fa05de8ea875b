//! When a burst of changes is over. Pure: time comes in.

use std::time::{Duration, Instant};

/// How long nothing must change before a burst counts as over: an editor that writes a new file and renames it
/// over the old one is done by then.
const QUIET: Duration = Duration::from_millis(150);

/// How long a burst may last before it is told while it goes on, as in a long checkout.
const LONGEST: Duration = Duration::from_secs(1);

/// How many times as long as a reading took nothing is told after it, so that changes that go on and on do not
/// keep a processor busy.
const REST: u32 = 5;

/// The longest pause between two words, however long reading takes.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// Changes that come close to each other, and the burst before them.
#[derive(Debug, Default)]
pub(super) struct Burst {
    first_and_last: Option<(Instant, Instant)>,
    /// Not told before.
    earliest: Option<Instant>,
}

impl Burst {
    /// Something changed.
    pub(super) fn add(&mut self, now: Instant) {
        let first = self.first_and_last.map_or(now, |(first, _)| first);
        self.first_and_last = Some((first, now));
    }

    /// When it is to be told; nothing where nothing changed.
    pub(super) fn due(&self) -> Option<Instant> {
        let (first, last) = self.first_and_last?;
        let over = (last + QUIET).min(first + LONGEST);
        Some(self.earliest.map_or(over, |earliest| over.max(earliest)))
    }

    /// Whether it is to be told now; the next one is told only when the reading, which takes so long, has had
    /// its rest.
    pub(super) fn end(&mut self, now: Instant, reading: Duration) -> bool {
        if self.due().is_none_or(|due| due > now) {
            return false;
        }
        *self = Self { first_and_last: None, earliest: Some(now + (reading * REST).min(MAX_PAUSE)) };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    #[test]
    fn a_burst_is_told_once_when_it_is_over() {
        let (start, mut burst) = (Instant::now(), Burst::default());
        for at in [0, 100, 200] {
            burst.add(start + at * MILLISECOND);
            assert!(!burst.end(start + (at + 90) * MILLISECOND, Duration::ZERO));
        }
        assert!(burst.end(start + 350 * MILLISECOND, Duration::ZERO));
        assert_eq!(burst.due(), None);
    }

    #[test]
    fn one_that_goes_on_is_told_while_it_does() {
        let (start, mut burst) = (Instant::now(), Burst::default());
        let told = (0..2_000).step_by(10).filter(|at| {
            let now = start + *at * MILLISECOND;
            burst.add(now);
            burst.end(now, Duration::ZERO)
        });
        assert_eq!(told.count(), 1);
    }

    #[test]
    fn slow_reading_is_not_asked_for_again_at_once() {
        let (start, mut burst) = (Instant::now(), Burst::default());
        burst.add(start);
        assert!(burst.end(start + QUIET, Duration::from_secs(2)));
        burst.add(start + QUIET);
        assert_eq!(burst.due(), Some(start + QUIET + Duration::from_secs(10)));
    }
}
