//! The query protocol's request: an input becomes a form body, in the order of its members.
//!
//! One serde serializer does it for every input, and checks the minimum of each member on the way,
//! so that a member is declared once. Rules: services.md's query table; AWS's "AWS Query protocol".

use std::borrow::Cow;

use http::Method;
use serde::Serialize;
use serde::de::DeserializeSeed;
use serde::ser::{self, Impossible};

use super::{Facts, InputError, Minimum, Protocol, WireRequest, answer, minimum_of, too_short, too_small};
use crate::error::{ResponseMetadata, Result, ServiceError};
use crate::percent::{percent_decode, percent_encode_into};

/// Form in, XML out.
#[derive(Debug)]
pub enum Query {}

impl Protocol for Query {
    const NAME: &'static str = "query";

    fn serialize<T: Serialize>(facts: &Facts, input: &T) -> Result<WireRequest, InputError> {
        Ok(WireRequest {
            method: Method::POST,
            path_and_query: Cow::Borrowed("/"),
            content_type: Some("application/x-www-form-urlencoded; charset=utf-8"),
            headers: Vec::new(),
            body: to_form(facts.operation, facts.version, input, facts.minimum)?,
        })
    }

    fn parse<'a, R: DeserializeSeed<'a>>(
        operation: &str,
        body: &'a [u8],
        seed: R,
    ) -> Result<(R::Value, Option<String>)> {
        answer::parse(operation, body, seed)
    }

    fn parse_error(body: &[u8], metadata: ResponseMetadata) -> ServiceError {
        answer::parse_error(body, metadata)
    }

    fn secrets(request: &WireRequest, facts: &Facts) -> Vec<String> {
        form_values(&request.body, facts.secret)
    }

    fn presign_query(request: WireRequest) -> Result<String> {
        Ok(request.body)
    }
}

/// `Action=..&Version=..&Member=..`, every value percent-encoded (a space as `%20`).
fn to_form<T: Serialize>(action: &str, version: &str, input: &T, minimums: &[Minimum]) -> Result<String, InputError> {
    let mut form = Form { out: String::with_capacity(256), path: String::new(), members: Vec::new(), minimums };
    form.out.push_str("Action=");
    form.out.push_str(action);
    form.out.push_str("&Version=");
    form.out.push_str(version);
    input.serialize(&mut form)?;
    Ok(form.out)
}

/// The decoded values of the named members (list positions left out) in a form body.
fn form_values(form: &str, members: &[&str]) -> Vec<String> {
    let is_named = |name: &str| members.iter().any(|m| m.split('.').eq(named_steps(name)));
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| is_named(name)).filter_map(|(_, value)| percent_decode(value)).collect()
}

/// The steps of a member's name without its list positions.
fn named_steps(name: &str) -> impl Iterator<Item = &str> {
    name.split('.').filter(|step| *step != "member" && !step.bytes().all(|b| b.is_ascii_digit()))
}

struct Form<'m> {
    out: String,
    /// `Tags.member.1.Key`
    path: String,
    /// `[Tags, Key]`
    members: Vec<&'static str>,
    minimums: &'m [Minimum],
}

impl Form<'_> {
    fn pair(&mut self, value: &str) {
        self.out.push('&');
        self.out.push_str(&self.path);
        self.out.push('=');
        percent_encode_into(&mut self.out, value);
    }

    fn number(&mut self, value: i64) -> Result<(), InputError> {
        if let Some(minimum) = self.minimum(false)
            && (value < 0 || value.unsigned_abs() < minimum)
        {
            return Err(too_small(&self.path, value, minimum));
        }
        self.pair(&value.to_string());
        Ok(())
    }

    fn minimum(&self, of_list: bool) -> Option<u64> {
        minimum_of(self.minimums, &self.members, of_list)
    }

    fn at_least(&self, count: usize, unit: &str) -> Result<(), InputError> {
        match self.minimum(unit == "item") {
            Some(minimum) if (count as u64) < minimum => Err(too_short(&self.path, count, unit, minimum)),
            _ => Ok(()),
        }
    }

    fn unsupported<T>(&self, what: &str) -> Result<T, InputError> {
        Err(InputError(format!("{} is {what}, which the query protocol has no form for", self.path)))
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<(), InputError> { self.number(i64::from(value)) })*
    };
}

macro_rules! unsupported {
    ($($method:ident($($arg:ty),*) -> $ok:ty: $what:literal),* $(,)?) => {
        $(fn $method(self, $(_: $arg),*) -> Result<$ok, InputError> { self.unsupported($what) })*
    };
}

impl<'f, 'm> ser::Serializer for &'f mut Form<'m> {
    type Ok = ();
    type Error = InputError;
    type SerializeSeq = Members<'f, 'm>;
    type SerializeStruct = Members<'f, 'm>;
    type SerializeTuple = Impossible<(), InputError>;
    type SerializeTupleStruct = Impossible<(), InputError>;
    type SerializeTupleVariant = Impossible<(), InputError>;
    type SerializeMap = Impossible<(), InputError>;
    type SerializeStructVariant = Impossible<(), InputError>;

    numbers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
             serialize_u8: u8, serialize_u16: u16, serialize_u32: u32);

    fn serialize_bool(self, value: bool) -> Result<(), InputError> {
        self.pair(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), InputError> {
        // Characters are counted only where the bytes do not decide already.
        if value.len() < self.minimum(false).map_or(0, |m| m.saturating_mul(4) as usize) {
            self.at_least(value.chars().count(), "character")?;
        }
        self.pair(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), InputError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), InputError> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), InputError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), InputError> {
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Members<'f, 'm>, InputError> {
        self.at_least(len.unwrap_or_default(), "item")?;
        Ok(Members { form: self, index: 0 })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'f, 'm>, InputError> {
        Ok(Members { form: self, index: 0 })
    }

    unsupported! {
        serialize_u64(u64) -> (): "a number over 32 bits",
        serialize_f32(f32) -> (): "a fraction",
        serialize_f64(f64) -> (): "a fraction",
        serialize_char(char) -> (): "a character",
        serialize_bytes(&[u8]) -> (): "bytes",
        serialize_unit() -> (): "empty",
        serialize_unit_struct(&'static str) -> (): "empty",
        serialize_tuple(usize) -> Self::SerializeTuple: "a tuple",
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct: "a tuple",
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant: "a variant",
        serialize_map(Option<usize>) -> Self::SerializeMap: "a map",
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant: "a variant",
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), InputError> {
        self.unsupported("a variant")
    }
}

/// The members of a structure, or of a list (`.member.1`, `.member.2`, ...).
struct Members<'f, 'm> {
    form: &'f mut Form<'m>,
    index: usize,
}

impl Members<'_, '_> {
    fn nested<T: Serialize + ?Sized>(&mut self, value: &T, name: &str, index: Option<usize>) -> Result<(), InputError> {
        let path = &mut self.form.path;
        let before = path.len();
        if before > 0 {
            path.push('.');
        }
        path.push_str(name);
        if let Some(index) = index {
            path.push('.');
            path.push_str(&index.to_string());
        }
        value.serialize(&mut *self.form)?;
        self.form.path.truncate(before);
        Ok(())
    }
}

impl ser::SerializeSeq for Members<'_, '_> {
    type Ok = ();
    type Error = InputError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), InputError> {
        self.index += 1;
        self.nested(value, "member", Some(self.index))
    }

    fn end(self) -> Result<(), InputError> {
        if self.index == 0 {
            self.form.pair("");
        }
        Ok(())
    }
}

impl ser::SerializeStruct for Members<'_, '_> {
    type Ok = ();
    type Error = InputError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), InputError> {
        self.form.members.push(name);
        self.nested(value, name, None)?;
        self.form.members.pop();
        Ok(())
    }

    fn end(self) -> Result<(), InputError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Default)]
    #[serde(rename_all = "PascalCase")]
    struct Input {
        name: String,
        count: Option<i32>,
        flag: Option<bool>,
        words: Option<Vec<String>>,
        pairs: Option<Vec<Pair>>,
        one: Option<Pair>,
    }

    #[derive(Serialize, Default)]
    struct Pair {
        #[serde(rename = "Key")]
        key: String,
        arn: Option<String>,
    }

    const MINIMUMS: &[Minimum] = &[("Name", 2), ("Count", 900), ("Words", 1), ("Pairs.Key", 1)];

    fn form(input: &Input) -> Result<String, String> {
        to_form("Do", "2011-06-15", input, MINIMUMS).map_err(|e| e.to_string())
    }

    fn named(name: &str) -> Input {
        Input { name: name.into(), ..Input::default() }
    }

    #[test]
    fn members_come_in_order_and_unset_ones_not_at_all() {
        assert_eq!(form(&named("ab")).unwrap(), "Action=Do&Version=2011-06-15&Name=ab");
        let full = Input {
            count: Some(900),
            flag: Some(true),
            words: Some(vec!["x".into(), "y z".into()]),
            pairs: Some(vec![
                Pair { key: "k".into(), arn: Some(String::new()) },
                Pair { key: "é*~+/".into(), arn: None },
            ]),
            one: Some(Pair { key: "1".into(), arn: None }),
            ..named("a&b=c")
        };
        assert_eq!(
            form(&full).unwrap(),
            "Action=Do&Version=2011-06-15&Name=a%26b%3Dc&Count=900&Flag=true&Words.member.1=x&Words.member.2=y%20z\
             &Pairs.member.1.Key=k&Pairs.member.1.arn=&Pairs.member.2.Key=%C3%A9%2A~%2B%2F&One.Key=1"
        );
    }

    #[test]
    fn values_are_found_again_by_member() {
        let form = "Action=Do&Name=a%26%C3%A9&Pairs.member.1.Key=k1&Pairs.member.2.Key=k%202&Other=x";
        assert_eq!(form_values(form, &["Name", "Pairs.Key"]), ["a&\u{e9}", "k1", "k 2"]);
        assert!(form_values(form, &[]).is_empty());
    }

    #[test]
    fn an_empty_list_is_one_empty_pair() {
        let input = Input { pairs: Some(Vec::new()), ..named("ab") };
        assert_eq!(form(&input).unwrap(), "Action=Do&Version=2011-06-15&Name=ab&Pairs=");
    }

    #[test]
    fn minimums_are_checked_by_character_and_never_show_the_value() {
        for (input, message) in [
            (named("é"), "Name has 1 character, the minimum is 2"),
            (named(""), "Name has 0 characters, the minimum is 2"),
            (Input { count: Some(-1), ..named("ab") }, "Count is -1, the minimum is 900"),
            (Input { count: Some(899), ..named("ab") }, "Count is 899, the minimum is 900"),
            (Input { words: Some(Vec::new()), ..named("ab") }, "Words has 0 items, the minimum is 1"),
            (
                Input { words: Some(vec![String::new()]), ..named("ab") },
                "Words.member.1 has 0 characters, the minimum is 1",
            ),
            (
                Input { pairs: Some(vec![Pair { key: "k".into(), arn: None }, Pair::default()]), ..named("ab") },
                "Pairs.member.2.Key has 0 characters, the minimum is 1",
            ),
        ] {
            assert_eq!(form(&input).unwrap_err(), message);
        }
        assert!(form(&named("éé")).is_ok());
        // A minimum of the texts alone leaves the list its right to be empty.
        let of_texts =
            |input: Input| to_form("Do", "1", &input, &[("Words[]", 2)]).map(|_| ()).map_err(|e| e.to_string());
        assert_eq!(of_texts(Input { words: Some(Vec::new()), ..named("") }), Ok(()));
        let short = Input { words: Some(vec!["ab".into(), "c".into()]), ..named("") };
        assert_eq!(of_texts(short), Err("Words.member.2 has 1 character, the minimum is 2".into()));
    }
}
