//! XML answers: a bounded parse into a small tree, and serde over that tree.
//!
//! The tree carries what the query protocol looks at: local names, children, text. Namespaces,
//! attributes, comments and processing instructions are skipped; a DTD is refused, so no entity but the
//! five of XML and character references exists. No error shows the text of an element.

use std::borrow::Cow;
use std::fmt::{self, Display};

use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::events::{BytesStart, Event};
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

/// Deepest nesting accepted; the deepest real answer has 6 levels.
const MAX_DEPTH: usize = 32;
/// Most elements accepted in one document.
const MAX_ELEMENTS: usize = 20_000;

/// An element: local name, own text, children in order.
#[derive(Debug, Default)]
pub(crate) struct Element<'x> {
    pub(crate) name: &'x str,
    pub(crate) text: Cow<'x, str>,
    pub(crate) children: Vec<Element<'x>>,
}

impl<'x> Element<'x> {
    /// Reads a whole document. A leading byte order mark is skipped.
    pub(crate) fn parse(bytes: &'x [u8]) -> Result<Self, XmlError> {
        let text = std::str::from_utf8(bytes).map_err(|_| XmlError::new("not UTF-8"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Element<'x>> = Vec::with_capacity(8);
        let mut root = None;
        let mut elements = 0;
        loop {
            let event = reader.read_event().map_err(|e| XmlError::at(&reader, describe(&e)))?;
            let started = match &event {
                Event::Start(start) | Event::Empty(start) => {
                    elements += 1;
                    if elements > MAX_ELEMENTS || open.len() >= MAX_DEPTH {
                        return Err(XmlError::at(&reader, "too many or too deeply nested elements"));
                    }
                    if root.is_some() {
                        return Err(XmlError::at(&reader, "a second root element"));
                    }
                    let name =
                        local_name(text, start).ok_or_else(|| XmlError::at(&reader, "an element without a name"))?;
                    Some(Element { name, ..Element::default() })
                }
                _ => None,
            };
            match (event, started) {
                (Event::Start(_), Some(element)) => open.push(element),
                (Event::Empty(_), Some(element)) => close(element, &mut open, &mut root),
                (Event::End(_), _) => {
                    if let Some(element) = open.pop() {
                        close(element, &mut open, &mut root);
                    }
                }
                (Event::Text(part), _) => match open.last_mut() {
                    Some(element) => append(&mut element.text, part.into_inner()),
                    None if part.trim().is_empty() => {}
                    None => return Err(XmlError::at(&reader, "text outside the root element")),
                },
                (Event::CData(part), _) => match open.last_mut() {
                    Some(element) => append(&mut element.text, part.into_inner()),
                    None => return Err(XmlError::at(&reader, "text outside the root element")),
                },
                (Event::GeneralRef(reference), _) => {
                    let element =
                        open.last_mut().ok_or_else(|| XmlError::at(&reader, "text outside the root element"))?;
                    let character =
                        match reference.resolve_char_ref().map_err(|e| XmlError::at(&reader, describe(&e)))? {
                            Some(character) => character,
                            None => match &*reference.into_inner() {
                                "amp" => '&',
                                "lt" => '<',
                                "gt" => '>',
                                "quot" => '"',
                                "apos" => '\'',
                                _ => return Err(XmlError::at(&reader, "an entity that is not one of XML's five")),
                            },
                        };
                    element.text.to_mut().push(character);
                }
                (Event::DocType(_), _) => return Err(XmlError::at(&reader, "a document type definition")),
                (Event::Eof, _) => break,
                _ => {}
            }
        }
        match root {
            Some(root) if open.is_empty() => Ok(root),
            _ => Err(XmlError::at(&reader, "the end comes before the root element is closed")),
        }
    }

    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element<'x>> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The text of the first child of that name.
    pub(crate) fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|c| &*c.text)
    }
}

/// The name without its namespace prefix, borrowed from the document rather than from the event.
fn local_name<'x>(document: &'x str, start: &BytesStart<'_>) -> Option<&'x str> {
    let name = start.local_name();
    let name: &str = name.as_ref();
    let at = (name.as_ptr() as usize).checked_sub(document.as_ptr() as usize)?;
    document.get(at..at + name.len()).filter(|n| !n.is_empty())
}

fn append<'x>(text: &mut Cow<'x, str>, part: Cow<'x, str>) {
    if text.is_empty() {
        *text = part;
    } else {
        text.to_mut().push_str(&part);
    }
}

fn close<'x>(element: Element<'x>, open: &mut [Element<'x>], root: &mut Option<Element<'x>>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

/// The reader's own words quote names of elements, which may be anything and of any length.
fn describe(error: &quick_xml::Error) -> String {
    match error {
        quick_xml::Error::Syntax(e) => e.to_string(),
        quick_xml::Error::IllFormed(IllFormedError::UnclosedReference) => "a reference without `;`".to_owned(),
        quick_xml::Error::IllFormed(_) => "elements that are not closed in the order of their nesting".to_owned(),
        quick_xml::Error::Escape(_) => "a reference to no character of XML".to_owned(),
        _ => "text that is not well-formed".to_owned(),
    }
}

/// What is wrong with a document, and where; never what it said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct XmlError(String);

impl XmlError {
    fn new(message: impl Into<String>) -> Self {
        XmlError(message.into())
    }

    fn at(reader: &Reader<&[u8]>, what: impl Display) -> Self {
        XmlError(format!("{what} at byte {}", reader.error_position().max(reader.buffer_position())))
    }

    fn within(self, name: &str) -> Self {
        XmlError(format!("{name}: {}", self.0))
    }
}

impl Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for XmlError {}

impl de::Error for XmlError {
    fn custom<T: Display>(message: T) -> Self {
        XmlError(message.to_string())
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        XmlError(format!("expected {expected}"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        XmlError(format!("expected {expected}"))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),* $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
            let number: $type = self.text.trim().parse().map_err(|_| XmlError::new("expected a number"))?;
            visitor.$visit(number)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &Element<'_> {
    type Error = XmlError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        visitor.visit_str(&self.text)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        visitor.visit_bool(self.text == "true")
    }

    numbers!(
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64,
    );

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, XmlError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        visitor.visit_seq(Items(self.children.iter()))
    }

    /// Asks for each known field, not for each child: order does not matter, the first of a repeated
    /// element counts, unknown elements are passed by.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        visitor.visit_map(Fields { element: self, fields: fields.iter(), current: None })
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct tuple tuple_struct map enum identifier ignored_any i128 u128
    }
}

struct Items<'e, 'x>(std::slice::Iter<'e, Element<'x>>);

impl<'de> de::SeqAccess<'de> for Items<'_, '_> {
    type Error = XmlError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, XmlError> {
        match self.0.find(|child| child.name == "member") {
            Some(child) => seed.deserialize(child).map(Some),
            None => Ok(None),
        }
    }
}

struct Fields<'e, 'x> {
    element: &'e Element<'x>,
    fields: std::slice::Iter<'static, &'static str>,
    current: Option<&'e Element<'x>>,
}

impl<'de> de::MapAccess<'de> for Fields<'_, '_> {
    type Error = XmlError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, XmlError> {
        for field in self.fields.by_ref() {
            if let Some(child) = self.element.child(field) {
                self.current = Some(child);
                return seed.deserialize((*field).into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, XmlError> {
        let child = self.current.take().ok_or_else(|| XmlError::new("a value without a key"))?;
        seed.deserialize(child).map_err(|e| e.within(child.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq, Default)]
    #[serde(rename_all = "PascalCase")]
    struct Output {
        name: Option<String>,
        size: Option<i32>,
        on: Option<bool>,
        #[serde(default)]
        list: Vec<String>,
        inner: Option<Inner>,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Inner {
        #[serde(rename = "Arn")]
        arn: String,
    }

    fn read(xml: &str) -> Result<Output, String> {
        Element::parse(xml.as_bytes()).and_then(|e| Output::deserialize(&e)).map_err(|e| e.to_string())
    }

    #[test]
    fn reads_what_the_rules_allow() {
        let named = |name: &str| Output { name: Some(name.into()), ..Output::default() };
        for (xml, expected) in [
            ("<R/>", Output::default()),
            ("<R></R>", Output::default()),
            ("\u{feff}<?xml version=\"1.0\"?>\n<R><Name>a</Name></R>\n", named("a")),
            ("<R xmlns=\"urn:x\"><Name>a</Name></R>", named("a")),
            ("<x:R xmlns:x=\"urn:x\"><x:Name x:y=\"z\">a</x:Name></x:R>", named("a")),
            ("<R><Name/></R>", named("")),
            ("<R><Name></Name></R>", named("")),
            ("<R><Name> a  b\n</Name></R>", named(" a  b\n")),
            ("<R><Name>&lt;&amp;&gt;&quot;&apos;&#233;&#x20AC;</Name></R>", named("<&>\"'é€")),
            ("<R><Name>a<![CDATA[<b>&amp;]]>c</Name></R>", named("a<b>&amp;c")),
            ("<R><Name>a<!-- no -->b</Name></R>", named("ab")),
            ("<R><Name>first</Name><Name>second</Name></R>", named("first")),
            ("<R><Other><Deep>x</Deep></Other><Name>a</Name><?pi x?></R>", named("a")),
            ("<R><Size> 12 </Size><On>true</On></R>", Output { size: Some(12), on: Some(true), ..Output::default() }),
            ("<R><On>TRUE</On></R>", Output { on: Some(false), ..Output::default() }),
            (
                "<R><List><member>a</member>\n<stray/><member>b</member></List></R>",
                Output { list: vec!["a".into(), "b".into()], ..Output::default() },
            ),
            ("<R><List/></R>", Output::default()),
            (
                "<R><Inner><Arn>x</Arn></Inner></R>",
                Output { inner: Some(Inner { arn: "x".into() }), ..Output::default() },
            ),
        ] {
            assert_eq!(read(xml).as_ref(), Ok(&expected), "{xml}");
        }
    }

    #[test]
    fn refuses_the_rest_and_never_quotes_it() {
        let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
        let wide = format!("<R>{}</R>", "<a/>".repeat(MAX_ELEMENTS + 1));
        for (xml, message) in [
            ("", "the end comes before"),
            ("   ", "the end comes before"),
            ("planted", "text outside"),
            ("{\"planted\":1}", "text outside"),
            ("<R>", "the end comes before"),
            ("<R><Name>planted</Nam></R>", "nesting at byte"),
            ("<R><planted></R>", "nesting at byte"),
            ("<R></planted>", "nesting at byte"),
            ("<R/></planted>", "nesting at byte"),
            ("<R>&planted</R>", "without `;` at byte"),
            ("<R>&#1234567890;</R>", "no character of XML at byte"),
            ("<?xml planted='1'?><R>", "at byte"),
            ("<R></R><R/>", "second root"),
            ("<R/>planted", "text outside"),
            ("<!DOCTYPE R [<!ENTITY x \"planted\">]><R>&x;</R>", "document type definition"),
            ("<R>&planted;</R>", "not one of XML's five"),
            ("<R>&#0;</R>", "at byte"),
            ("<R><Size>planted</Size></R>", "Size: expected a number"),
            ("<R><Inner><planted/></Inner></R>", "Inner: missing field `Arn`"),
            (&deep, "too deeply nested"),
            (&wide, "too many"),
        ] {
            let error = read(xml).unwrap_err();
            assert!(error.contains(message), "{xml:.60}: {error}");
            assert!(!error.contains("planted"), "{error}");
        }
        assert_eq!(Element::parse(&[0xff, 0xfe]).unwrap_err().to_string(), "not UTF-8");
    }
}
