//! The words of the command line, read by the lists of options in `commands` and by those made of the model.

use std::borrow::Cow;
use std::ffi::OsString;

use lexopt::Arg;
use stskit::explain::close_names;

use crate::failure::Failure;

/// An option.
#[derive(Debug, Clone)]
pub(crate) struct Opt {
    /// Without the dashes.
    pub(crate) name: Cow<'static, str>,
    pub(crate) takes: Takes,
    /// What it does, in a few words.
    pub(crate) about: Cow<'static, str>,
}

/// What stands behind an option.
#[derive(Debug, Clone)]
pub(crate) enum Takes {
    Nothing,
    /// One word, named so in the help.
    One(&'static str),
    /// One word out of these.
    OneOf(&'static [&'static str]),
    /// All words up to the next option.
    Many(&'static str),
}

impl Opt {
    /// An option of a table.
    pub(crate) const fn new(name: &'static str, takes: Takes, about: &'static str) -> Self {
        Opt { name: Cow::Borrowed(name), takes, about: Cow::Borrowed(about) }
    }
}

/// Words that are read from left to right, and what they gave so far.
pub(crate) struct Words {
    parser: lexopt::Parser,
    given: Vec<(String, Vec<String>)>,
}

impl Words {
    /// Those that the program was called with.
    pub(crate) fn of_process() -> Self {
        Words { parser: lexopt::Parser::from_env(), given: Vec::new() }
    }

    /// Reads options up to the next word that is none, and answers that one.
    pub(crate) fn positional(&mut self, lists: &[&[Opt]]) -> Result<Option<String>, Failure> {
        loop {
            let name = match self.parser.next().map_err(unreadable)? {
                None => return Ok(None),
                Some(Arg::Value(word)) => return text(word).map(Some),
                Some(Arg::Short('h')) => "help".to_owned(),
                Some(Arg::Short('V')) => "version".to_owned(),
                Some(Arg::Short(letter)) => return Err(Failure::usage(format!("unknown option -{letter}"))),
                Some(Arg::Long(name)) => name.to_owned(),
            };
            let Some(option) = lists.iter().flat_map(|list| list.iter()).find(|option| option.name == name) else {
                return Err(unknown(&name, lists));
            };
            let values = self.values(option)?;
            self.given.push((name, values));
        }
    }

    /// Reads the rest, in which every word is an option or belongs to one.
    pub(crate) fn finish(&mut self, lists: &[&[Opt]]) -> Result<(), Failure> {
        match self.positional(lists)? {
            None => Ok(()),
            Some(word) => Err(Failure::usage(format!("there is a word too much: {word:?}"))),
        }
    }

    /// The rest as it is: a command with its own options.
    pub(crate) fn raw_rest(&mut self) -> Result<Vec<OsString>, Failure> {
        Ok(self.parser.raw_args().map_err(unreadable)?.collect())
    }

    fn values(&mut self, option: &Opt) -> Result<Vec<String>, Failure> {
        let name = &option.name;
        if let Takes::Nothing = option.takes {
            return match self.parser.optional_value() {
                None => Ok(Vec::new()),
                Some(_) => Err(Failure::usage(format!("--{name} takes no value"))),
            };
        }
        if let Some(value) = self.parser.optional_value() {
            return Ok(vec![checked(option, text(value)?)?]);
        }
        if let Takes::Many(_) = option.takes {
            let values = self.parser.values().map_err(|_| Failure::usage(format!("--{name} needs a value")))?;
            return values.map(text).collect();
        }
        let value = text(self.parser.value().map_err(|_| Failure::usage(format!("--{name} needs a value")))?)?;
        if value.starts_with("--") {
            return Err(Failure::usage(format!("--{name} needs a value, and {value} is the next option"))
                .hint(format!("a value that starts so is written --{name}={value}")));
        }
        Ok(vec![checked(option, value)?])
    }

    /// Was the option given?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.given.iter().any(|(given, _)| given == name)
    }

    /// The value of an option; of several the last counts.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.many(name).and_then(|values| values.first()).map(String::as_str)
    }

    /// The values of an option; of several options the last counts.
    pub(crate) fn many(&self, name: &str) -> Option<&[String]> {
        self.given.iter().rfind(|(given, _)| given == name).map(|(_, values)| values.as_slice())
    }

    /// A number of an option.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Failure> {
        let number = |value: &str| {
            value.parse().map_err(|_| Failure::usage(format!("--{name}: {value:?} is not a number in range")))
        };
        self.one(name).map(number).transpose()
    }
}

fn checked(option: &Opt, value: String) -> Result<String, Failure> {
    match option.takes {
        Takes::OneOf(words) if !words.contains(&value.as_str()) => {
            let message = format!("--{}: {value:?} is none of {}", option.name, words.join(", "));
            Err(Failure::usage(message))
        }
        _ => Ok(value),
    }
}

fn text(word: OsString) -> Result<String, Failure> {
    word.into_string().map_err(|_| Failure::usage("a word of the command line is not UTF-8"))
}

fn unreadable(error: lexopt::Error) -> Failure {
    // The only one that `next` and `raw_args` have: an option with a value that it does not take.
    Failure::usage(error.to_string())
}

fn unknown(name: &str, lists: &[&[Opt]]) -> Failure {
    let known = lists.iter().flat_map(|list| list.iter()).map(|option| &*option.name);
    let close: Vec<String> = close_names(name, known).iter().map(|name| format!("--{name}")).collect();
    let failure = Failure::usage(format!("unknown option --{name}"));
    if close.is_empty() { failure } else { failure.hint(format!("did you mean {}?", close.join(" or "))) }
}
