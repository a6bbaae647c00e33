//! Answers of services as the AWS CLI prints them: JSON in the order of the service's model, or lines of text.

use serde_json::{Map, Value};
use stskit::model::{Kind, Shape, Structure};

use crate::failure::Failure;
use crate::query::Query;
use crate::words::Words;

/// How an answer is printed.
pub(crate) struct Printer {
    query: Option<Query>,
    text: bool,
}

impl Printer {
    /// By `--output` and `--query`.
    pub(crate) fn by(words: &Words) -> Result<Self, Failure> {
        let text = match words.one("output") {
            None | Some("json") => false,
            Some("text") => true,
            Some(other) => {
                return Err(Failure::usage(format!("--output {other:?} is not there: json and text are")));
            }
        };
        Ok(Printer { query: words.one("query").map(Query::new).transpose()?, text })
    }

    /// The answer, or what the query finds in it. Nothing for an empty answer, as in the AWS CLI.
    pub(crate) fn print(&self, output: Value, model: &Structure) -> Result<String, Failure> {
        let value = match &self.query {
            None => output,
            Some(query) => query.search(output)?,
        };
        if self.text {
            let mut out = String::new();
            push_text(&mut out, &value, None, None);
            return Ok(out);
        }
        if value.as_object().is_some_and(Map::is_empty) {
            return Ok(String::new());
        }
        match &self.query {
            None => Ok(json(&value, Some(model))),
            Some(query) => Ok(Json { order: &|members| query.order(members, model) }.text(&value, None)),
        }
    }
}

/// JSON as Python indents it, members in the order of the model; those that it does not have come last.
pub(crate) fn json(value: &Value, model: Option<&Structure>) -> String {
    Json { order: &|members| members.keys().cloned().collect() }.text(value, model)
}

struct Json<'a> {
    /// The order of members that no model tells.
    order: &'a dyn Fn(&Map<String, Value>) -> Vec<String>,
}

impl Json<'_> {
    fn text(&self, value: &Value, model: Option<&Structure>) -> String {
        let mut out = String::new();
        self.push(&mut out, value, 0, model.map(Model::Structure));
        out.push('\n');
        out
    }

    fn push(&self, out: &mut String, value: &Value, depth: usize, model: Option<Model<'_>>) {
        let line = |out: &mut String, at: usize, depth: usize| {
            out.push_str(if at == 0 { "\n" } else { ",\n" });
            out.extend(std::iter::repeat_n("    ", depth));
        };
        match value {
            Value::Array(items) if !items.is_empty() => {
                let item = model.and_then(Model::item);
                out.push('[');
                for (at, value) in items.iter().enumerate() {
                    line(out, at, depth + 1);
                    self.push(out, value, depth + 1, item);
                }
                self.close(out, ']', depth);
            }
            Value::Object(members) if !members.is_empty() => {
                out.push('{');
                for (at, name) in self.names(members, model).iter().enumerate() {
                    let Some(value) = members.get(name) else { continue };
                    line(out, at, depth + 1);
                    out.push_str(&Value::from(name.as_str()).to_string());
                    out.push_str(": ");
                    self.push(out, value, depth + 1, model.and_then(|model| model.member(name)));
                }
                self.close(out, '}', depth);
            }
            scalar => out.push_str(&scalar.to_string()),
        }
    }

    fn close(&self, out: &mut String, bracket: char, depth: usize) {
        out.push('\n');
        out.extend(std::iter::repeat_n("    ", depth));
        out.push(bracket);
    }

    fn names(&self, members: &Map<String, Value>, model: Option<Model<'_>>) -> Vec<String> {
        let Some(Model::Structure(structure)) = model else { return (self.order)(members) };
        let known = structure.members.iter().map(|member| member.name).filter(|name| members.contains_key(*name));
        let others = members.keys().filter(|name| structure.member(name).is_none());
        known.map(str::to_owned).chain(others.cloned()).collect()
    }
}

/// What a value is by the model.
#[derive(Clone, Copy)]
enum Model<'a> {
    Structure(&'a Structure),
    List(&'a Shape),
}

impl<'a> Model<'a> {
    fn of(shape: &'a Shape) -> Option<Self> {
        match &shape.kind {
            Kind::Structure(structure) => Some(Model::Structure(structure)),
            Kind::List { item } => Some(Model::List(item)),
            _ => None,
        }
    }

    fn item(self) -> Option<Self> {
        match self {
            Model::List(item) => Self::of(item),
            Model::Structure(_) => None,
        }
    }

    fn member(self, name: &str) -> Option<Self> {
        match self {
            Model::Structure(structure) => structure.member(name).and_then(|member| Self::of(&member.shape)),
            Model::List(_) => None,
        }
    }
}

/// Lines with tabs: scalars of a structure in the order of their names, what is in it on lines of its own behind.
fn push_text(out: &mut String, value: &Value, name: Option<&str>, columns: Option<&[String]>) {
    match value {
        Value::Object(members) => {
            let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            let (scalars, others): (Vec<&String>, Vec<&String>) = match columns {
                None => names.into_iter().partition(|name| members.get(*name).is_some_and(is_scalar)),
                Some(columns) => {
                    (columns.iter().collect(), names.into_iter().filter(|n| !columns.contains(n)).collect())
                }
            };
            if !scalars.is_empty() {
                let cells = scalars.iter().map(|name| members.get(*name).map(cell).unwrap_or_default());
                let cells: Vec<String> = name.map(str::to_uppercase).into_iter().chain(cells).collect();
                out.push_str(&format!("{}\n", cells.join("\t")));
            }
            for name in others {
                if let Some(value) = members.get(name) {
                    push_text(out, value, Some(name), None);
                }
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let mut columns: Vec<String> = Vec::new();
            for (name, value) in items.iter().filter_map(Value::as_object).flatten() {
                if !value.is_object() && !value.is_array() {
                    columns.push(name.clone());
                }
            }
            columns.sort();
            columns.dedup();
            items.iter().for_each(|item| push_text(out, item, name, Some(&columns)));
        }
        Value::Array(items) => {
            let (lists, scalars): (Vec<&Value>, Vec<&Value>) = items.iter().partition(|item| item.is_array());
            let cells: Vec<String> = scalars.into_iter().map(cell).collect();
            match name {
                _ if cells.is_empty() => {}
                Some(name) => {
                    cells.iter().for_each(|cell| out.push_str(&format!("{}\t{cell}\n", name.to_uppercase())));
                }
                None => out.push_str(&format!("{}\n", cells.join("\t"))),
            }
            lists.into_iter().for_each(|list| push_text(out, list, name, None));
        }
        scalar => out.push_str(&format!("{}\n", cell(scalar))),
    }
}

/// As Python prints it.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_that_of_the_aws_cli() {
        // What awscli 1.46 prints for the same.
        for (value, expected) in [
            (json!("a"), "a\n"),
            (json!(null), "None\n"),
            (json!(12), "12\n"),
            (json!([]), ""),
            (json!(["a", "b", null]), "a\tb\tNone\n"),
            (json!([["a", "b"], ["c"]]), "a\tb\nc\n"),
            (json!({"B": "b", "A": "a"}), "a\tb\n"),
            (json!({"C": {"B": "b", "A": "a"}, "D": "d"}), "d\nC\ta\tb\n"),
            (json!({"l": ["x", "y"]}), "L\tx\nL\ty\n"),
            (json!({"l": [{"b": "1"}, {"a": "2", "b": "3"}]}), "L\t\t1\nL\t2\t3\n"),
        ] {
            let mut out = String::new();
            push_text(&mut out, &value, None, None);
            assert_eq!(out, expected, "{value}");
        }
    }

    #[test]
    fn json_is_indented_as_python_does_it() {
        let value = json!({"b": [], "a": {}, "c": [1, {"d": "é\u{7f}\n"}], "e": null});
        let expected = "{\n    \"a\": {},\n    \"b\": [],\n    \"c\": [\n        1,\n        {\n            \"d\": \"é\u{7f}\\n\"\n        }\n    ],\n    \"e\": null\n}\n";
        assert_eq!(json(&value, None), expected);
    }
}
