//! The plan of a skeleton of a thousand files.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod support;

use std::collections::BTreeSet;

use callboard::catalog::{Entity, EntityRef, Origin, Position, SourceId};
use callboard::template::action::{FetchError, Surroundings};
use callboard::template::plan::plan;
use callboard::template::skeleton::SkeletonEntry;
use callboard::template::workspace::{Node, PLAIN_MODE};
use callboard::template::{API_VERSION, Form, Template};
use serde_json::{Value, json};
use support::{median, ms, timed};

const FILES: usize = 1_000;
const RUNS: usize = 11;

/// A repository that holds nothing but a skeleton.
struct Skeleton(Vec<SkeletonEntry>);

impl Surroundings for Skeleton {
    fn fetch(&self, _: &str) -> Result<Vec<SkeletonEntry>, FetchError> {
        Ok(self.0.clone())
    }

    fn fetch_file(&self, _: &str) -> Result<Node, FetchError> {
        Err(FetchError::Elsewhere)
    }

    fn entity(&self, _: &EntityRef) -> Result<Option<Value>, String> {
        Ok(None)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let document = json!({
        "apiVersion": API_VERSION, "kind": "Template", "metadata": {"name": "service"},
        "spec": {
            "parameters": {"properties": {"name": {"type": "string"}}},
            "steps": [{"id": "fetch", "action": "fetch:template",
                "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}}}]
        }
    });
    let source = SourceId::new("bench");
    let origin =
        Origin { source, path: "template.yaml".into(), position: Position::default(), repository: None };
    let entity = Entity::from_value(document, origin).ok_or("the template has a kind and a name")?;
    let (template, _) = Template::from_entity(&entity);
    let mut form = Form::new(&template, &BTreeSet::new());
    form.load(&json!({"name": "payments"})).map_err(|error| format!("{error:?}"))?;
    let answers = form.submit().map_err(|error| format!("{error:?}"))?;
    let skeleton = Skeleton((0..FILES).map(entry).collect());

    let mut times = Vec::new();
    for _ in 0..RUNS {
        let (time, plan) = timed(|| plan(&template, &answers, None, &skeleton));
        assert_eq!((plan.files.len(), plan.problems.len()), (FILES, 0));
        times.push(time);
    }
    println!("plan of a skeleton of {FILES} files: {:.1} ms", ms(median(times)));
    Ok(())
}

/// A file of some 2 KB with a name, a loop and a condition to fill in.
fn entry(n: usize) -> SkeletonEntry {
    let text = format!(
        "# ${{{{ values.name | upper }}}} {n}\n{{% if values.name %}}name: ${{{{ values.name }}}}{{% endif %}}\n\
         {{% for i in range(0, 5) %}}- ${{{{ values.name }}}}-${{{{ i }}}}\n{{% endfor %}}{}",
        "A line of the file that stays as it is.\n".repeat(40)
    );
    let path = format!("src/part-{}/${{{{ values.name }}}}-{n}.txt", n % 20);
    SkeletonEntry { path, node: Node::File { bytes: text.into_bytes().into(), mode: PLAIN_MODE } }
}
