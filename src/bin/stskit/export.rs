//! `stskit export-credentials`: what `aws configure export-credentials` prints.

use stskit::{Credentials, Provide, Settings, Timestamp};
use zeroize::Zeroizing;

use crate::commands::Command;
use crate::failure::Failure;
use crate::words::Words;
use crate::{global, out, waiting};

/// The formats, the default first.
pub(crate) const FORMATS: &[&str] = &["process", "env", "env-no-export", "powershell", "windows-cmd", "fish", "json"];

/// Where the AWS CLI keeps the names of the profiles that are being resolved, for the same question.
const CHAIN_VARIABLE: &str = "_AWS_CLI_PROFILE_CHAIN";
/// As many profiles as the AWS CLI lets lead to each other by credential processes.
const LONGEST_CHAIN: usize = 4;

pub(crate) fn run(_: &'static Command, words: Words) -> Result<(), Failure> {
    let settings = global::settings(&words)?;
    let chain = without_loop(&settings, &std::env::var(CHAIN_VARIABLE).unwrap_or_default())?;
    let waiting = waiting::begin();
    let credentials = global::chain(&settings).process_variable(CHAIN_VARIABLE, chain).build().credentials()?;
    drop(waiting);
    out::print(&format(words.one("format").unwrap_or("process"), &credentials)?)
}

/// The profiles that are being resolved with this one at their end.
fn without_loop(settings: &Settings, chain: &str) -> Result<String, Failure> {
    let mut seen = read_csv(chain);
    let profile = settings.profile_name();
    let is_loop = seen.iter().any(|name| name == profile);
    if !is_loop && seen.len() < LONGEST_CHAIN {
        seen.push(profile.to_owned());
        return Ok(write_csv(&seen));
    }
    let path = seen.iter().map(String::as_str).chain([profile]).collect::<Vec<_>>().join(" -> ");
    let message = match is_loop {
        true => format!("the credential processes of these profiles lead back to where they started: {path}"),
        false => format!("more than {LONGEST_CHAIN} profiles lead to each other by credential processes: {path}"),
    };
    Err(Failure::configuration(message).hint("let credential_process of one of them name another source"))
}

/// One line of CSV, as Python reads it.
fn read_csv(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(c),
        }
    }
    if !line.is_empty() {
        fields.push(field);
    }
    fields
}

fn write_csv(fields: &[String]) -> String {
    let quoted = fields.iter().map(|field| match field.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.clone(),
    });
    quoted.collect::<Vec<_>>().join(",")
}

/// The credentials in one of [`FORMATS`].
fn format(format: &str, found: &Credentials) -> Result<Zeroizing<String>, Failure> {
    let expiration = found.expiration().map(iso_format);
    let mut text = Zeroizing::new(String::with_capacity(2048));
    if matches!(format, "process" | "json") {
        text.push_str("{\n  \"Version\": 1");
        let mut member = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                text.push_str(&format!(",\n  \"{name}\": "));
                push_ascii_json(&mut text, value);
            }
        };
        member("AccessKeyId", Some(found.access_key_id()));
        member("SecretAccessKey", Some(found.secret_access_key()));
        member("SessionToken", found.session_token());
        member("Expiration", expiration.as_deref());
        if format == "json" {
            member("AccountId", found.account_id());
        }
        text.push_str("\n}\n");
        return Ok(text);
    }
    let variables = [
        ("AWS_ACCESS_KEY_ID", Some(found.access_key_id())),
        ("AWS_SECRET_ACCESS_KEY", Some(found.secret_access_key())),
        ("AWS_SESSION_TOKEN", found.session_token()),
        ("AWS_CREDENTIAL_EXPIRATION", expiration.as_deref()),
    ];
    for (name, value) in variables {
        let Some(value) = value else { continue };
        let quoted = quoted(format, value).ok_or_else(|| {
            Failure::other(format!("{name} holds a character that --format {format} cannot hand to its shell"))
                .hint("use --format process")
        })?;
        let (before, between) = match format {
            "env" => ("export ", "="),
            "powershell" => ("$Env:", "="),
            "windows-cmd" => ("set ", "="),
            "fish" => ("set -gx ", " "),
            _ => ("", "="),
        };
        for part in [before, name, between, &quoted, "\n"] {
            text.push_str(part);
        }
    }
    Ok(text)
}

/// As the AWS CLI writes it, bare or between double quotes, unless a shell would make something else of it. `None`:
/// it cannot be written for that shell.
fn quoted(format: &str, value: &str) -> Option<Zeroizing<String>> {
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-.:@%,".contains(&b));
    let harmless = plain && !(format == "windows-cmd" && value.contains('%'));
    if value.chars().any(char::is_control) {
        return None;
    }
    Some(Zeroizing::new(match format {
        "powershell" | "fish" if harmless => format!("\"{value}\""),
        _ if harmless => value.to_owned(),
        "powershell" => format!("'{}'", value.replace('\'', "''")),
        "fish" => format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'")),
        "windows-cmd" => return None,
        _ => format!("'{}'", value.replace('\'', "'\\''")),
    }))
}

/// As Python writes a time in UTC.
fn iso_format(at: Timestamp) -> String {
    let text = at.to_string();
    let (time, fraction) = match text.trim_end_matches('Z').split_once('.') {
        Some((time, millis)) => (time.to_owned(), format!(".{millis}000")),
        None => (text.trim_end_matches('Z').to_owned(), String::new()),
    };
    format!("{time}{fraction}+00:00")
}

/// JSON as Python writes it unless it is told otherwise: in ASCII.
fn push_ascii_json(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='\u{7f}' => out.push(c),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_of_profiles_is_csv() {
        for (fields, line) in
            [(&["a", "b"][..], "a,b"), (&["a,b", "say \"hi\""], "\"a,b\",\"say \"\"hi\"\"\""), (&["é"], "é")]
        {
            let fields: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
            assert_eq!(write_csv(&fields), line);
            assert_eq!(read_csv(line), fields);
        }
        assert!(read_csv("").is_empty());
    }

    #[test]
    fn values_are_quoted_where_a_shell_would_read_them_otherwise() {
        for (format, value, expected) in [
            ("env", "aZ09+/=", Some("aZ09+/=")),
            ("env", "a b", Some("'a b'")),
            ("env", "it's", Some("'it'\\''s'")),
            ("env-no-export", "$(x)", Some("'$(x)'")),
            ("fish", "a+b", Some("\"a+b\"")),
            ("fish", "$x'\\", Some("'$x\\'\\\\'")),
            ("powershell", "a+b", Some("\"a+b\"")),
            ("powershell", "$x'", Some("'$x'''")),
            ("windows-cmd", "a+b", Some("a+b")),
            ("windows-cmd", "a&b", None),
            ("windows-cmd", "%a%", None),
            ("env", "a\nb", None),
        ] {
            assert_eq!(quoted(format, value).as_deref().map(String::as_str), expected, "{format} {value}");
        }
    }

    #[test]
    fn times_are_those_of_python() {
        for (millis, expected) in
            [(1_767_323_045_000, "2026-01-02T03:04:05+00:00"), (1_767_323_045_678, "2026-01-02T03:04:05.678000+00:00")]
        {
            assert_eq!(iso_format(Timestamp::from_millis(millis)), expected);
        }
    }
}
