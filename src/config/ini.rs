//! The grammar, line by line. Pure: text in, lines out, nothing copied and nothing kept.

/// Longest line accepted, in bytes.
pub(super) const MAX_LINE: usize = 1 << 20;

/// What is wrong and where. Holds no word of the text itself: it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) why: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// What stands between the brackets.
    Section(&'a str),
    /// The value is raw: [`clean`] cuts its comment.
    Property { key: &'a str, value: &'a str, colon: bool },
    /// One more line of the last property, trimmed.
    Continuation(&'a str),
}

/// Walks over a text; blank lines and comments are left out.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    next: usize,
    line: usize,
    in_section: bool,
    property: Option<Open<'a>>,
}

/// The property that an indented line would go on with.
#[derive(Debug, Clone, Copy)]
struct Open<'a> {
    indent: usize,
    value: &'a str,
    /// Nothing stands behind the `=`, so that the next lines are pairs. Found out when there is a next line.
    is_block: Option<bool>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Scanner { text, next: 0, line: 0, in_section: false, property: None }
    }

    /// Goes on behind a section header that an earlier walk found.
    pub(super) fn behind_header(text: &'a str, next: usize, line: usize) -> Self {
        Scanner { text, next, line, in_section: true, property: None }
    }

    /// Number of the line that came last, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Where the line after the last one starts, in bytes.
    pub(super) fn position(&self) -> usize {
        self.next.min(self.text.len())
    }

    fn next_raw(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.next..).filter(|rest| !rest.is_empty())?;
        let (line, _) = split(rest, b'\n').unwrap_or((rest, ""));
        self.next += line.len() + 1;
        self.line += 1;
        Some(line)
    }

    fn read(&mut self, raw: &'a str) -> Result<Option<Line<'a>>, &'static str> {
        if raw.len() > MAX_LINE {
            return Err("the line is longer than 1 MiB");
        }
        let line = raw.trim_ascii_start();
        let indent = raw.len() - line.len();
        let line = line.trim_ascii_end();
        if matches!(line.as_bytes().first(), None | Some(b'#' | b';')) {
            return Ok(None);
        }
        if let Some(open) = self.property.as_mut().filter(|open| indent > open.indent) {
            let value = open.value;
            if *open.is_block.get_or_insert_with(|| clean(value).is_empty()) {
                pair(line)?;
            }
            return Ok(Some(Line::Continuation(line)));
        }
        if let Some(header) = line.strip_prefix('[') {
            let (inner, _) = split(header, b']').ok_or("the section header has no closing bracket")?;
            (self.in_section, self.property) = (true, None);
            return Ok(Some(Line::Section(inner)));
        }
        if !self.in_section {
            return Err("there is a property before the first section");
        }
        let with_colon = || Some((split(before_comment(line), b':')?, true));
        let ((key, value), colon) = match pair(line) {
            Ok(split) => (split, false),
            Err(why) => with_colon().filter(|_| why == NO_EQUALS).ok_or(why)?,
        };
        let key = key.trim_ascii_end();
        if key.is_empty() {
            return Err(NO_KEY);
        }
        self.property = Some(Open { indent, value, is_block: None });
        Ok(Some(Line::Property { key, value, colon }))
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Result<Line<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let raw = self.next_raw()?;
            match self.read(raw) {
                Ok(None) => {}
                Ok(Some(line)) => return Some(Ok(line)),
                Err(why) => return Some(Err(Fault { line: self.line, why })),
            }
        }
    }
}

const NO_EQUALS: &str = "the line is no comment, no section and no `key = value`: there is no `=`";
const NO_KEY: &str = "there is no key before the `=`";

/// What stands before and behind the first of an ASCII character. Several times as fast as `split_once` on
/// pieces as short as these.
pub(super) fn split(text: &str, at: u8) -> Option<(&str, &str)> {
    let at = text.as_bytes().iter().position(|b| *b == at)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Splits `key = value`; the value is raw.
pub(super) fn pair(line: &str) -> Result<(&str, &str), &'static str> {
    let (key, value) = split(line, b'=').ok_or(NO_EQUALS)?;
    if comment_start(key).is_some() {
        return Err(NO_EQUALS);
    }
    match key.trim_ascii() {
        "" => Err(NO_KEY),
        key => Ok((key, value)),
    }
}

/// A value without its comment and the white space around it.
pub(super) fn clean(value: &str) -> &str {
    before_comment(value).trim_ascii()
}

fn before_comment(text: &str) -> &str {
    comment_start(text).and_then(|at| text.get(..at)).unwrap_or(text)
}

/// A comment starts with a `#` or `;` that has white space before it.
fn comment_start(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    pairs
        .into_iter()
        .position(|(before, c)| matches!(c, b'#' | b';') && matches!(before, b' ' | b'\t'))
        .map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Result<Line<'_>, usize>> {
        Scanner::new(text).map(|line| line.map_err(|fault| fault.line)).collect()
    }

    #[test]
    fn a_walk_can_be_taken_up_behind_any_header() {
        let text = "# c\n[a]\nx = 1\n\n[b]\r\ny = 2\n  z\n[c]\n";
        let mut walk = Scanner::new(text);
        let mut seen = 0;
        while let Some(line) = walk.next() {
            if matches!(line, Ok(Line::Section(_))) {
                let again = Scanner::behind_header(text, walk.position(), walk.line());
                assert!(again.eq(walk.clone()));
                seen += 1;
            }
        }
        assert_eq!((seen, walk.line(), walk.position()), (3, 8, text.len()));
    }

    #[test]
    fn comments_need_white_space_before_them() {
        for (value, expected) in [
            (" v # c", "v"),
            (" v ; c", "v"),
            (" v\t#c", "v"),
            (" v# c", "v# c"),
            ("# c", "# c"),
            (" # c", ""),
            (" a;b#c ", "a;b#c"),
            (" v  #", "v"),
        ] {
            assert_eq!(clean(value), expected, "{value:?}");
        }
    }

    #[test]
    fn an_indented_line_goes_on_only_if_it_is_indented_more_than_its_property() {
        let property = |key, value| Ok(Line::Property { key, value, colon: false });
        let text = "[a]\n  x = 1\n  y = 2\n    more\n  [b]\n  z = 3\n\tw = 4\n";
        let expected = [
            Ok(Line::Section("a")),
            property("x", " 1"),
            property("y", " 2"),
            Ok(Line::Continuation("more")),
            Ok(Line::Section("b")),
            property("z", " 3"),
            property("w", " 4"),
        ];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn faults_name_their_line() {
        for (text, line) in [
            ("a = b", 1),
            ("\n\n  a = b", 3),
            ("[a", 1),
            ("[a]\n[b\n", 2),
            ("[a]\nkeyonly", 2),
            ("[a]\n= v", 2),
            ("[a]\n: v", 2),
            ("[a]\nkey # = v", 2),
            ("[a]\nx =\n\n # c\n  y", 5),
            ("[a]\nx = # c\n  = y", 3),
        ] {
            assert_eq!(lines(text).last(), Some(&Err(line)), "{text:?}");
        }
        let long = format!("[a]\nk = {}", "x".repeat(MAX_LINE));
        assert_eq!(lines(&long).last(), Some(&Err(2)));
    }
}
