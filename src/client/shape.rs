//! What the inputs and outputs of operations hold, as constants: one line of a structure's declaration makes the
//! field and this. What is made of it is the business of [`value`](super::value) and [`model`](crate::model).
//!
//! Constants, since it is cheap in a library that has to be small: tracing the types through a deserializer made a
//! tenth of its code. Only the names on the wire are asked of serde, which alone knows them.

use std::fmt::{self, Display};

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// What a type holds.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text.
    String,
    /// Text that is wiped and never shown.
    Secret,
    /// 32 bits.
    Integer,
    /// 64 bits.
    Long,
    /// RFC 3339.
    Timestamp,
    /// A time as epoch milliseconds.
    EpochMillis,
    /// It may be absent.
    Optional(&'static Shape),
    /// Any number of the same.
    List(&'static Shape),
    /// Fields with names.
    Structure(Fields),
}

/// The fields of a structure.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Its name in Rust.
    pub name: &'static str,
    /// The names of the fields on the wire.
    pub names: fn() -> &'static [&'static str],
    /// The names of the fields in Rust, and what they hold, in the same order.
    pub fields: &'static [(&'static str, Shape)],
}

impl Fields {
    /// The fields by their names on the wire.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'static str, &'static Shape)> + use<> {
        (self.names)().iter().copied().zip(self.fields.iter().map(|(_, shape)| shape))
    }

    /// A field by its name on the wire.
    pub(crate) fn named(&self, name: &str) -> Option<(&'static str, &'static Shape)> {
        self.members().find(|(known, _)| *known == name)
    }
}

impl Shape {
    /// The name on the wire of a structure's field in Rust.
    pub(crate) fn wire_name(&self, field: &str) -> Option<&'static str> {
        let Shape::Structure(fields) = self else { return None };
        let at = fields.fields.iter().position(|(name, _)| *name == field)?;
        (fields.names)().get(at).copied()
    }
}

/// A type that members of operations have.
pub trait Shaped {
    /// What it holds.
    const SHAPE: Shape;
}

macro_rules! plain {
    ($($type:ty => $shape:ident;)*) => { $(impl Shaped for $type { const SHAPE: Shape = Shape::$shape; })* };
}

plain! {
    String => String;
    Secret => Secret;
    i32 => Integer;
    i64 => Long;
    Timestamp => Timestamp;
}

impl<T: Shaped> Shaped for Option<T> {
    const SHAPE: Shape = Shape::Optional(&T::SHAPE);
}

impl<T: Shaped> Shaped for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
}

/// The same for a structure, from the fields of its declaration; `as` is for those that serde writes in a way of
/// their own, of which there is one.
macro_rules! shaped {
    ($name:ident { $($member:ident: $type:ty $(as $with:literal)?,)* }) => {
        impl $crate::client::shape::Shaped for $name {
            const SHAPE: $crate::client::shape::Shape =
                $crate::client::shape::Shape::Structure($crate::client::shape::Fields {
                    name: stringify!($name),
                    names: $crate::client::shape::wire_names::<$name>,
                    fields: &[$((stringify!($member), $crate::client::shape::shaped!(@$type $(, $with)?))),*],
                });
        }
    };
    (@$type:ty) => { <$type as $crate::client::shape::Shaped>::SHAPE };
    (@$type:ty, $with:literal) => {
        $crate::client::shape::Shape::Optional(&$crate::client::shape::Shape::EpochMillis)
    };
}

pub(crate) use shaped;

/// The names of a structure's fields on the wire, as it tells them to a deserializer. Empty if it is no structure.
pub(crate) fn wire_names<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    T::deserialize(AskNames).err().map_or(&[], |Names(names)| names)
}

/// A deserializer that hears the names and gives up.
struct AskNames;

#[derive(Debug)]
struct Names(&'static [&'static str]);

impl Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names")
    }
}

impl std::error::Error for Names {}

impl de::Error for Names {
    fn custom<T: Display>(_: T) -> Self {
        Names(&[])
    }
}

impl<'de> Deserializer<'de> for AskNames {
    type Error = Names;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Names> {
        Err(Names(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Names> {
        Err(Names(fields))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
