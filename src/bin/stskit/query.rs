//! `--query`: JMESPath (<https://jmespath.org>), by the crate of its authors.

use serde_json::{Map, Value};
use stskit::model::{Kind, Structure};

use crate::failure::Failure;

/// A query that can be asked.
pub(crate) struct Query {
    text: String,
    expression: jmespath::Expression<'static>,
}

impl Query {
    pub(crate) fn new(text: &str) -> Result<Self, Failure> {
        // Its message has several lines, with the query and a mark below it.
        let expression = jmespath::compile(text).map_err(|e| {
            let place = format!("character {}", e.offset + 1);
            Failure::usage(format!("--query is no JMESPath expression: it cannot be understood at {place}"))
        })?;
        Ok(Query { text: text.to_owned(), expression })
    }

    pub(crate) fn search(&self, value: Value) -> Result<Value, Failure> {
        let wrong = |e: &dyn std::fmt::Display| {
            Failure::usage(format!("--query: {}", e.to_string().lines().next().unwrap_or_default()))
        };
        let found = self.expression.search(value).map_err(|e| wrong(&e))?;
        serde_json::to_value(&*found).map_err(|e| wrong(&e))
    }

    /// The crate sorts members by their names. The AWS CLI has them as the model does, or as the query names them.
    pub(crate) fn order(&self, members: &Map<String, Value>, model: &Structure) -> Vec<String> {
        let mut names: Vec<String> = members.keys().cloned().collect();
        match structure_of(model, &names) {
            Some(known) => names.sort_by_key(|name| known.members.iter().position(|member| member.name == name)),
            None => names.sort_by_key(|name| self.place_of(name)),
        }
        names
    }
}

impl Query {
    /// Where the query names a member of its own: `{Name: expression}`, with or without quotes.
    fn place_of(&self, name: &str) -> Option<usize> {
        [":", "\":", " :"].iter().find_map(|end| self.text.find(&format!("{name}{end}")))
    }
}

/// A structure of the answer that has all these members.
fn structure_of<'a>(model: &'a Structure, names: &[String]) -> Option<&'a Structure> {
    if names.iter().all(|name| model.member(name).is_some()) {
        return Some(model);
    }
    let inner = model.members.iter().filter_map(|member| match &member.shape.kind {
        Kind::Structure(structure) => Some(structure),
        Kind::List { item } => match &item.kind {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        },
        _ => None,
    });
    inner.into_iter().find_map(|structure| structure_of(structure, names))
}
