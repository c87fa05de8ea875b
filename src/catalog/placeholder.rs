//! Placeholders: a map with one key such as `$text` stands for the content of a file of the same repository.

use serde_json::Value;

use super::{bundle, yaml};

/// The keys that stand for a file.
pub const KEYS: [&str; 5] = ["$text", "$json", "$yaml", "$openapi", "$asyncapi"];

/// Files that the placeholders of one document may read.
pub const MAX_FILES: usize = 64;

/// Bytes that the placeholders of one document may read, all together.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// A placeholder that could not be replaced; it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceholderError {
    /// The JSON pointer of the placeholder.
    pub pointer: String,
    /// Why, as a sentence.
    pub message: String,
    /// Whether it is only that nothing is fetched.
    pub is_remote: bool,
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// It lies elsewhere on the network, where it may well be.
    NotFetched,
    /// It cannot be read, as the words say.
    Because(String),
}

/// Gives the bytes of the file that a target names, relative to the descriptor; or why it cannot.
pub type Files<'a> = dyn FnMut(&str) -> Result<Vec<u8>, Unread> + 'a;

/// Replaces every placeholder of a document by the content of its file.
pub fn replace(document: &mut Value, files: &mut Files<'_>) -> Vec<PlaceholderError> {
    let mut replacer = Replacer { files, count: 0, bytes: 0, is_remote: false, errors: Vec::new() };
    replacer.walk(document, &mut String::new(), 0);
    replacer.errors
}

struct Replacer<'f, 'a> {
    files: &'f mut Files<'a>,
    count: usize,
    bytes: usize,
    /// Whether the last read was of a file elsewhere on the network.
    is_remote: bool,
    errors: Vec<PlaceholderError>,
}

impl Replacer<'_, '_> {
    fn walk(&mut self, value: &mut Value, pointer: &mut String, depth: usize) {
        let length = pointer.len();
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    pointer.push('/');
                    pointer.push_str(&index.to_string());
                    self.walk(item, pointer, depth + 1);
                    pointer.truncate(length);
                }
            }
            Value::Object(map) if map.keys().any(|key| key.starts_with('$')) => {
                let mut entries = map.iter();
                let (Some((key, target)), None) = (entries.next(), entries.next()) else { return };
                if !KEYS.contains(&key.as_str()) {
                    return;
                }
                match self.content(key, target, depth) {
                    Ok(content) => *value = content,
                    Err(message) => {
                        let is_remote = std::mem::take(&mut self.is_remote);
                        self.errors.push(PlaceholderError { pointer: pointer.clone(), message, is_remote });
                    }
                }
            }
            Value::Object(map) => {
                for (key, item) in map.iter_mut() {
                    pointer.push('/');
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    self.walk(item, pointer, depth + 1);
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
    }

    fn content(&mut self, key: &str, target: &Value, depth: usize) -> Result<Value, String> {
        let target =
            target.as_str().ok_or_else(|| format!("{key} takes the path of a file, but is {target}."))?;
        if target.trim().is_empty() {
            return Err(format!("{key} takes the path of a file, but is empty."));
        }
        let broken = |error: &dyn std::fmt::Display| format!("{key} cannot read {target:?}: {error}.");
        let bytes = self.read(target).map_err(|reason| broken(&reason))?;
        let text = yaml::decode(&bytes).map_err(|error| broken(&error))?;
        let content = match key {
            "$json" => serde_json::from_str(text).map_err(|error| broken(&error))?,
            "$yaml" => yaml::parse(text).map_err(|error| broken(&error))?,
            "$openapi" | "$asyncapi" => {
                let value = yaml::parse(text).map_err(|error| broken(&error))?;
                let mut read =
                    |path: &str| self.read(path).map_err(|reason| format!("in it {path:?}: {reason}"));
                let bundled = bundle::bundle(value, target, &mut read).map_err(|error| broken(&error))?;
                Value::String(bundled.map_or_else(|| text.to_owned(), |value| yaml::to_yaml(&value)))
            }
            _ => Value::String(text.to_owned()),
        };
        if depth + nesting(&content) > yaml::MAX_DEPTH {
            return Err(broken(&format_args!("nested deeper than {} levels", yaml::MAX_DEPTH)));
        }
        Ok(content)
    }

    /// The bytes of a file, or why there are none, as a part of a sentence.
    fn read(&mut self, target: &str) -> Result<Vec<u8>, String> {
        if self.count >= MAX_FILES {
            return Err(format!("the document reads more than {MAX_FILES} files"));
        }
        self.count += 1;
        let bytes = (self.files)(target).map_err(|unread| match unread {
            Unread::Because(reason) => reason,
            Unread::NotFetched => {
                self.is_remote = true;
                "it was not fetched, since folders are read without the network".to_owned()
            }
        })?;
        self.bytes += bytes.len();
        if self.bytes > MAX_BYTES {
            return Err(format!("the document reads more than {MAX_BYTES} bytes"));
        }
        Ok(bytes)
    }
}

fn nesting(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(nesting).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(nesting).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn files(target: &str) -> Result<Vec<u8>, Unread> {
        match target {
            "./a.json" => Ok(br#"{"x": [1]}"#.to_vec()),
            "./a.yaml" => Ok(b"x: yes\n".to_vec()),
            "api/main.yaml" => Ok(b"openapi: 3.0.0\npets:\n  $ref: './pet.yaml#/Pet'\n".to_vec()),
            "api/./pet.yaml" => Ok(b"Pet: {of: {$ref: '#/Owner'}}\nOwner: {type: string}\n".to_vec()),
            "loop.yaml" => Ok(b"a: {$ref: 'loop.yaml#/a'}\n".to_vec()),
            "https://example.com/a" => Err(Unread::NotFetched),
            _ => Err(Unread::Because("there is no such file".to_owned())),
        }
    }

    #[test]
    fn a_placeholder_becomes_the_content_of_its_file() {
        let mut value =
            json!({"a": {"$json": "./a.json"}, "b": [{"$yaml": "./a.yaml"}], "c": {"$text": "./a.yaml"}});
        assert_eq!(replace(&mut value, &mut files), []);
        assert_eq!(value, json!({"a": {"x": [1]}, "b": [{"x": "yes"}], "c": "x: yes\n"}));
    }

    #[test]
    fn what_is_no_placeholder_stays() {
        let before = json!({"a": {"$ref": "x"}, "b": {"$text": "./a.json", "c": {"$text": "./a.json"}}});
        let mut after = before.clone();
        assert_eq!(replace(&mut after, &mut files), []);
        assert_eq!(after, before);
    }

    #[test]
    fn a_missing_file_is_named_with_its_place() {
        let mut value = json!({"spec": {"definition": {"$text": "./none"}, "x": {"$json": 1}}});
        let errors = replace(&mut value, &mut files);
        assert_eq!(errors[0].pointer, "/spec/definition");
        assert_eq!(errors[0].message, "$text cannot read \"./none\": there is no such file.");
        assert_eq!(errors[1].message, "$json takes the path of a file, but is 1.");
    }

    #[test]
    fn a_file_elsewhere_on_the_network_is_told_apart_from_one_that_is_missing() {
        let mut value = json!({"a": {"$text": "https://example.com/a"}, "b": {"$text": "./none"}});
        let errors = replace(&mut value, &mut files);
        assert_eq!(errors.iter().map(|error| error.is_remote).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn an_api_of_several_files_is_bundled_into_one_text() {
        let mut value = json!({"d": {"$openapi": "api/main.yaml"}});
        assert_eq!(replace(&mut value, &mut files), []);
        let bundled = yaml::parse(value["d"].as_str().unwrap()).unwrap();
        assert_eq!(bundled, json!({"openapi": "3.0.0", "pets": {"of": {"type": "string"}}}));
    }

    #[test]
    fn a_file_that_refers_to_itself_ends() {
        let mut value = json!({"d": {"$openapi": "loop.yaml"}});
        assert_eq!(replace(&mut value, &mut files).len(), 1);
    }
}
