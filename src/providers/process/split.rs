//! A command line as words, without a shell: no variables, no `~`, no pipes.

/// As a POSIX shell quotes: `'..'` literally, `".."` with `\"` and `\\`, a backslash before anything else.
/// Says what is wrong, never the text.
#[cfg(any(not(windows), test))]
pub(super) fn posix(line: &str) -> Result<Vec<String>, &'static str> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or("a ' is never closed")? {
                        '\'' => break,
                        inner => word.push(inner),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or("a \" is never closed")? {
                        '"' => break,
                        '\\' => match characters.next().ok_or("a \" is never closed")? {
                            escaped @ ('"' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        inner => word.push(inner),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(characters.next().ok_or("it ends in a backslash")?),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// As the C runtime of Windows: double quotes only; backslashes are special before a quote only.
#[cfg(any(windows, test))]
pub(super) fn windows(line: &str) -> Result<Vec<String>, &'static str> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let (mut backslashes, mut quoted) = (0, false);
    for character in line.chars() {
        if character == '\\' {
            backslashes += 1;
            continue;
        }
        let before = std::mem::take(&mut backslashes);
        let kept = if character == '"' { before / 2 } else { before };
        if kept > 0 {
            word.get_or_insert_default().extend(std::iter::repeat_n('\\', kept));
        }
        match character {
            '"' if before % 2 == 1 => word.get_or_insert_default().push('"'),
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    if quoted {
        return Err("a \" is never closed");
    }
    if backslashes > 0 {
        word.get_or_insert_default().extend(std::iter::repeat_n('\\', backslashes));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posix_rules() {
        for (line, words) in [
            ("", &[][..]),
            ("  \t\n ", &[]),
            ("helper", &["helper"]),
            (" helper  --profile\tdev ", &["helper", "--profile", "dev"]),
            ("'/opt/my tools/helper' get", &["/opt/my tools/helper", "get"]),
            (r#""/opt/my tools/helper" get"#, &["/opt/my tools/helper", "get"]),
            (r"/opt/my\ tools/helper", &["/opt/my tools/helper"]),
            (r#"a "" '' b"#, &["a", "", "", "b"]),
            (r#"a'b'"c"d"#, &["abcd"]),
            (r#""a\"b\\c\d""#, &[r#"a"b\c\d"#]),
            (r"'a\b'", &[r"a\b"]),
            (r#"'"' "'""#, &["\"", "'"]),
            (r"a\\b \'c", &[r"a\b", "'c"]),
            ("$HOME ~ a|b ; `c` *", &["$HOME", "~", "a|b", ";", "`c`", "*"]),
            ("a # b", &["a", "#", "b"]),
            ("ä 'ö ü'", &["ä", "ö ü"]),
        ] {
            assert_eq!(posix(line).unwrap(), words, "{line}");
        }
        for line in ["'a", "\"a", "a\\", "\"a\\", "a 'b' \"c"] {
            assert!(posix(line).is_err(), "{line}");
        }
    }

    #[test]
    fn windows_rules() {
        for (line, words) in [
            ("", &[][..]),
            (" \t ", &[]),
            (r"C:\tools\helper.exe get", &[r"C:\tools\helper.exe", "get"]),
            (r#""C:\Program Files\helper.exe" get"#, &[r"C:\Program Files\helper.exe", "get"]),
            (r#""C:\dir\\" x"#, &[r"C:\dir\", "x"]),
            (r#"a\"b"#, &[r#"a"b"#]),
            (r#"a\\"b c""#, &[r"a\b c"]),
            (r#"a\\\"b"#, &[r#"a\"b"#]),
            (r"a\\b c\", &[r"a\\b", r"c\"]),
            ("'a b'", &["'a", "b'"]),
            (r#"a "" b"#, &["a", "", "b"]),
            ("a\tb", &["a", "b"]),
            (r"a \ b", &["a", r"\", "b"]),
        ] {
            assert_eq!(windows(line).unwrap(), words, "{line}");
        }
        for line in ["\"a", r#"a\\"b"#] {
            assert!(windows(line).is_err(), "{line}");
        }
    }
}
