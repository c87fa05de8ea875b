//! Any bytes are a descriptor: entities, or problems with places, and never a word about the neighbours.

use std::collections::BTreeSet;

use callboard::catalog::yaml::MAX_FILE_BYTES;
use callboard::catalog::{
    EntityRef, Origin, Position, RefContext, SourceId, assemble, descriptor, validate, yaml,
};

/// A sound document, set apart from whatever stands before it.
const NEIGHBOUR: &str = "\n...\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: sound-neighbour\nspec:\n  type: team\n  children: []\n";

pub(crate) fn run(bytes: &[u8]) {
    let origin = Origin {
        source: SourceId::new("fuzz"),
        path: "catalog-info.yaml".into(),
        position: Position::default(),
        repository: None,
    };
    let reading = descriptor::read(bytes, &origin);
    let text = String::from_utf8_lossy(bytes);
    let places = reading
        .problems
        .iter()
        .map(|problem| problem.origin.position)
        .chain(reading.entities.iter().map(|entity| entity.origin.position))
        .chain(reading.skipped.iter().map(|skipped| skipped.position));
    for place in places {
        assert!(is_inside(place, &text), "no place of the text: {place:?}");
    }
    for problem in &reading.problems {
        assert!(!problem.message.is_empty() && problem.message.ends_with(['.', '?']), "{}", problem.message);
    }
    assert!(reading.refused.iter().all(|index| *index < reading.entities.len()));
    for entity in &reading.entities {
        let canonical = entity.reference.as_str();
        assert_eq!(canonical, canonical.to_lowercase());
        let again = EntityRef::parse(canonical, RefContext::default());
        assert_eq!(again.as_ref(), Ok(&entity.reference), "a reference that cannot be read again");
        validate::validate(&entity.document.to_value());
    }
    keeps_its_neighbour(bytes, &origin, reading.entities.len());

    let distinct: BTreeSet<_> = reading.entities.iter().map(|entity| entity.reference.clone()).collect();
    let assembly = assemble(reading.entities.clone());
    assert_eq!(assembly.entities.len(), distinct.len());
    assert_eq!(assembly.entities.len() + assembly.losers.len(), reading.entities.len());
    let mut problems = assembly.problems;
    descriptor::locate(&mut problems, bytes);
    for problem in &problems {
        assert!(is_inside(problem.origin.position, &text), "no place of the text: {problem:?}");
    }
}

/// A sound document behind any text is read, and nothing before it is lost by it.
fn keeps_its_neighbour(bytes: &[u8], origin: &Origin, entities: usize) {
    let longer = [bytes, NEIGHBOUR.as_bytes()].concat();
    if longer.len() > MAX_FILE_BYTES || yaml::decode(&longer).is_err() {
        return;
    }
    let reading = descriptor::read(&longer, origin);
    let last = reading.entities.last().map(|entity| entity.reference.as_str());
    assert_eq!(last, Some("group:default/sound-neighbour"));
    assert_eq!(reading.entities.len(), entities + 1);
}

/// Whether a place is one of the text, or the one behind the end of a line.
fn is_inside(place: Position, text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = text.split('\n').nth((place.line as usize).wrapping_sub(1));
    line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&(place.column as usize)))
}
