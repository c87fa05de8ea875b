//! What differs between two states of a catalog, entity by entity and field by field.
//!
//! A field is a value that is no map: a list counts as one value, as its order often means something.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Entity, EntityRef, SourceId};

/// Fields of one change that are kept; the others are counted.
pub const MAX_FIELDS: usize = 100;

/// Characters of a value that are kept; nobody compares an API definition by eye.
pub const MAX_VALUE_CHARS: usize = 400;

/// How one entity differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The entity.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// Whether it came, went or stayed.
    #[serde(rename = "change")]
    pub kind: ChangeKind,
    /// Where it is declared; for one that went, where it was.
    pub place: Place,
    /// Where it was declared before, when that is another file or source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Place>,
    /// Its owners before and now, where they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerChange>,
    /// The fields that differ, for an entity that stayed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Fields that differ beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_fields: usize,
}

/// Whether an entity came, went or stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It is there as before, with other fields, owners or another place.
    Changed,
}

/// A descriptor, without a line: lines move with every edit above them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The source.
    pub source: SourceId,
    /// The file below the root of the source. Foreign text.
    pub path: String,
}

/// Owners before and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerChange {
    /// Before.
    pub old: Vec<EntityRef>,
    /// Now.
    pub new: Vec<EntityRef>,
}

/// A field before and now. Foreign text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// The field, as a JSON pointer.
    pub pointer: String,
    /// Its value before; nothing where it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub old: Option<Value>,
    /// Its value now; nothing where it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub new: Option<Value>,
    /// Whether a value was too long to keep, so that it is its beginning as text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
}

impl Change {
    /// An entity that came or went.
    pub fn whole(entity: &Entity, kind: ChangeKind) -> Self {
        Self {
            reference: entity.reference.clone(),
            kind,
            place: Place::of(entity),
            moved_from: None,
            owner: None,
            fields: Vec::new(),
            more_fields: 0,
        }
    }

    /// How an entity that stayed differs; nothing where it does not.
    pub fn between(old: &Entity, new: &Entity) -> Option<Self> {
        let mut fields = fields(&old.document.to_value(), &new.document.to_value());
        let more_fields = fields.len().saturating_sub(MAX_FIELDS);
        fields.truncate(MAX_FIELDS);
        fields.iter_mut().for_each(FieldChange::cut);
        let moved_from = Some(Place::of(old)).filter(|old| *old != Place::of(new));
        let differs = !fields.is_empty() || moved_from.is_some();
        let change = Self::whole(new, ChangeKind::Changed);
        differs.then_some(Self { moved_from, fields, more_fields, ..change })
    }

    /// The same change with the owners before and now, where they differ.
    #[must_use]
    pub fn owned(mut self, old: Vec<EntityRef>, new: Vec<EntityRef>) -> Self {
        self.owner = (old != new).then_some(OwnerChange { old, new });
        self
    }
}

impl Place {
    fn of(entity: &Entity) -> Self {
        Self { source: entity.origin.source.clone(), path: entity.origin.path.to_string() }
    }
}

impl FieldChange {
    /// The field as people write it, such as `spec.lifecycle`. Foreign text.
    pub fn path(&self) -> String {
        let keys = self.pointer.split('/').skip(1);
        let keys: Vec<_> = keys.map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
        keys.join(".")
    }

    fn cut(&mut self) {
        for value in [&mut self.old, &mut self.new].into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            if let Some((end, _)) = text.char_indices().nth(MAX_VALUE_CHARS) {
                *value = Value::String(format!("{}…", &text[..end]));
                self.is_cut = true;
            }
        }
    }
}

/// The fields that differ between two documents. They nest no deeper than what the parser admits.
pub fn fields(old: &Value, new: &Value) -> Vec<FieldChange> {
    let mut found = Vec::new();
    compare(&mut String::new(), old, new, &mut found);
    found
}

fn compare(pointer: &mut String, old: &Value, new: &Value, found: &mut Vec<FieldChange>) {
    let (Value::Object(before), Value::Object(now)) = (old, new) else {
        if old != new {
            let (old, new) = (Some(old.clone()), Some(new.clone()));
            found.push(FieldChange { pointer: pointer.clone(), old, new, is_cut: false });
        }
        return;
    };
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for key in keys {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        match (before.get(key), now.get(key)) {
            (Some(old), Some(new)) => compare(pointer, old, new, found),
            (old, new) => {
                let (old, new) = (old.cloned(), new.cloned());
                found.push(FieldChange { pointer: pointer.clone(), old, new, is_cut: false });
            }
        }
        pointer.truncate(length);
    }
}

/// A value that is there, also where it is null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::catalog::test_origin;

    fn entity(document: Value, path: &str) -> Entity {
        Entity::from_value(document, test_origin(path)).unwrap()
    }

    /// Carries changes out.
    fn apply(document: &mut Value, changes: &[FieldChange]) {
        for FieldChange { pointer, new, .. } in changes {
            let Some((parent, key)) = pointer.rsplit_once('/') else {
                *document = new.clone().unwrap();
                continue;
            };
            let key = key.replace("~1", "/").replace("~0", "~");
            let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            match new {
                Some(value) => drop(parent.insert(key, value.clone())),
                None => drop(parent.shift_remove(&key)),
            }
        }
    }

    #[test]
    fn fields_are_named_with_what_they_were_and_are() {
        let old = json!({"spec": {"lifecycle": "experimental", "tags": ["a"], "gone": null}});
        let new = json!({"spec": {"lifecycle": "production", "tags": ["a", "b"], "new/one": 1}});
        let found = fields(&old, &new);
        let found: Vec<_> = found.iter().map(|it| (it.path(), it.old.clone(), it.new.clone())).collect();
        assert_eq!(
            found,
            [
                ("spec.gone".to_owned(), Some(Value::Null), None),
                ("spec.lifecycle".to_owned(), Some(json!("experimental")), Some(json!("production"))),
                ("spec.new/one".to_owned(), None, Some(json!(1))),
                ("spec.tags".to_owned(), Some(json!(["a"])), Some(json!(["a", "b"]))),
            ]
        );
    }

    #[test]
    fn another_file_is_a_move_and_another_line_is_nothing() {
        let document = json!({"kind": "API", "metadata": {"name": "x"}});
        let old = entity(document.clone(), "a.yaml");
        let mut new = entity(document, "a.yaml");
        new.origin.position.line = 7;
        assert_eq!(Change::between(&old, &new), None);
        new.origin.path = "b.yaml".into();
        let change = Change::between(&old, &new).unwrap();
        assert_eq!((change.moved_from.unwrap().path, change.place.path), ("a.yaml".into(), "b.yaml".into()));
    }

    #[test]
    fn what_is_too_long_or_too_much_is_cut_and_says_so() {
        let document = |text: &str| {
            let many: serde_json::Map<_, _> =
                (0..=MAX_FIELDS).map(|at| (format!("f{at:04}"), json!(text))).collect();
            json!({"kind": "API", "metadata": {"name": "x"}, "spec": many})
        };
        let long = "ü".repeat(MAX_VALUE_CHARS + 1);
        let change = Change::between(&entity(document("a"), "p"), &entity(document(&long), "p")).unwrap();
        assert_eq!((change.fields.len(), change.more_fields), (MAX_FIELDS, 1));
        assert!(change.fields[0].is_cut);
        let kept = change.fields[0].new.as_ref().and_then(Value::as_str).unwrap();
        assert_eq!(kept.chars().count(), MAX_VALUE_CHARS + 1);
    }

    #[test]
    fn a_change_reads_back_as_it_was_written() {
        let old = entity(json!({"kind": "API", "metadata": {"name": "x"}, "spec": {"a": null}}), "p");
        let new = entity(json!({"kind": "API", "metadata": {"name": "x"}, "spec": {}}), "q");
        let team = EntityRef::new("group", "default", "team");
        let change = Change::between(&old, &new).unwrap().owned(vec![team], Vec::new());
        let json = serde_json::to_string(&change).unwrap();
        assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-c~/]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-c~/]{0,2}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_difference_applied_to_the_old_gives_the_new(old in value(), new in value()) {
            let mut document = old.clone();
            apply(&mut document, &fields(&old, &new));
            prop_assert_eq!(document, new);
        }

        #[test]
        fn what_is_equal_has_no_difference(value in value()) {
            prop_assert_eq!(fields(&value, &value), []);
        }
    }
}
