//! JSON by the shape of an operation: members are checked and written, answers read, without the types of the
//! operation. One copy of this in the program stands for what serde would make of every single type.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, SerializeSeq, SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::operation::Described;
use super::shape::{Fields, Shape};
use crate::error::{Error, Result};
use crate::protocol::integer;
use crate::timestamp::Timestamp;

/// The members of a call, which fit to its operation. They may hold secrets, so they are wiped on drop.
pub(crate) struct Members {
    operation: &'static Described,
    value: Value,
}

impl Members {
    /// Members as JSON has them.
    ///
    /// # Errors
    /// `InvalidInput`: an unknown member, one that is missing, or one of the wrong type.
    pub(crate) fn new(operation: &'static Described, value: Value) -> Result<Self> {
        let members = Members { operation, value };
        match check(&members.value, &operation.input, &mut String::new()) {
            Ok(()) => Ok(members),
            Err(message) => Err(Error::input(message).with_operation(operation.name)),
        }
    }

    /// A text, by its name on the wire.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.value.get(name)?.as_str()
    }

    /// Sets a member, by its name on the wire, to what its shape has room for.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        if let Value::Object(members) = &mut self.value {
            members.insert(name.to_owned(), value);
        }
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        Shaped { value: &self.value, shape: &self.operation.input }.serialize(out)
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        wipe(&mut self.value);
    }
}

/// Overwrites every text.
pub(crate) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(elements) => elements.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What is wrong with members, in the words of serde and with the way to it; never with the value.
fn check(value: &Value, shape: &Shape, path: &mut String) -> Result<(), String> {
    let wrong = |expected: &str, path: &str| match path {
        "" => Err(format!("a member has the wrong type, expected {expected}")),
        path => Err(format!("{path} has the wrong type, expected {expected}")),
    };
    let below = path.len();
    match shape {
        Shape::Optional(_) if value.is_null() => Ok(()),
        Shape::Optional(inner) => check(value, inner, path),
        Shape::String | Shape::Secret | Shape::Timestamp if !value.is_string() => wrong("a string", path),
        Shape::Integer if value.as_i64().is_none_or(|number| i32::try_from(number).is_err()) => wrong("i32", path),
        Shape::Long | Shape::EpochMillis if value.as_i64().is_none() => wrong("i64", path),
        Shape::List(item) => {
            let Value::Array(items) = value else { return wrong("a sequence", path) };
            for (at, value) in items.iter().enumerate() {
                path.push_str(&format!("[{at}]"));
                check(value, item, path)?;
                path.truncate(below);
            }
            Ok(())
        }
        Shape::Structure(fields) => {
            let Value::Object(members) = value else { return wrong(&format!("struct {}", fields.name), path) };
            let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
            if let Some(unknown) = members.keys().find(|name| fields.named(name).is_none()) {
                return Err(match (fields.names)() {
                    [] => format!("{at}unknown field `{unknown}`, there are no fields"),
                    names => format!("{at}unknown field `{unknown}`, expected one of `{}`", names.join("`, `")),
                });
            }
            for (name, shape) in fields.members() {
                match members.get(name) {
                    None if matches!(shape, Shape::Optional(_)) => {}
                    None => return Err(format!("{at}missing field `{name}`")),
                    Some(value) => {
                        path.push_str(if below == 0 { "" } else { "." });
                        path.push_str(name);
                        check(value, shape, path)?;
                        path.truncate(below);
                    }
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A value that was checked, as the type of its shape would write it.
struct Shaped<'a> {
    value: &'a Value,
    shape: &'a Shape,
}

impl Serialize for Shaped<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match (self.shape, self.value) {
            (_, Value::Null) => out.serialize_none(),
            (Shape::Optional(inner), value) => Shaped { value, shape: inner }.serialize(out),
            (Shape::Structure(fields), Value::Object(members)) => {
                let mut written = out.serialize_struct(fields.name, fields.fields.len())?;
                for (name, shape) in fields.members() {
                    if let Some(value) = members.get(name) {
                        written.serialize_field(name, &Shaped { value, shape })?;
                    }
                }
                written.end()
            }
            (Shape::List(item), Value::Array(items)) => {
                let mut written = out.serialize_seq(Some(items.len()))?;
                for value in items {
                    written.serialize_element(&Shaped { value, shape: item })?;
                }
                written.end()
            }
            (_, Value::String(text)) => out.serialize_str(text),
            (_, Value::Number(number)) => match number.as_i64() {
                Some(number) => out.serialize_i64(number),
                None => Err(S::Error::custom("a number over 63 bits")),
            },
            _ => Err(S::Error::custom("a value that was not checked")),
        }
    }
}

/// Reads a value of a shape into what the type of the shape would be as JSON.
#[derive(Clone, Copy)]
pub(crate) struct Reading(pub(crate) &'static Shape);

impl<'de> DeserializeSeed<'de> for Reading {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Value, D::Error> {
        match self.0 {
            // As the fields of these are declared: with `integer`, which knows of absence.
            Shape::Long | Shape::EpochMillis | Shape::Optional(Shape::Long | Shape::EpochMillis) => {
                integer(input).map(Value::from)
            }
            Shape::Optional(_) => input.deserialize_option(self),
            Shape::String | Shape::Secret => String::deserialize(input).map(Value::String),
            Shape::Integer => i32::deserialize(input).map(Value::from),
            Shape::Timestamp => Timestamp::deserialize(input).map(|at| Value::String(at.to_string())),
            Shape::List(_) => input.deserialize_seq(self),
            Shape::Structure(fields) => input.deserialize_struct(fields.name, (fields.names)(), self),
        }
    }
}

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Shape::Structure(fields) => write!(f, "struct {}", fields.name),
            Shape::List(_) => f.write_str("a sequence"),
            _ => f.write_str("option"),
        }
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Value, D::Error> {
        match self.0 {
            Shape::Optional(inner) => Reading(inner).deserialize(input),
            _ => self.deserialize(input),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> Result<Value, A::Error> {
        let Shape::List(item) = self.0 else { return Err(A::Error::custom("a list where none belongs")) };
        let mut items = Vec::new();
        while let Some(value) = input.next_element_seed(Reading(item))? {
            items.push(value);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Value, A::Error> {
        let Shape::Structure(fields) = self.0 else { return Err(A::Error::custom("members where none belong")) };
        let mut members = Map::new();
        while let Some(name) = input.next_key_seed(Name(fields))? {
            let Some((name, shape)) = name else {
                input.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = input.next_value_seed(Reading(shape))?;
            if members.insert(name.to_owned(), value).is_some() {
                return Err(A::Error::duplicate_field(name));
            }
        }
        members.retain(|_, value| !value.is_null());
        let required = fields.members().filter(|(_, shape)| !matches!(shape, Shape::Optional(_)));
        match required.map(|(name, _)| name).find(|name| !members.contains_key(*name)) {
            Some(name) => Err(A::Error::missing_field(name)),
            None => Ok(Value::Object(members)),
        }
    }
}

/// Reads the name of a field.
struct Name<'f>(&'f Fields);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<(&'static str, &'static Shape)>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<(&'static str, &'static Shape)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.named(name))
    }
}
