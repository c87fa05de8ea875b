//! Renders templates: files of skeletons as text, inputs of steps as values.
//!
//! Strict by default: what does not render is a [`RenderError`] that names the fault, its place and the next
//! step. Backstage passes the source text on instead, silently; [`OnError::KeepSource`] does the same.

use serde_json::{Map, Value as Json};

use super::expression::limits::Limits;
use super::expression::{Delimiters, Evaluator, RenderError, Whitespace, parse};
use super::repo_url::Integrations;

/// How templates are rendered.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    /// What encloses an output.
    pub delimiters: Delimiters,
    /// How white space around tags is treated.
    pub whitespace: Whitespace,
    /// The hosts that `parseRepoUrl` and `projectSlug` know.
    pub integrations: Integrations,
    /// Whether `replace` takes regular expressions.
    pub regex: bool,
    /// What one render may use.
    pub limits: Limits,
    /// What happens to a text that does not render, in [`render_value`].
    pub on_error: OnError,
    /// The start of the numbers that `random` draws.
    pub seed: u64,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            delimiters: Delimiters::default(),
            whitespace: Whitespace::default(),
            integrations: Integrations::public(),
            regex: true,
            limits: Limits::default(),
            on_error: OnError::default(),
            seed: 0,
        }
    }
}

/// What happens to a text of a step's input that does not render.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// It is an error.
    #[default]
    Fail,
    /// It stays as it is, as in Backstage.
    KeepSource,
}

/// What a value renders to.
#[derive(Debug, Clone, PartialEq)]
pub enum Rendered {
    /// A value.
    Value(Json),
    /// Nothing: the key that holds it disappears.
    Undefined,
}

impl Rendered {
    /// The value, where there is one.
    pub fn into_value(self) -> Option<Json> {
        match self {
            Self::Value(value) => Some(value),
            Self::Undefined => None,
        }
    }
}

/// A text inside a value that does not render.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {error}")]
pub struct ValueError {
    /// Where in the value the text stands, such as `values.tags[0]`; empty when the value is the text itself.
    pub path: String,
    /// What is wrong with it.
    #[source]
    pub error: RenderError,
}

/// Renders a text, such as a file of a skeleton or the path of one. The scope is a map of names to values.
pub fn render_text(source: &str, scope: &Json, options: &RenderOptions) -> Result<String, RenderError> {
    let template = parse(source, options.delimiters, options.whitespace);
    template
        .and_then(|template| Evaluator::new(source, scope, options).text(&template))
        .map_err(|located| RenderError::new(located, source))
}

/// Renders a text of a step's input. A text that is one expression keeps the type of its value; everything
/// else becomes text.
pub fn render_string(source: &str, scope: &Json, options: &RenderOptions) -> Result<Rendered, RenderError> {
    let rendered = parse(source, options.delimiters, options.whitespace).and_then(|template| {
        let evaluator = Evaluator::new(source, scope, options);
        if template.is_single_output {
            return evaluator.native(&template);
        }
        evaluator.text(&template).map(|text| Some(Json::String(text)))
    });
    match rendered {
        Ok(Some(value)) => Ok(Rendered::Value(value)),
        Ok(None) => Ok(Rendered::Undefined),
        Err(_) if options.on_error == OnError::KeepSource => {
            Ok(Rendered::Value(Json::String(source.to_owned())))
        }
        Err(located) => Err(RenderError::new(located, source)),
    }
}

/// Renders every text inside a value; keys stay as they are. What renders to nothing leaves its map and
/// becomes null in its list.
pub fn render_value(value: &Json, scope: &Json, options: &RenderOptions) -> Result<Rendered, ValueError> {
    render_inner(value, scope, options, &mut String::new())
}

fn render_inner(
    value: &Json,
    scope: &Json,
    options: &RenderOptions,
    path: &mut String,
) -> Result<Rendered, ValueError> {
    let length = path.len();
    let rendered = match value {
        Json::String(text) => {
            return render_string(text, scope, options)
                .map_err(|error| ValueError { path: path.clone(), error });
        }
        Json::Array(items) => {
            let mut rendered = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                path.extend(["[", &index.to_string(), "]"]);
                let item = render_inner(item, scope, options, path)?.into_value();
                rendered.push(item.unwrap_or(Json::Null));
                path.truncate(length);
            }
            Json::Array(rendered)
        }
        Json::Object(entries) => {
            let mut rendered = Map::new();
            for (key, value) in entries {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                if let Rendered::Value(value) = render_inner(value, scope, options, path)? {
                    rendered.insert(key.clone(), value);
                }
                path.truncate(length);
            }
            Json::Object(rendered)
        }
        other => other.clone(),
    };
    Ok(Rendered::Value(rendered))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_keep_types_and_keys_and_drop_what_is_undefined() {
        let scope = json!({"parameters": {"n": 1, "tags": ["a"]}});
        let input = json!({
            "${{ x }}": "${{ parameters.n }}",
            "text": "n=${{ parameters.n }}",
            "tags": "${{ parameters.tags }}",
            "gone": "${{ parameters.missing }}",
            "list": ["${{ parameters.missing }}", true],
        });
        let expected = json!({"${{ x }}": 1, "text": "n=1", "tags": ["a"], "list": [null, true]});
        assert_eq!(render_value(&input, &scope, &RenderOptions::default()), Ok(Rendered::Value(expected)));
    }

    #[test]
    fn an_error_names_the_place_in_the_value_and_in_the_text() {
        let input = json!({"values": {"tags": ["ok", "a\n${{ x | nofilter }}"]}});
        let error = render_value(&input, &json!({}), &RenderOptions::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "values.tags[1]: line 2, column 5: there is no filter `nofilter`, in `x | nofilter`."
        );
    }
}
