//! The small XML writer of the emulator: elements, text, escaping, indentation.
//!
//! STS answers with indented documents, so this writer indents too: a parser that trips over white
//! space between elements is found here and not in production.

/// A document being written.
pub(super) struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    pub(super) fn new() -> Self {
        Xml { out: String::with_capacity(1024), depth: 0 }
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    /// Opens an element that holds elements.
    pub(super) fn open(&mut self, name: &str) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(">\n");
        self.depth += 1;
    }

    /// Opens the outermost element with its default namespace.
    pub(super) fn open_root(&mut self, name: &str, namespace: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(" xmlns=\"");
        escape(namespace, &mut self.out);
        self.out.push_str("\">\n");
        self.depth += 1;
    }

    /// Closes what [`Xml::open`] opened.
    pub(super) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    /// An element that holds text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        escape(text, &mut self.out);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    /// An element that holds text, if there is text.
    pub(super) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.leaf(name, text);
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }
}

/// Escapes for element text and for double-quoted attributes. Characters XML 1.0 cannot hold
/// become U+FFFD.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_indented_and_escaped() {
        let mut xml = Xml::new();
        xml.open_root("A", "urn:\"x\"");
        xml.open("B");
        xml.leaf("C", "<&>\"'\r\u{1}ü");
        xml.optional("D", None);
        xml.optional("E", Some(""));
        xml.close("B");
        xml.close("A");
        let text = String::from_utf8(xml.finish()).unwrap();
        assert_eq!(
            text,
            "<A xmlns=\"urn:&quot;x&quot;\">\n  <B>\n    <C>&lt;&amp;&gt;&quot;&apos;&#13;\u{fffd}ü</C>\n    <E></E>\n  </B>\n</A>\n"
        );
    }
}
