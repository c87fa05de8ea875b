//! Files and folders that a template fetches and that are not there.

use crate::catalog::{Code, Entity, Problem};
use crate::source::tree::{parent, resolve};
use crate::template;

/// Where Backstage looks instead, if the entity says so.
const SOURCE_LOCATION: &str = "backstage.io/source-location";

/// The problems of a template whose files are not there. `is_there` is asked with paths below the root of its
/// source; what lies outside of it is not known.
pub(super) fn missing(entity: &Entity, is_there: &dyn Fn(&str) -> bool) -> Vec<Problem> {
    if entity.annotation(SOURCE_LOCATION).is_some() {
        return Vec::new();
    }
    let folder = parent(&entity.origin.path);
    let missing = template::lint::fetched(entity).into_iter().filter_map(|fetched| {
        let path = resolve(folder, &fetched.url)?;
        let code = if fetched.has_condition { Code::DoubtfulTemplate } else { Code::BadTemplate };
        (!is_there(&path)).then(|| {
            code.problem(entity.origin.clone(), format!("It fetches {:?}, where nothing is.", fetched.url))
                .with_fix("Correct the path; it is relative to the file of the template.")
                .of(&entity.reference)
                .at_pointer(fetched.pointer)
        })
    });
    missing.collect()
}
