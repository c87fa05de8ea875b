//! What changed in a catalog, from reading to reading.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::Serialize;

use super::portal::Portal;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Snapshot;

pub use crate::store::ChangeSet;

/// The longest time that changes are kept for.
const MAX_DAYS: i64 = 30;

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The moment that was asked for.
    pub since: Timestamp,
    /// The moment from which changes are known, where that is later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Timestamp>,
    /// Each reading that found something else than the one before, the newest first.
    pub readings: Vec<ChangeSet>,
}

/// Says what changed since a moment in what led to a snapshot.
pub fn changes(portal: &Portal, snapshot: &Snapshot, since: Timestamp) -> Changes {
    let mut readings = portal.cache().changes(snapshot, since);
    let known_since = readings.last().map(|oldest| oldest.previous_at).filter(|known| *known > since);
    readings.retain(|reading| !reading.is_empty());
    Changes { since, known_since, readings }
}

/// The moment that is so long ago as a text such as `7d`, `36h` or `2w` says.
pub fn ago(text: &str, now: Timestamp) -> Result<Timestamp> {
    let wrong = |why: &str| {
        Error::new(ErrorKind::Usage, format!("{text:?} is no length of time: {why}."))
            .with_hint("Write a number with its unit, such as 7d, 36h or 2w.")
    };
    let span: Span = text.parse().map_err(|_| wrong("it has no unit that is known"))?;
    let length = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| wrong("months and years differ in length"))?;
    if length.is_negative() {
        return Err(wrong("it is negative"));
    }
    if length > SignedDuration::from_hours(24 * MAX_DAYS) {
        let message = format!("{text} is too long ago: changes are kept for {MAX_DAYS} days.");
        return Err(
            Error::new(ErrorKind::Usage, message).with_hint(format!("Ask for {MAX_DAYS}d at the most."))
        );
    }
    now.checked_sub(length).map_err(|_| wrong("it is too long"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_ago_has_units_and_is_refused_where_changes_are_forgotten() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let ago = |text| ago(text, now).map(|moment| moment.to_string());
        assert_eq!(ago("7d").unwrap(), "2026-11-14T10:00:00Z");
        assert_eq!(ago("36h").unwrap(), "2026-11-19T22:00:00Z");
        assert_eq!(ago("1w").unwrap(), "2026-11-14T10:00:00Z");
        assert_eq!(ago("30d").unwrap(), "2026-10-22T10:00:00Z");
        let error = ago("40d").unwrap_err();
        assert_eq!(error.message(), "40d is too long ago: changes are kept for 30 days.");
        for wrong in ["", "7", "-1d", "1mo", "soon", "31d"] {
            assert_eq!(ago(wrong).unwrap_err().kind(), ErrorKind::Usage, "{wrong}");
        }
    }
}
