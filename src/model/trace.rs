//! The shape of a type, from what it asks of a deserializer: serde's derive names every field and its type.
//!
//! Each question is noted and answered with the least there is (0, an empty text, a list of one), so that the type
//! goes on to its next field. Three names are known: `Secret`, `Timestamp` and `EpochMillis` of the REST-JSON
//! protocol, which say so by `deserialize_newtype_struct`.

use std::fmt::{self, Display};

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

use super::{Kind, Member, Shape, Structure, TimeFormat};

/// What `T` holds.
pub(super) fn shape<'de, T: de::Deserialize<'de>>() -> Result<Shape, TraceError> {
    let mut found = Found::default();
    T::deserialize(Trace(&mut found))?;
    found.shape()
}

/// What was asked for.
#[derive(Default)]
struct Found {
    kind: Option<Kind>,
    optional: bool,
    secret: bool,
    time: Option<TimeFormat>,
}

impl Found {
    fn shape(self) -> Result<Shape, TraceError> {
        let kind = self.kind.ok_or_else(|| TraceError("a type that asks for nothing".to_owned()))?;
        Ok(Shape { kind, secret: self.secret, time: self.time, minimum: None })
    }
}

#[derive(Debug)]
pub(super) struct TraceError(String);

impl Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TraceError {}

impl de::Error for TraceError {
    fn custom<T: Display>(message: T) -> Self {
        TraceError(message.to_string())
    }
}

struct Trace<'a>(&'a mut Found);

macro_rules! plain {
    ($($method:ident: $kind:ident, $visit:ident($value:expr);)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TraceError> {
            self.0.kind = Some(Kind::$kind);
            visitor.$visit($value)
        })*
    };
}

impl<'de> Deserializer<'de> for Trace<'_> {
    type Error = TraceError;

    plain! {
        deserialize_bool: Boolean, visit_bool(false);
        deserialize_i32: Integer, visit_i32(0);
        deserialize_i64: Long, visit_i64(0);
        deserialize_str: String, visit_str("");
        deserialize_string: String, visit_str("");
        deserialize_bytes: Blob, visit_bytes(&[]);
        deserialize_byte_buf: Blob, visit_bytes(&[]);
    }

    /// Only a time asks for whatever there is, after it has said that it is one.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TraceError> {
        match self.0.kind {
            Some(Kind::Timestamp) => visitor.visit_i64(0),
            _ => Err(TraceError("a type that takes anything".to_owned())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TraceError> {
        self.0.optional = true;
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, TraceError> {
        match name {
            "Secret" => self.0.secret = true,
            "Timestamp" => (self.0.kind, self.0.time) = (Some(Kind::Timestamp), Some(TimeFormat::Rfc3339)),
            "EpochMillis" => self.0.time = Some(TimeFormat::EpochMilliseconds),
            _ => {}
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TraceError> {
        let mut items = One(None);
        let value = visitor.visit_seq(&mut items)?;
        let item = items.0.unwrap_or_default().shape()?;
        self.0.kind = Some(Kind::List { item: Box::new(item) });
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TraceError> {
        let mut traced = Fields { names: fields.iter(), current: "", members: Vec::with_capacity(fields.len()) };
        let value = visitor.visit_map(&mut traced)?;
        self.0.kind = Some(Kind::Structure(Structure { name: name.to_owned(), members: traced.members }));
        Ok(value)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 u8 u16 u32 u64 i128 u128 f32 f64 char unit unit_struct tuple tuple_struct map enum identifier
        ignored_any
    }
}

/// A list of one.
struct One(Option<Found>);

impl<'de> de::SeqAccess<'de> for &mut One {
    type Error = TraceError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, TraceError> {
        if self.0.is_some() {
            return Ok(None);
        }
        seed.deserialize(Trace(self.0.insert(Found::default()))).map(Some)
    }
}

struct Fields {
    names: std::slice::Iter<'static, &'static str>,
    current: &'static str,
    members: Vec<Member>,
}

impl<'de> de::MapAccess<'de> for &mut Fields {
    type Error = TraceError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, TraceError> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.current = name;
        seed.deserialize((*name).into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, TraceError> {
        let mut found = Found::default();
        let value = seed.deserialize(Trace(&mut found))?;
        let required = !found.optional;
        self.members.push(Member { name: self.current, required, shape: found.shape()? });
        Ok(value)
    }
}
