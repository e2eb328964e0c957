//! Comparing an answer with the recorded one, field by field.

use serde::Serialize;
use serde_json::Value;

/// One place where two answers differ.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Difference {
    /// Where: members and indices, as in `trace[3].events[0]`.
    pub path: String,
    /// What was recorded; `null` where nothing was.
    pub expected: Value,
    /// What was answered; `null` where nothing was.
    pub actual: Value,
}

impl Difference {
    /// Something else to say in place of a difference.
    pub(super) fn note(text: String) -> Self {
        Self { path: String::new(), expected: Value::Null, actual: Value::String(text) }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: expected {}, got {}", self.path, self.expected, self.actual)
    }
}

/// Every place where `actual` differs from `expected`, outermost and first ones first.
pub fn differences(expected: &Value, actual: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", expected, actual, &mut found);
    found
}

fn walk(path: &str, expected: &Value, actual: &Value, found: &mut Vec<Difference>) {
    match (expected, actual) {
        (Value::Object(e), Value::Object(a)) => {
            let extra = a.keys().filter(|key| !e.contains_key(*key));
            for key in e.keys().chain(extra) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match (e.get(key), a.get(key)) {
                    (Some(e), Some(a)) => walk(&path, e, a, found),
                    (e, a) => found.push(Difference {
                        path,
                        expected: e.cloned().unwrap_or_default(),
                        actual: a.cloned().unwrap_or_default(),
                    }),
                }
            }
        }
        (Value::Array(e), Value::Array(a)) if e.len() == a.len() => {
            for (index, (e, a)) in e.iter().zip(a).enumerate() {
                walk(&format!("{path}[{index}]"), e, a, found);
            }
        }
        _ if same_scalar(expected, actual) => {}
        _ => found.push(Difference {
            path: path.to_owned(),
            expected: expected.clone(),
            actual: actual.clone(),
        }),
    }
}

/// Numbers are equal if they are the same integer, or the same 32-bit float.
fn same_scalar(expected: &Value, actual: &Value) -> bool {
    if expected == actual {
        return true;
    }
    match (expected, actual) {
        (Value::Number(e), Value::Number(a)) if e.is_f64() || a.is_f64() => {
            e.as_f64().map(|e| e as f32) == a.as_f64().map(|a| a as f32)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_answers_have_no_difference() {
        let value = json!({"a": [1, {"b": null}], "c": 0.1});
        assert_eq!(differences(&value, &value), []);
    }

    #[test]
    fn a_missing_member_and_an_extra_one_are_both_named() {
        let found = differences(&json!({"a": {"x": 1}}), &json!({"a": {"y": 2}}));
        let paths: Vec<_> = found.iter().map(|d| d.path.as_str()).collect();
        assert_eq!(paths, ["a.x", "a.y"]);
    }

    #[test]
    fn the_difference_is_named_by_its_place() {
        let found = differences(&json!({"t": [1, 2]}), &json!({"t": [1, 3]}));
        assert_eq!(found[0].to_string(), "t[1]: expected 2, got 3");
    }
}
