//! One of the two files in memory: checked as a whole, with an index of its sections. What a section holds
//! is read when somebody asks for it.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::ini::{Fault, Line, Scanner, clean, pair};
use super::section::{Kind, Which, classify, is_named, read_name};
use crate::error::{Error, Result};
use crate::host::Host;

/// Largest file accepted, in bytes.
const MAX_FILE: u64 = 32 << 20;

/// The text is wiped on drop: it may hold secrets. `Debug` does not show it.
pub(super) struct File {
    which: Which,
    path: Option<Arc<Path>>,
    text: Zeroizing<String>,
    sections: Vec<Index>,
    is_there: bool,
    /// Why a file that is there counts as empty.
    unreadable: Option<String>,
}

/// A section by its place in the text.
struct Index {
    kind: Kind,
    name: Range<usize>,
    body: usize,
    line: usize,
}

impl File {
    /// No path, no file and a file that the system keeps closed are an empty file; anything else that is not
    /// a file of this grammar is an error.
    pub(super) fn read(host: &dyn Host, which: Which, path: Option<&Path>) -> Result<Self> {
        let mut file = File {
            which,
            path: path.map(Arc::from),
            text: Zeroizing::default(),
            sections: Vec::new(),
            is_there: false,
            unreadable: None,
        };
        let Some(path) = path else { return Ok(file) };
        match host.read_up_to(path, MAX_FILE) {
            Ok(bytes) => (file.text, file.is_there) = (file.decode(bytes)?, true),
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                log::debug!("there is no {file}: {e}");
                // An error that is not the system's own: a folder, a pipe or a device is in its place.
                file.unreadable = e.get_ref().map(ToString::to_string);
            }
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
                log::warn!("the {file} cannot be read ({e}): taken as empty");
                file.unreadable = Some(e.to_string());
            }
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => {
                let why = format!("the {file} is larger than {} MiB", MAX_FILE >> 20);
                return Err(Error::configuration(why).with_source(e));
            }
            Err(e) => {
                return Err(Error::configuration(format!("the {file} cannot be read: {e}")).with_source(e));
            }
        }
        file.sections = file.index().map_err(|fault| file.error(fault.line, fault.why))?;
        Ok(file)
    }

    /// Is there a file, and can it be read?
    pub(super) fn is_there(&self) -> bool {
        self.is_there
    }

    fn decode(&self, bytes: Vec<u8>) -> Result<Zeroizing<String>> {
        let line_of = |at: usize, bytes: &[u8]| 1 + bytes.iter().take(at).filter(|b| **b == b'\n').count();
        let text = String::from_utf8(bytes).map(Zeroizing::new).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            let bytes = Zeroizing::new(e.into_bytes());
            self.error(line_of(at, &bytes), "the text is not UTF-8")
        })?;
        match text.as_bytes().contains(&0).then(|| text.find('\0')).flatten() {
            Some(at) => Err(self.error(line_of(at, text.as_bytes()), "there is a NUL: this is no text file")),
            None => Ok(text),
        }
    }

    /// Reads every line once: an error anywhere makes the whole file unusable, so that no profile is
    /// half of what was written.
    fn index(&self) -> Result<Vec<Index>, Fault> {
        let text = self.text();
        let mut sections = Vec::new();
        let mut scanner = Scanner::new(text);
        while let Some(line) = scanner.next() {
            let warn = |why: &str| log::warn!("{self}, line {}: {why}", scanner.line());
            match line? {
                Line::Section(header) => {
                    let (kind, name, advice) = classify(self.which, header);
                    advice.into_iter().for_each(warn);
                    if kind == Kind::Ignored {
                        continue;
                    }
                    let start = name.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
                    let name = start..start + name.len();
                    sections.push(Index { kind, name, body: scanner.position(), line: scanner.line() });
                }
                Line::Property { key, colon, .. } => {
                    if key.bytes().any(|b| matches!(b, b' ' | b'\t')) {
                        warn("the key has a space in it: ignored");
                    } else if colon {
                        warn("a `:` stands between key and value: write `=`");
                    }
                }
                Line::Continuation(_) => {}
            }
        }
        Ok(sections)
    }

    /// The text behind a byte order mark.
    fn text(&self) -> &str {
        self.text.strip_prefix('\u{feff}').unwrap_or(&self.text)
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(super) fn unreadable(&self) -> Option<&str> {
        self.unreadable.as_deref()
    }

    /// All sections of a kind and name, as one; `None` if there is none.
    pub(super) fn section(&self, kind: Kind, name: &str) -> Option<Section<'_>> {
        let text = self.text();
        let mut found = None;
        for index in self.sections.iter().filter(|index| index.kind == kind) {
            let written = text.get(index.name.clone()).unwrap_or_default();
            if is_named(self.which, written, name) {
                found.get_or_insert(Section { file: self, properties: Vec::new() }).add(index);
            }
        }
        found
    }

    /// The names of all sections of these kinds, in the order of the file.
    pub(super) fn names(&self, kinds: &[Kind]) -> impl Iterator<Item = Cow<'_, str>> {
        let wanted = self.sections.iter().filter(|index| kinds.contains(&index.kind));
        wanted.map(|index| read_name(self.which, self.text().get(index.name.clone()).unwrap_or_default()))
    }

    fn error(&self, line: usize, why: &str) -> Error {
        Error::configuration(format!("the {self}, line {line}: {why}"))
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let which = match self.which {
            Which::Config => "config file",
            Which::Credentials => "credentials file",
        };
        match &self.path {
            Some(path) => write!(f, "{which} {}", path.display()),
            None => write!(f, "{which} (no home folder, no path)"),
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("path", &self.path).field("sections", &self.sections.len()).finish()
    }
}

/// The properties of one section of one file, such as `[sso-session dev]`.
///
/// `Debug` shows the names of the keys only.
pub struct Section<'a> {
    file: &'a File,
    properties: Vec<Property<'a>>,
}

struct Property<'a> {
    key: &'a str,
    line: usize,
    /// What stands behind the `=`, raw.
    first: &'a str,
    /// The lines that go on with it, raw, with blank and comment lines between them.
    more: &'a str,
}

impl<'a> Section<'a> {
    fn add(&mut self, index: &Index) {
        let text = self.file.text();
        let mut scanner = Scanner::behind_header(text, index.body, index.line);
        let mut start = scanner.position();
        while let Some(Ok(line)) = scanner.next() {
            match line {
                Line::Section(_) => break,
                Line::Property { key, value, .. } => {
                    start = scanner.position();
                    self.properties.push(Property { key, line: scanner.line(), first: value, more: "" });
                }
                Line::Continuation(_) => {
                    if let Some(last) = self.properties.last_mut() {
                        last.more = text.get(start..scanner.position()).unwrap_or_default();
                    }
                }
            }
        }
    }

    /// The last property of this name counts. Names of keys are compared without regard to case.
    fn property(&self, key: &str) -> Option<&Property<'a>> {
        self.properties.iter().rfind(|property| property.key.eq_ignore_ascii_case(key))
    }

    /// The value of a key; blank counts as not set, and so does a nested block.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        let property = self.property(key)?;
        let first = clean(property.first);
        if first.is_empty() {
            return None;
        }
        let text = match property.more {
            "" => Cow::Borrowed(first),
            more => {
                let lines = more.lines().map(str::trim_ascii).filter(|l| !l.is_empty() && !l.starts_with(['#', ';']));
                lines.fold(Cow::Borrowed(first), |text, line| text + "\n" + line)
            }
        };
        Some(self.value(text, property.line))
    }

    /// A value of a nested block: `endpoint_url` of `sts`. The name of the block is compared without regard to
    /// case, that of the inner key exactly.
    pub fn get_nested(&self, block: &str, key: &str) -> Option<Value<'a>> {
        let property = self.property(block).filter(|property| clean(property.first).is_empty())?;
        let mut found = None;
        for (after, line) in property.more.lines().enumerate() {
            let line = line.trim_ascii();
            if line.starts_with(['#', ';']) {
                continue;
            }
            match pair(line) {
                Ok((name, value)) if name == key => found = Some((clean(value), property.line + 1 + after)),
                _ => {}
            }
        }
        let (text, line) = found.filter(|(text, _)| !text.is_empty())?;
        Some(self.value(Cow::Borrowed(text), line))
    }

    /// Is the key there as a nested block?
    pub fn has_block(&self, key: &str) -> bool {
        self.property(key).is_some_and(|p| !p.more.is_empty() && clean(p.first).is_empty())
    }

    fn value(&self, text: Cow<'a, str>, line: usize) -> Value<'a> {
        Value { text, file: self.file, line }
    }
}

impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.properties.iter().map(|property| property.key).collect();
        f.debug_struct("Section").field("file", &self.file.path).field("keys", &keys).finish()
    }
}

/// A value and where it stands.
///
/// `Debug` shows the place only: the text may be a secret.
#[derive(Clone)]
pub struct Value<'a> {
    text: Cow<'a, str>,
    file: &'a File,
    line: usize,
}

impl<'a> Value<'a> {
    /// The text, without white space around it; lines of a value of several lines are joined by `\n`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file it stands in.
    pub fn file(&self) -> &'a Path {
        self.file.path().unwrap_or(Path::new(""))
    }

    /// The line it starts in, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Does it stand in the credentials file?
    pub fn is_in_credentials_file(&self) -> bool {
        self.file.which == Which::Credentials
    }

    /// An error about this place. `why` must not hold the value.
    pub(crate) fn error(&self, why: impl fmt::Display) -> Error {
        Error::configuration(format!("{self}: {why}"))
    }
}

/// The place: file and line.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {}, line {}", self.file, self.line)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").field("file", &self.file.path).field("line", &self.line).finish_non_exhaustive()
    }
}
