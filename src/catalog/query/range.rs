//! `>2`, `<=1.5`, `>2024-05-01` and `2..5`: ranges of numbers, of days and of times.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

/// What a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// `>2`
    Above(Amount),
    /// `>=2`
    AtLeast(Amount),
    /// `<2`
    Below(Amount),
    /// `<=2`
    AtMost(Amount),
    /// `2..5`, both included.
    Between(Amount, Amount),
}

/// A number or a point of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// A finite number.
    Number(f64),
    /// A whole day: what happened on it is neither before nor after it.
    Day(Date),
    /// A moment.
    Time(Timestamp),
}

/// A number that was read is finite, so it equals itself.
impl Eq for Amount {}

impl Range {
    /// Reads a range; nothing where the text is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let after = |sign: &str| text.strip_prefix(sign).map(Amount::parse);
        if let Some(bound) = after(">=") {
            return bound.map(Self::AtLeast);
        }
        if let Some(bound) = after("<=") {
            return bound.map(Self::AtMost);
        }
        if let Some(bound) = after(">") {
            return bound.map(Self::Above);
        }
        if let Some(bound) = after("<") {
            return bound.map(Self::Below);
        }
        let (least, most) = text.split_once("..")?;
        Some(Self::Between(Amount::parse(least)?, Amount::parse(most)?))
    }

    /// Whether an amount lies in it. A number is in no range of days.
    pub fn contains(&self, amount: Amount) -> bool {
        let is = |bound: &Amount, wanted: fn(Ordering) -> bool| amount.compare(*bound).is_some_and(wanted);
        match self {
            Self::Above(bound) => is(bound, Ordering::is_gt),
            Self::AtLeast(bound) => is(bound, Ordering::is_ge),
            Self::Below(bound) => is(bound, Ordering::is_lt),
            Self::AtMost(bound) => is(bound, Ordering::is_le),
            Self::Between(least, most) => is(least, Ordering::is_ge) && is(most, Ordering::is_le),
        }
    }
}

impl Amount {
    /// Reads a number, or a day or a time as ISO 8601 writes them. What names no zone is in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<f64>() {
            return number.is_finite().then_some(Self::Number(number));
        }
        // Everything else that jiff could read begins with a year, and most values of a catalog do not.
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if let Ok(time) = text.parse::<Timestamp>() {
            return Some(Self::Time(time));
        }
        if !text.contains(':') {
            return text.parse().ok().map(Self::Day);
        }
        let time = text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(Self::Time(time.timestamp()))
    }

    /// How it stands to a bound. A moment of a day equals the day; a day stands for its first moment elsewhere.
    fn compare(self, bound: Self) -> Option<Ordering> {
        let day_of = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
        match (self, bound) {
            (Self::Number(number), Self::Number(bound)) => number.partial_cmp(&bound),
            (Self::Day(day), Self::Day(bound)) => Some(day.cmp(&bound)),
            (Self::Time(time), Self::Day(bound)) => Some(day_of(time).cmp(&bound)),
            (Self::Time(time), Self::Time(bound)) => Some(time.cmp(&bound)),
            (Self::Day(day), Self::Time(bound)) => {
                Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().cmp(&bound))
            }
            (Self::Number(_), _) | (_, Self::Number(_)) => None,
        }
    }
}

impl Display for Range {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Above(bound) => write!(f, ">{bound}"),
            Self::AtLeast(bound) => write!(f, ">={bound}"),
            Self::Below(bound) => write!(f, "<{bound}"),
            Self::AtMost(bound) => write!(f, "<={bound}"),
            Self::Between(least, most) => write!(f, "{least}..{most}"),
        }
    }
}

impl Display for Amount {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Day(day) => day.fmt(f),
            Self::Time(time) => time.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(range: &str, value: &str) -> bool {
        Range::parse(range).unwrap().contains(Amount::parse(value).unwrap())
    }

    #[test]
    fn fractions_are_numbers() {
        assert!(
            holds(">1", "1.5") && holds(">4.5", "4.75") && !holds(">4.5", "4.5") && holds(">=4.5", "4.5")
        );
        assert!(holds("-1.5..2", "-1") && holds("<1e3", "999") && !holds("<1", "1"));
    }

    #[test]
    fn what_happens_on_a_day_is_neither_before_nor_after_it() {
        let noon = "2024-05-01T12:00:00Z";
        assert!(!holds(">2024-05-01", noon) && !holds("<2024-05-01", noon));
        assert!(holds(">=2024-05-01", noon) && holds("<=2024-05-01", noon));
        assert!(holds("2024-04-01..2024-05-01", noon) && holds(">2024-04-30", "2024-05-01"));
    }

    #[test]
    fn times_are_compared_across_zones_and_without_one_are_in_utc() {
        assert!(holds("<2024-05-01T12:00Z", "2024-05-01T13:00:00+02:00"));
        assert!(holds(">=2024-05-01T12:00", "2024-05-01T12:00:00Z"));
        assert!(holds("<2024-05-01", "2024-05-01T01:00:00+02:00"), "it is the day before in UTC");
        assert!(holds("<2024-05-01T00:00:01Z", "2024-05-01"), "a day begins at midnight");
    }

    #[test]
    fn a_number_is_in_no_range_of_days_and_words_are_no_range() {
        assert!(!holds(">2024-05-01", "20250101") && !holds(">1", "2024-05-01"));
        for text in [">", ">x", ">nan", "<inf", "1..", "a..b", "..", ">2024-13-01", ">v1.2"] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }
}
