//! JSON of texts, by hand: in a buffer of the right size from the start, as growing would leave parts of a token
//! behind, and without a serializer for each of a dozen small shapes.

use crate::secret::Secret;

/// The value of a member.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    Text(&'a str),
    /// A list of one text.
    Only(&'a str),
    /// What is JSON already.
    Json(&'a str),
}

/// A JSON object with these members, in this order.
pub(super) fn object(members: &[(&str, Part<'_>)]) -> Secret {
    let each = members.iter().map(|(name, part)| {
        name.len()
            + 6
            + match part {
                Part::Text(text) | Part::Only(text) => text.bytes().map(width).sum::<usize>() + 2,
                Part::Json(json) => json.len(),
            }
    });
    let mut out = String::with_capacity(each.sum::<usize>() + 2);
    out.push('{');
    for (at, (name, part)) in members.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        push_text(&mut out, name);
        out.push(':');
        match part {
            Part::Text(text) => push_text(&mut out, text),
            Part::Only(text) => {
                out.push('[');
                push_text(&mut out, text);
                out.push(']');
            }
            Part::Json(json) => out.push_str(json),
        }
    }
    out.push('}');
    out.into()
}

/// How much room a byte takes.
fn width(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' => 2,
        0..0x20 => 6,
        _ => 1,
    }
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\0'..' ' => {
                out.push_str("\\u00");
                let code = u32::from(character);
                out.extend([code >> 4, code & 15].map(|digit| char::from_digit(digit, 16).unwrap_or('0')));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn writes_what_any_parser_reads() {
        let odd: String = ('\0'..='\u{a0}').chain("\"\\é€\u{1f512}\u{2028}".chars()).collect();
        let inner = object(&[]);
        let made = object(&[("a", Part::Text(&odd)), ("b", Part::Only("x\ny")), ("c", Part::Json(inner.expose()))]);
        let read: Value = serde_json::from_str(made.expose()).unwrap();
        assert_eq!(read, json!({"a": odd, "b": ["x\ny"], "c": {}}));
        assert_eq!(object(&[("a", Part::Text("b"))]).expose(), r#"{"a":"b"}"#);
    }

    #[test]
    fn the_room_is_enough() {
        for text in ["", "\"\"\"", "\0\u{1f}\n", "plain", "é\u{1f512}"] {
            let mut out = String::new();
            push_text(&mut out, text);
            assert_eq!(out.len(), text.bytes().map(width).sum::<usize>() + 2, "{text:?}");
        }
    }
}
