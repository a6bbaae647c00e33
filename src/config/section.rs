//! What the text between the brackets means in each of the two files.

use std::borrow::Cow;

/// Which of the two files: their section headers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Config,
    Credentials,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Profile,
    /// `[default]` of the config file: it counts only if there is no `[profile default]`.
    BareDefault,
    SsoSession,
    Services,
    Ignored,
}

/// A header that looks like a mistake, and what to do about it.
pub(super) type Advice = Option<&'static str>;

/// The kind of a section, its name as written ([`is_named`] reads it), and what to warn of.
pub(super) fn classify(which: Which, header: &str) -> (Kind, &str, Advice) {
    let header = header.trim_ascii();
    let end = header.bytes().position(|b| matches!(b, b' ' | b'\t')).unwrap_or(header.len());
    let (word, name) = header.split_at_checked(end).unwrap_or((header, ""));
    let name = name.trim_ascii_start();
    let kind = match word {
        "profile" => Kind::Profile,
        "sso-session" => Kind::SsoSession,
        "services" => Kind::Services,
        _ => Kind::Ignored,
    };
    match which {
        Which::Credentials if header.is_empty() => (Kind::Ignored, "", None),
        Which::Credentials if name.is_empty() || kind == Kind::Ignored => (Kind::Profile, header, None),
        Which::Credentials if kind == Kind::Profile => {
            (Kind::Ignored, "", Some("a section of the credentials file is named without the word `profile`: ignored"))
        }
        Which::Credentials => (Kind::Ignored, "", Some("such a section belongs into the config file: ignored here")),
        Which::Config if header == "default" => (Kind::BareDefault, header, None),
        Which::Config if kind == Kind::Ignored => (Kind::Ignored, "", None),
        Which::Config if one_word(name).is_none() => {
            (Kind::Ignored, "", Some("the section has no name, or one of several words without quotes: ignored"))
        }
        Which::Config => (kind, name, None),
    }
}

/// Is this the name as written in a header?
pub(super) fn is_named(which: Which, written: &str, wanted: &str) -> bool {
    match which {
        // Quotes only add to the length, and few headers are as long as what is looked for.
        _ if written.len() < wanted.len() => false,
        Which::Config => {
            (written.len() > wanted.len() || written == wanted) && one_word(written).is_some_and(|name| name == wanted)
        }
        // No word in front, so that spaces are part of the name; quotes may stand around the whole.
        Which::Credentials if written.starts_with(['"', '\'']) => {
            one_word(written).map_or(written == wanted, |name| name == wanted)
        }
        Which::Credentials => written == wanted,
    }
}

/// The name that is written in a header.
pub(super) fn read_name(which: Which, written: &str) -> Cow<'_, str> {
    match which {
        Which::Credentials if !written.starts_with(['"', '\'']) => Cow::Borrowed(written),
        _ => one_word(written).unwrap_or(Cow::Borrowed(written)),
    }
}

/// Reads one word by the rules of a POSIX shell; `None` if there is none, a second one or an open quote.
fn one_word(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|b| matches!(b, b'"' | b'\'' | b'\\') || b.is_ascii_whitespace()) {
        return (!text.is_empty()).then_some(Cow::Borrowed(text));
    }
    let mut word = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '\\') => word.push(chars.next()?),
            (None, c) if c.is_ascii_whitespace() => return None,
            (Some('"'), '\\') => match chars.next_if(|c| matches!(c, '"' | '\\')) {
                Some(escaped) => word.push(escaped),
                None => word.push('\\'),
            },
            (Some(open), c) if c == open => quote = None,
            (_, c) => word.push(c),
        }
    }
    quote.is_none().then_some(Cow::Owned(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_a_shell_reads_them() {
        for (text, expected) in [
            ("foo", Some("foo")),
            ("", None),
            ("my profile", None),
            ("\"my profile\"", Some("my profile")),
            ("'my profile'", Some("my profile")),
            ("my\\ profile", Some("my profile")),
            ("my' 'profile", Some("my profile")),
            ("\"a\\\"b\\\\c\\d\"", Some("a\"b\\c\\d")),
            ("'a\\b'", Some("a\\b")),
            ("DOMAIN\\user", Some("DOMAINuser")),
            ("\"open", None),
            ("end\\", None),
            ("\"a\" b", None),
            ("日本", Some("日本")),
        ] {
            assert_eq!(one_word(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn headers_of_the_config_file() {
        for (header, kind, name) in [
            ("default", Kind::BareDefault, "default"),
            ("profile default", Kind::Profile, "default"),
            ("profile foo", Kind::Profile, "foo"),
            ("profile\tfoo", Kind::Profile, "foo"),
            ("  profile   foo  ", Kind::Profile, "foo"),
            ("profile \"my profile\"", Kind::Profile, "my profile"),
            ("sso-session x", Kind::SsoSession, "x"),
            ("sso-session 'x y'", Kind::SsoSession, "x y"),
            ("services x", Kind::Services, "x"),
        ] {
            let (found, written, advice) = classify(Which::Config, header);
            assert_eq!((found, advice), (kind, None), "{header:?}");
            assert!(is_named(Which::Config, written, name), "{header:?}");
        }
        for (header, warns) in [
            ("DEFAULT", false),
            ("foo", false),
            ("plugins", false),
            ("profilefoo", false),
            ("profiles foo", false),
            ("sso-sessionx", false),
            ("", false),
            ("profile", true),
            ("profile my profile", true),
            ("profile \"open", true),
        ] {
            let (found, _, advice) = classify(Which::Config, header);
            assert_eq!((found, advice.is_some()), (Kind::Ignored, warns), "{header:?}");
        }
    }

    #[test]
    fn headers_of_the_credentials_file() {
        for (header, name) in [
            ("foo", "foo"),
            (" foo ", "foo"),
            ("foo bar", "foo bar"),
            ("\"foo bar\"", "foo bar"),
            ("'foo bar'", "foo bar"),
            ("default", "default"),
            ("DOMAIN\\user", "DOMAIN\\user"),
            ("\"open", "\"open"),
            ("profile", "profile"),
        ] {
            let (found, written, advice) = classify(Which::Credentials, header);
            assert_eq!((found, advice), (Kind::Profile, None), "{header:?}");
            assert!(is_named(Which::Credentials, written, name), "{header:?}");
        }
        for (header, warns) in [("profile foo", true), ("sso-session x", true), ("services x", true), ("", false)] {
            let (found, _, advice) = classify(Which::Credentials, header);
            assert_eq!((found, advice.is_some()), (Kind::Ignored, warns), "{header:?}");
        }
    }
}
