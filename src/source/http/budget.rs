//! How much a server still lets through: the budget of requests that the forges tell with each answer.

use jiff::Timestamp;

use super::Answer;
use crate::number::thousands;

/// Of so many requests, the share that is little: a tenth.
const LITTLE: u64 = 10;

/// A budget of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Requests that are left.
    pub remaining: u64,
    /// Requests there are; zero where it is not told.
    pub limit: u64,
    /// When there are all of them again.
    pub reset: Option<Timestamp>,
}

impl Budget {
    /// The budget that an answer tells.
    pub fn of(answer: &Answer) -> Option<Self> {
        // GitHub and Gitea's proxies write it with `x-`, GitLab as the draft of the standard has it.
        let number = |name: &str| -> Option<u64> {
            let text = answer.header(&format!("x-ratelimit-{name}"));
            text.or_else(|| answer.header(&format!("ratelimit-{name}")))?.trim().parse().ok()
        };
        let reset = number("reset").and_then(|seconds| i64::try_from(seconds).ok());
        Some(Self {
            remaining: number("remaining")?,
            limit: number("limit").unwrap_or_default(),
            reset: reset.and_then(|seconds| Timestamp::from_second(seconds).ok()),
        })
    }

    /// Whether nothing is left.
    pub fn is_used_up(&self) -> bool {
        self.remaining == 0
    }

    /// What is left, in words: `37 of 5,000 requests left until 14:05 UTC`; nothing where no limit is told.
    pub fn words(&self) -> Option<String> {
        let [remaining, limit] = [self.remaining, self.limit].map(|number| thousands(number as usize));
        (self.limit > 0).then(|| format!("{remaining} of {limit} requests left{}", self.until()))
    }

    /// What is left, in words, where it is little.
    pub fn warning(&self) -> Option<String> {
        self.words().filter(|_| self.remaining.saturating_mul(LITTLE) < self.limit)
    }

    /// ` until 14:05 UTC`, or nothing where it is not told.
    pub(super) fn until(&self) -> String {
        self.reset.map(|reset| reset.strftime(" until %H:%M UTC").to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_said_with_its_end_and_much_is_not() {
        let reset = Some("2026-01-02T14:05:00Z".parse().unwrap());
        let little = Budget { remaining: 37, limit: 5_000, reset };
        assert_eq!(little.warning().unwrap(), "37 of 5,000 requests left until 14:05 UTC");
        let much = Budget { remaining: 4_000, ..little };
        assert_eq!((much.warning(), much.words().unwrap().starts_with("4,000 of 5,000 ")), (None, true));
        assert_eq!(Budget { limit: 0, ..little }.words(), None);
    }
}
