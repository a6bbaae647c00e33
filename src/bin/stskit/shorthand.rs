//! The values of options of operations, by the type that the model gives them: as they are, from a file, as JSON, or
//! in the shorthand of the AWS CLI (`Key=team,Value=payments`).
//!
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html>.

use serde_json::{Map, Value};
use stskit::model::{Kind, Shape};

use crate::failure::Failure;

/// Largest file that a value is read from, in bytes.
const MOST: u64 = 16 << 20;

/// The value of a member from the words behind its option.
pub(crate) fn value(option: &str, words: &[String], shape: &Shape) -> Result<Value, Failure> {
    // As the AWS CLI, which looks for files where there is one word.
    let from_file;
    let words = match words {
        [one] => {
            from_file = [file(option, one)?];
            &from_file[..]
        }
        words => words,
    };
    let is_complex = matches!(shape.kind, Kind::List { .. } | Kind::Structure(_));
    if let ([one], true) = (words, is_complex) {
        let text = one.trim_start();
        let braces = matches!(shape.kind, Kind::Structure(_)) && text.starts_with('{');
        if braces || text.starts_with('[') || text.starts_with('{') {
            return json(option, one).map(|value| coerced(value, shape));
        }
    }
    match &shape.kind {
        Kind::List { item } if matches!(item.kind, Kind::Structure(_)) => {
            let items = words.iter().map(|word| Parser::new(option, word).whole());
            Ok(coerced(Value::Array(items.collect::<Result<_, _>>()?), shape))
        }
        Kind::List { item } => {
            Ok(Value::Array(words.iter().map(|word| scalar(option, word, item)).collect::<Result<_, _>>()?))
        }
        Kind::Structure(_) => match words {
            [one] => Parser::new(option, one).whole().map(|value| coerced(value, shape)),
            _ => Err(Failure::usage(format!("--{option} takes one value"))),
        },
        _ => match words {
            [one] => scalar(option, one, shape),
            _ => Err(Failure::usage(format!("--{option} takes one value"))),
        },
    }
}

/// `file://PATH` is what is in that file; other values are as they are.
pub(crate) fn file(option: &str, value: &str) -> Result<String, Failure> {
    let Some(path) = value.strip_prefix("file://").or_else(|| value.strip_prefix("fileb://")) else {
        return Ok(value.to_owned());
    };
    let path = match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(below), Some(home)) => home.join(below),
        _ => path.into(),
    };
    let unusable = |why: &dyn std::fmt::Display| {
        Failure::usage(format!("--{option}: the file {} cannot be read: {why}", path.display()))
    };
    let bytes = stskit::host::Host::read_up_to(&stskit::host::System, &path, MOST).map_err(|e| unusable(&e))?;
    String::from_utf8(bytes).map_err(|_| unusable(&"it is not UTF-8"))
}

/// A document in an option. The message tells the place, not the text, which may be secret.
pub(crate) fn json(option: &str, text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|e| Failure::usage(format!("--{option} is not JSON: {e}")))
}

fn scalar(option: &str, word: &str, shape: &Shape) -> Result<Value, Failure> {
    match shape.kind {
        Kind::Integer | Kind::Long => match word.trim().parse::<i64>() {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(Failure::usage(format!("--{option}: a whole number is needed"))),
        },
        Kind::Boolean => match word {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err(Failure::usage(format!("--{option}: true or false is needed"))),
        },
        _ => Ok(word.into()),
    }
}

/// One where a list is meant is a list of one, and digits where a number is meant are a number.
fn coerced(value: Value, shape: &Shape) -> Value {
    match (&shape.kind, value) {
        (Kind::List { item }, Value::Array(items)) => items.into_iter().map(|value| coerced(value, item)).collect(),
        (Kind::List { item }, one) => Value::Array(vec![coerced(one, item)]),
        (Kind::Structure(structure), Value::Object(members)) => {
            let members = members.into_iter().map(|(name, value)| match structure.member(&name) {
                Some(member) => (name, coerced(value, &member.shape)),
                None => (name, value),
            });
            Value::Object(members.collect())
        }
        (Kind::Integer | Kind::Long, Value::String(text)) => text.parse::<i64>().map_or(text.into(), Value::from),
        (_, value) => value,
    }
}

/// The shorthand, by recursive descent.
struct Parser<'a> {
    option: &'a str,
    text: Vec<char>,
    at: usize,
    /// Behind `@=`: values may name files.
    files: bool,
}

impl<'a> Parser<'a> {
    fn new(option: &'a str, text: &str) -> Self {
        Parser { option, text: text.chars().collect(), at: 0, files: false }
    }

    /// `key=value,key=value`.
    fn whole(mut self) -> Result<Value, Failure> {
        let mut members = Map::new();
        loop {
            let (key, value) = self.pair(true)?;
            if members.insert(key.clone(), value).is_some() {
                return Err(self.error(&format!("{key} is there twice: there has to be a space between two values")));
            }
            if self.current().is_none() {
                return Ok(Value::Object(members));
            }
            self.expect(',')?;
        }
    }

    fn pair(&mut self, commas: bool) -> Result<(String, Value), Failure> {
        let key: String = self.take_while(|c| c.is_ascii_alphanumeric() || "-_.#/:".contains(c));
        self.skip_blanks();
        self.files = self.current() == Some('@');
        if self.files {
            self.at += 1;
        }
        self.expect('=')?;
        let value = match self.current() {
            None => Value::from(""),
            Some('[' | '{') => self.bracketed()?,
            Some(_) if commas => self.values()?,
            Some(_) => Value::from(self.value()?),
        };
        Ok((key, value))
    }

    /// `a`, or a list `a,b`, which ends before the next `key=`.
    fn values(&mut self) -> Result<Value, Failure> {
        let first = self.value()?;
        self.skip_blanks();
        let mut list = vec![Value::from(first)];
        while self.current() == Some(',') {
            let comma = self.at;
            self.at += 1;
            self.skip_blanks();
            let next = match self.current() {
                Some('\'' | '"') => self.value()?,
                _ => self.word(|c| !"\"',=".contains(c))?,
            };
            self.skip_blanks();
            match self.current() {
                None | Some(',') if !next.is_empty() => list.push(next.into()),
                None => return Err(self.error("a value is missing at its end")),
                _ => {
                    self.at = comma;
                    break;
                }
            }
        }
        Ok(match list.len() {
            1 => list.pop().unwrap_or_default(),
            _ => Value::Array(list),
        })
    }

    /// `[a,b]` or `{key=a,key=b}`.
    fn bracketed(&mut self) -> Result<Value, Failure> {
        let is_list = self.current() == Some('[');
        let end = if is_list { ']' } else { '}' };
        self.at += 1;
        self.skip_blanks();
        let (mut items, mut members) = (Vec::new(), Map::new());
        while self.current() != Some(end) {
            if is_list {
                items.push(match self.current() {
                    Some('[' | '{') => self.bracketed()?,
                    _ => Value::from(self.value()?),
                });
            } else {
                let (key, value) = self.pair(false)?;
                members.insert(key, value);
            }
            self.skip_blanks();
            if self.current() != Some(end) {
                self.expect(',')?;
            }
        }
        self.at += 1;
        self.skip_blanks();
        Ok(if is_list { Value::Array(items) } else { Value::Object(members) })
    }

    /// One value, bare or in quotes.
    fn value(&mut self) -> Result<String, Failure> {
        match self.current() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            Some(c) if ",=[{".contains(c) || c.is_whitespace() => Ok(String::new()),
            _ => self.word(|c| !"\"',]}".contains(c)),
        }
    }

    /// Up to what ends a word; a comma behind a backslash is part of it.
    fn word(&mut self, belongs: impl Fn(char) -> bool) -> Result<String, Failure> {
        let mut word = String::new();
        while let Some(c) = self.current() {
            if c == '\\' && self.text.get(self.at + 1) == Some(&',') {
                word.push(',');
                self.at += 2;
            } else if belongs(c) {
                word.push(c);
                self.at += 1;
            } else {
                break;
            }
        }
        self.resolved(word.trim_end())
    }

    fn quoted(&mut self, quote: char) -> Result<String, Failure> {
        let mut text = String::new();
        self.at += 1;
        while let Some(c) = self.current() {
            self.at += 1;
            match (c, self.current()) {
                ('\\', Some(next)) if next == quote || next == '\\' => {
                    text.push(next);
                    self.at += 1;
                }
                _ if c == quote => return self.resolved(&text),
                _ => text.push(c),
            }
        }
        Err(self.error("a quote is never closed"))
    }

    fn resolved(&self, word: &str) -> Result<String, Failure> {
        if self.files { file(self.option, word) } else { Ok(word.to_owned()) }
    }

    fn current(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let taken: String = self.text.iter().skip(self.at).copied().take_while(|&c| belongs(c)).collect();
        self.at += taken.chars().count();
        taken
    }

    fn skip_blanks(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn expect(&mut self, wanted: char) -> Result<(), Failure> {
        self.skip_blanks();
        if self.current() != Some(wanted) {
            return Err(self.error(&format!("a {wanted:?} is missing")));
        }
        self.at += 1;
        self.skip_blanks();
        Ok(())
    }

    /// The place, not the text: it may be secret.
    fn error(&self, why: &str) -> Failure {
        Failure::usage(format!("--{}: {why} (character {})", self.option, self.at + 1))
            .hint("it is written as JSON or as Key=a,Value=b")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shorthand() {
        for (text, expected) in [
            ("Key=a,Value=b", Some(json!({"Key": "a", "Value": "b"}))),
            ("Key=a", Some(json!({"Key": "a"}))),
            ("Key=,Value=b", Some(json!({"Key": "", "Value": "b"}))),
            ("Key=a,Value=", Some(json!({"Key": "a", "Value": ""}))),
            ("Key = a , Value = b c ", Some(json!({"Key": "a", "Value": "b c"}))),
            ("Key='a,b',Value=\"it's\"", Some(json!({"Key": "a,b", "Value": "it's"}))),
            (r#"Key='it\'s',Value="a\"b\\c""#, Some(json!({"Key": "it's", "Value": "a\"b\\c"}))),
            (r"Key=a\,b,Value=c", Some(json!({"Key": "a,b", "Value": "c"}))),
            ("Key=a,b,Value=c", Some(json!({"Key": ["a", "b"], "Value": "c"}))),
            ("Key=a=b,Value=c", Some(json!({"Key": "a=b", "Value": "c"}))),
            ("Key=[a,b],Value={x=1,y=[2]}", Some(json!({"Key": ["a", "b"], "Value": {"x": "1", "y": ["2"]}}))),
            ("arn=arn:aws:iam::aws:policy/A", Some(json!({"arn": "arn:aws:iam::aws:policy/A"}))),
            ("", None),
            ("Key", None),
            ("Key=a,", None),
            ("Key=a,Key=b", None),
            ("Key='a", None),
            ("Key=[a", None),
            ("Key={a=b", None),
            ("=a,", None),
        ] {
            let found = Parser::new("tags", text).whole();
            assert_eq!(found.as_ref().ok(), expected.as_ref(), "{text}: {found:?}");
        }
    }

    #[test]
    fn errors_tell_the_place_and_not_the_text() {
        let failure = Parser::new("tags", "Key='planted").whole().unwrap_err().to_string();
        assert!(failure.contains("--tags: ") && failure.contains("(character 13)"), "{failure}");
        assert!(!failure.contains("planted"), "{failure}");
        let failure = json("cli-input-json", "{\"planted\": ").unwrap_err().to_string();
        assert!(failure.contains("column") && !failure.contains("planted"), "{failure}");
    }
}
