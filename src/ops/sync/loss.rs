//! The loss guard: a sync that would take much of a source away is held back, for most often it is the
//! source that has a bad day.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::source::mirror::{Manifest, Mirror};

/// What a sync would lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Loss {
    /// Entities that would be gone.
    pub(super) lost: usize,
    /// Entities there were.
    pub(super) of: usize,
}

impl Loss {
    /// What is lost from one manifest to the next. Reads the packs that differ and counts those that do not.
    pub(super) fn between(mirror: &Mirror, before: &Manifest, after: &Manifest) -> Result<Self> {
        let packs = |manifest: &Manifest| -> BTreeSet<_> {
            manifest.units.iter().map(|unit| unit.pack.clone()).collect()
        };
        let (old, new) = (packs(before), packs(after));
        if old == new {
            return Ok(Self { lost: 0, of: 0 });
        }
        let mut of = 0;
        let mut gone: BTreeSet<String> = BTreeSet::new();
        for name in &old {
            // A pack that cannot be read any more has nothing to lose.
            let Ok(pack) = mirror.pack(name) else { continue };
            of += pack.refs().len();
            if !new.contains(name) {
                gone.extend(pack.refs().iter().cloned());
            }
        }
        for name in &new {
            if gone.is_empty() {
                break;
            }
            for reference in mirror.pack(name)?.refs() {
                gone.remove(reference);
            }
        }
        Ok(Self { lost: gone.len(), of })
    }

    /// Whether it is more than so many in a hundred.
    pub(super) fn exceeds(self, percent: f64) -> bool {
        self.lost as f64 * 100.0 > self.of as f64 * percent
    }
}

/// Entities that the packs of a manifest declare.
pub(super) fn entities(mirror: &Mirror, manifest: &Manifest) -> u64 {
    let packs = manifest.units.iter().filter_map(|unit| mirror.pack(&unit.pack).ok());
    packs.map(|pack| pack.refs().len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::sync::testing::{manifest, unit};

    #[test]
    fn what_moves_from_part_to_part_is_not_lost() {
        let dir = tempfile::tempdir().unwrap();
        let mirror = Mirror::new(dir.path().to_owned());
        let kept = unit(&mirror, "kept", &["component:default/k"]);
        let before = manifest(vec![kept.clone(), unit(&mirror, "a", &["x", "y", "z"])]);
        let after = manifest(vec![kept, unit(&mirror, "a", &["x"]), unit(&mirror, "b", &["y"])]);
        assert_eq!(Loss::between(&mirror, &before, &after).unwrap(), Loss { lost: 1, of: 4 });
        assert_eq!(Loss::between(&mirror, &before, &before).unwrap().lost, 0);
        assert_eq!(entities(&mirror, &after), 3);
    }

    #[test]
    fn a_tenth_may_go_and_more_may_not() {
        assert!(!Loss { lost: 1, of: 10 }.exceeds(10.0));
        assert!(Loss { lost: 2, of: 10 }.exceeds(10.0));
        assert!(!Loss { lost: 0, of: 0 }.exceeds(0.0));
        assert!(!Loss { lost: 10, of: 10 }.exceeds(100.0));
    }
}
