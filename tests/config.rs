//! The shared files: every row of the grammar and of the merge, what is refused, and what is never shown.

use std::io;
use std::path::PathBuf;

use stskit::config::{Config, Locations};
use stskit::host::{Host, Scripted, System};
use stskit::{Error, ErrorKind};

const CONFIG: &str = "/files/config";
const CREDENTIALS: &str = "/files/credentials";

fn locations() -> Locations {
    Locations { config: Some(CONFIG.into()), credentials: Some(CREDENTIALS.into()) }
}

fn read(config: impl Into<Vec<u8>>, credentials: impl Into<Vec<u8>>) -> Result<Config, Error> {
    let host = Scripted::at(0).with_file(CONFIG, config).with_file(CREDENTIALS, credentials);
    Config::read(&host, &locations())
}

/// What is asked of the files, and what comes out as text: `-` for nothing, `no profile`, or the error's line.
enum Ask {
    Key(&'static str, &'static str),
    Nested(&'static str, &'static str, &'static str),
    SsoSession(&'static str, &'static str),
    Services(&'static str, &'static str, &'static str),
    Keys(&'static str),
}

use Ask::{Key, Keys, Nested, Services, SsoSession};

fn answer(config: &Config, ask: &Ask) -> String {
    let value = match *ask {
        Key(profile, key) => config.profile(profile).map(|p| p.get(key).map(|v| v.text().to_owned())),
        Nested(profile, block, key) => {
            config.profile(profile).map(|p| p.get_nested(block, key).map(|v| v.text().to_owned()))
        }
        SsoSession(name, key) => config.sso_session(name).map(|s| s.get(key).map(|v| v.text().to_owned())),
        Services(name, block, key) => {
            config.services(name).map(|s| s.get_nested(block, key).map(|v| v.text().to_owned()))
        }
        Keys(profile) => config.profile(profile).map(|p| match p.static_keys() {
            Ok(keys) => keys.map(|k| {
                let token = k.session_token.map_or("-".to_owned(), |t| t.text().to_owned());
                format!("{} {} {token}", k.access_key_id.text(), k.secret_access_key.text())
            }),
            Err(error) => Some(place(&error)),
        }),
    };
    match value {
        None => "no section".to_owned(),
        Some(None) => "-".to_owned(),
        Some(Some(text)) => text,
    }
}

/// `config 3` out of an error about line 3 of the config file.
fn place(error: &Error) -> String {
    assert_eq!(error.kind(), ErrorKind::InvalidConfiguration, "{error}");
    let text = error.to_string();
    let rest = text.split_once("file /files/").expect(&text).1;
    let (file, rest) = rest.split_once(", line ").expect(&text);
    format!("{file} {}", rest.split(|c: char| !c.is_ascii_digit()).next().unwrap())
}

type Case = (&'static str, &'static str, &'static str, Ask, &'static str);

#[track_caller]
fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for (name, config, credentials, ask, expected) in cases {
        let found = match read(*config, *credentials) {
            Ok(read) => answer(&read, ask),
            Err(error) => place(&error),
        };
        if found != *expected {
            wrong.push(format!("{name}: {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const K: Ask = Key("foo", "key");

#[test]
fn section_headers() {
    check(&[
        ("comment behind the bracket", "[profile foo] # c\nkey = v", "", K, "v"),
        ("comment right behind the bracket", "[profile foo]; c\nkey = v", "", K, "v"),
        ("any text behind the bracket", "[profile foo] junk\nkey = v", "", K, "v"),
        ("no closing bracket", "key\n[profile foo\nkey = v", "", K, "config 1"),
        ("no closing bracket in line 2", "# c\n[profile foo\nkey = v", "", K, "config 2"),
        ("section twice in a file", "[profile foo]\nkey=1\na=2\n[default]\n[profile foo]\nkey=3", "", K, "3"),
        ("section twice keeps earlier keys", "[profile foo]\nkey=1\n[profile foo]\na=3", "", K, "1"),
        ("default and profile default", "[default]\nkey=1\n[profile default]\na=2", "", Key("default", "key"), "-"),
        ("profile default and default", "[profile default]\nkey=1\n[default]\nkey=2", "", Key("default", "key"), "1"),
        ("default alone", "[default]\nkey=1", "", Key("default", "key"), "1"),
        ("profile default alone", "[profile default]\nkey=1", "", Key("default", "key"), "1"),
        ("DEFAULT is not inherited", "[DEFAULT]\nkey=1\n[profile foo]\na=2", "", K, "-"),
        ("DEFAULT is not default", "[DEFAULT]\nkey=1", "", Key("default", "key"), "no section"),
        ("DEFAULT is not inherited by credentials", "", "[DEFAULT]\nkey=1\n[foo]\na=2", K, "-"),
        ("quoted name", "[profile \"my profile\"]\nkey=v", "", Key("my profile", "key"), "v"),
        ("name in single quotes", "[profile 'my profile']\nkey=v", "", Key("my profile", "key"), "v"),
        ("quoted name of one word", "[profile \"foo\"]\nkey=v", "", K, "v"),
        ("two words without quotes", "[profile my profile]\nkey=v", "", Key("my profile", "key"), "no section"),
        ("two words are not the first", "[profile foo bar]\nkey=v", "", K, "no section"),
        ("tab in the header", "[profile\tfoo]\nkey=v", "", K, "v"),
        ("spaces in the header", "[ profile  foo ]\nkey=v", "", K, "v"),
        ("no space behind profile", "[profilefoo]\nkey=v", "", K, "no section"),
        ("profiles", "[profiles foo]\nkey=v", "", K, "no section"),
        ("name without profile", "[foo]\nkey=v", "", K, "no section"),
        ("plugins and preview", "[plugins]\na=b\n[preview]\na=b\n[profile foo]\nkey=v", "", K, "v"),
        ("profile without a name", "[profile]\na=b\n[profile foo]\nkey=v", "", K, "v"),
        ("name in other case", "[profile Foo]\nkey=v", "", K, "no section"),
        ("word in other case", "[Profile foo]\nkey=v", "", K, "no section"),
        ("empty header", "[]\na=b\n[profile foo]\nkey=v", "", K, "v"),
        ("name beyond ASCII", "[profile 日本]\nkey=v", "", Key("日本", "key"), "v"),
        ("profile in the credentials file", "", "[profile foo]\nkey=v", K, "no section"),
        ("and not under its whole text", "", "[profile foo]\nkey=v", Key("profile foo", "key"), "no section"),
        ("credentials: plain", "", "[foo]\nkey=v", K, "v"),
        ("credentials: quoted", "", "[\"foo bar\"]\nkey=v", Key("foo bar", "key"), "v"),
        ("credentials: two words", "", "[foo bar]\nkey=v", Key("foo bar", "key"), "v"),
        ("credentials: spaces around", "", "[ foo ]\nkey=v", K, "v"),
        ("sso-session", "[sso-session x]\nkey=v", "", SsoSession("x", "key"), "v"),
        ("sso-session, quoted", "[sso-session 'x y']\nkey=v", "", SsoSession("x y", "key"), "v"),
        ("sso-session, not as a prefix", "[sso-sessions x]\nkey=v", "", SsoSession("x", "key"), "no section"),
        ("sso-session is no profile", "[sso-session foo]\nkey=v", "", K, "no section"),
        ("profile is no sso-session", "[profile foo]\nkey=v", "", SsoSession("foo", "key"), "no section"),
        ("services", "[services x]\nsts =\n  a = b", "", Services("x", "sts", "a"), "b"),
        ("services, tab", "[services\tx]\nsts =\n  a = b", "", Services("x", "sts", "a"), "b"),
        ("services twice", "[services x]\nsso=\n  a=1\n[services x]\nsts=\n  a=2", "", Services("x", "sts", "a"), "2"),
    ]);
}

#[test]
fn properties() {
    check(&[
        ("comment behind a value", "[profile foo]\nkey = value # c", "", K, "value"),
        ("semicolon behind a value", "[profile foo]\nkey = value ; c", "", K, "value"),
        ("tab before the comment", "[profile foo]\nkey = value\t# c", "", K, "value"),
        ("no space before the hash", "[profile foo]\nkey = value# c", "", K, "value# c"),
        ("no space before the semicolon", "[profile foo]\nkey = a;b", "", K, "a;b"),
        ("value that is a comment", "[profile foo]\nkey = # c", "", K, "-"),
        ("colon", "[profile foo]\nkey : value", "", K, "value"),
        ("colon without spaces", "[profile foo]\nkey:value", "", K, "value"),
        ("colon and equals", "[profile foo]\nkey = a:b", "", K, "a:b"),
        ("colon and equals in a comment", "[profile foo]\nkey : value # a=b", "", K, "value"),
        ("two equals", "[profile foo]\nkey = a=b", "", K, "a=b"),
        ("no spaces", "[profile foo]\nkey=v", "", K, "v"),
        ("many spaces", "[profile foo]\nkey \t =  \t v w  ", "", K, "v w"),
        ("empty value", "[profile foo]\nkey =", "", K, "-"),
        ("empty value last", "[profile foo]\nkey = v\nkey =", "", K, "-"),
        ("key only", "[profile foo]\nkey", "", K, "config 2"),
        ("key only, with a comment", "[profile foo]\nkey # a = b", "", K, "config 2"),
        ("no key", "[profile foo]\n= v", "", K, "config 2"),
        ("no key, colon", "[profile foo]\n: v", "", K, "config 2"),
        ("property before any section", "key = v\n[profile foo]", "", K, "config 1"),
        ("indented property before any section", "\n  key = v\n[profile foo]", "", K, "config 2"),
        ("error in a profile that nobody asked for", "[profile foo]\nkey = v\n[profile b]\nx", "", K, "config 4"),
        ("error in an ignored section", "[profile foo]\nkey = v\n[plugins]\nx", "", K, "config 4"),
        ("error in the credentials file", "[profile foo]\nkey = v", "[foo]\n\n# c\nx", K, "credentials 4"),
        ("key in other case", "[profile foo]\nKeY = V", "", K, "V"),
        ("asked in other case", "[profile foo]\nkey = V", "", Key("foo", "KEY"), "V"),
        ("key with a space", "[profile foo]\nkey a = 1\nkey = v", "", K, "v"),
        ("key with other characters", "[profile foo]\nkéy = 1\n\u{1f600} = 2\nkey = v", "", K, "v"),
        ("key with every allowed character", "[profile foo]\na_-/.%@:+9 = v", "", Key("foo", "a_-/.%@:+9"), "v"),
        ("double quotes stay", "[profile foo]\nkey = \"v\"", "", K, "\"v\""),
        ("single quotes stay", "[profile foo]\nkey = 'v w'", "", K, "'v w'"),
        ("no interpolation", "[profile foo]\nx = 1\nkey = %(x)s $x ${x}", "", K, "%(x)s $x ${x}"),
        ("key twice", "[profile foo]\nkey = 1\nkey = 2", "", K, "2"),
        ("key twice in other case", "[profile foo]\nkey = 1\nKEY = 2", "", K, "2"),
        ("carriage returns", "[profile foo]\r\n\r\n# c\r\nkey = v\r\n  w\r\n", "", K, "v\nw"),
        ("no line break at the end", "[profile foo]\nkey = v", "", K, "v"),
        ("blank lines", "\n \t \n[profile foo]\n\n \t\nkey = v\n\n", "", K, "v"),
        ("comment lines", "# a\n; b\n[profile foo]\n#x = y\n;key = w\nkey = v", "", K, "v"),
        ("byte order mark", "\u{feff}[profile foo]\nkey = v", "", K, "v"),
        ("byte order mark and an error", "\u{feff}[profile foo]\nkey", "", K, "config 2"),
        ("byte order mark not at the start", "[profile a]\n\u{feff}[profile foo]\nkey = v", "", K, "config 2"),
        ("values beyond ASCII", "[profile foo]\nkey = 日本 é", "", K, "日本 é"),
        ("empty files", "", "", K, "no section"),
        ("empty profile", "[profile foo]", "", K, "-"),
        ("unknown keys", "[profile foo]\noutput = json\ncli_pager =\ns3 =\n  a = b\nkey = v", "", K, "v"),
    ]);
}

#[test]
fn continuations_and_nested_blocks() {
    let nested: fn(&'static str, &'static str) -> Ask = |block, key| Nested("foo", block, key);
    check(&[
        ("continuation", "[profile foo]\nkey = v\n  w  ", "", K, "v\nw"),
        ("continuation by a tab", "[profile foo]\nkey = v\n\tw\n\tx", "", K, "v\nw\nx"),
        ("continuation keeps its comment", "[profile foo]\nkey = v # c\n  w # d", "", K, "v\nw # d"),
        ("continuation with an equals", "[profile foo]\nkey = v\n  a = b", "", K, "v\na = b"),
        ("continuation is no property", "[profile foo]\nkey = v\n  a = b", "", Key("foo", "a"), "-"),
        ("bracket in a continuation", "[profile foo]\nkey = v\n  [profile b]", "", K, "v\n[profile b]"),
        ("indented hash line in a value", "[profile foo]\nkey = v\n  # c\n  w", "", K, "v\nw"),
        ("indented semicolon line in a value", "[profile foo]\nkey = v\n  ; c\n  w", "", K, "v\nw"),
        ("blank line in a value", "[profile foo]\nkey = v\n\n  w", "", K, "v\nw"),
        ("comment line at the margin in a value", "[profile foo]\nkey = v\n# c\n  w", "", K, "v\nw"),
        ("indented first property", "[profile foo]\n  key = v", "", K, "v"),
        ("further properties of the same indent", "[profile foo]\n  a = 1\n  key = v\n  b = 2", "", K, "v"),
        ("indented section", "[profile a]\n  b = 1\n  [profile foo]\n  key = v", "", K, "v"),
        ("continuation of an indented property", "[profile foo]\n  key = v\n    w\n  b = 2", "", K, "v\nw"),
        ("nested", "[profile foo]\ns3 =\n  a = b\n  c = d", "", nested("s3", "a"), "b"),
        ("nested, second", "[profile foo]\ns3 =\n  a = b\n  c = d", "", nested("s3", "c"), "d"),
        ("nested, last wins", "[profile foo]\ns3 =\n  a = b\n  a = d", "", nested("s3", "a"), "d"),
        ("nested, two equals", "[profile foo]\ns3 =\n  a = b=c", "", nested("s3", "a"), "b=c"),
        ("nested, comment behind a value", "[profile foo]\ns3 =\n  a = b # c", "", nested("s3", "a"), "b"),
        ("nested, empty value", "[profile foo]\ns3 =\n  a =", "", nested("s3", "a"), "-"),
        ("nested behind a comment", "[profile foo]\ns3 = # c\n  a = b", "", nested("s3", "a"), "b"),
        ("nested, comment line", "[profile foo]\ns3 =\n  # a = x\n  a = b\n  ;a = y", "", nested("s3", "a"), "b"),
        ("nested, blank line", "[profile foo]\ns3 =\n\n  a = b\n \n  c = d\n", "", nested("s3", "c"), "d"),
        ("nested, deeper lines are pairs too", "[profile foo]\ns3 =\n  a =\n    c = d", "", nested("s3", "c"), "d"),
        ("nested, name in other case", "[profile foo]\nS3 =\n  a = b", "", nested("s3", "a"), "b"),
        ("nested, key in other case", "[profile foo]\ns3 =\n  A = b", "", nested("s3", "a"), "-"),
        ("nested, no such key", "[profile foo]\ns3 =\n  a = b", "", nested("s3", "b"), "-"),
        ("nested, no such block", "[profile foo]\nkey = v", "", nested("s3", "b"), "-"),
        ("a value is no block", "[profile foo]\ns3 = v\n  a = b", "", nested("s3", "a"), "-"),
        ("a block is no value", "[profile foo]\nkey =\n  a = b", "", K, "-"),
        ("what follows a block", "[profile foo]\ns3 =\n  a = b\nkey = v", "", K, "v"),
        ("nested line without equals", "[profile foo]\ns3 =\n  a = b\n  c", "", K, "config 4"),
        ("nested line with a colon", "[profile foo]\ns3 =\n  a : b", "", K, "config 3"),
        ("nested line without a key", "[profile foo]\ns3 =\n  = b", "", K, "config 3"),
        ("nested line without equals, elsewhere", "[x]\ns3 =\n  c\n[profile foo]\nkey=v", "", K, "config 3"),
    ]);
}

#[test]
fn merging_the_two_files() {
    let id = "aws_access_key_id = I\n";
    let secret = "aws_secret_access_key = S\n";
    let text = |parts: &[&str]| -> &'static str { parts.concat().leak() };
    check(&[
        ("credentials win", "[profile foo]\nregion = 1", "[foo]\nregion = 2", Key("foo", "region"), "2"),
        ("key by key", "[profile foo]\nkey = 1\na = 2", "[foo]\na = 3", K, "1"),
        ("blank is unset", "[profile foo]\nkey = 1", "[foo]\nkey =", K, "1"),
        ("settings in the credentials file", "", "[foo]\nrole_arn = x", Key("foo", "role_arn"), "x"),
        ("only in the config file", "[profile foo]\nkey = v", "[a]\nkey = w", K, "v"),
        ("only in the credentials file", "[profile a]\nkey = v", "[foo]\nkey = w", K, "w"),
        ("default", "[default]\nkey = 1\na = 2", "[default]\nkey = 3", Key("default", "a"), "2"),
        ("blocks", "[profile foo]\ns3=\n  a=1", "[foo]\ns3=\n  b=2", Nested("foo", "s3", "b"), "2"),
        ("blocks are not mixed", "[profile foo]\ns3=\n  a=1", "[foo]\ns3=\n  b=2", Nested("foo", "s3", "a"), "-"),
        ("sso-session in credentials", "", "[sso-session x]\nkey = v", SsoSession("x", "key"), "no section"),
        ("services in credentials", "", "[services x]\nsts=\n  a=b", Services("x", "sts", "a"), "no section"),
        ("keys: none", "[profile foo]\nkey = v", "[foo]", Keys("foo"), "-"),
        ("keys: credentials file", "", text(&["[foo]\n", id, secret]), Keys("foo"), "I S -"),
        ("keys: config file", text(&["[profile foo]\n", id, secret]), "", Keys("foo"), "I S -"),
        (
            "keys: both files",
            "[profile foo]\naws_access_key_id=A\naws_secret_access_key=B\naws_session_token=C",
            text(&["[foo]\n", id, secret]),
            Keys("foo"),
            "I S -",
        ),
        ("keys: token", "", text(&["[foo]\n", id, secret, "aws_session_token = T"]), Keys("foo"), "I S T"),
        ("keys: split", text(&["[profile foo]\n", secret]), text(&["[foo]\n", id]), Keys("foo"), "credentials 2"),
        (
            "keys: split the other way",
            text(&["[profile foo]\n", id]),
            text(&["[foo]\n", secret]),
            Keys("foo"),
            "config 2",
        ),
        ("keys: secret alone", "", text(&["[foo]\n", secret]), Keys("foo"), "-"),
        (
            "keys: secret alone does not hide the other file",
            "[profile foo]\naws_access_key_id=A\naws_secret_access_key=B",
            text(&["[foo]\n", secret]),
            Keys("foo"),
            "A B -",
        ),
        ("keys: blank id", "", text(&["[foo]\naws_access_key_id =\n", secret]), Keys("foo"), "-"),
        ("keys: blank secret", "", text(&["[foo]\n", id, "aws_secret_access_key ="]), Keys("foo"), "credentials 2"),
    ]);
}

#[test]
fn every_value_knows_its_file_and_line() {
    let config =
        "\u{feff}# c\n[profile foo]\na = 1\n  more\ns3 =\n\n  b = 2\n  # c\n  c = 3\n[default]\n[profile foo]\nd=4";
    let read = read(config, "[foo]\n\ne = 5\r\n").unwrap();
    let profile = read.profile("foo").unwrap();
    for (value, file, line) in [
        (profile.get("a"), CONFIG, 3),
        (profile.get_nested("s3", "b"), CONFIG, 7),
        (profile.get_nested("s3", "c"), CONFIG, 9),
        (profile.get("d"), CONFIG, 12),
        (profile.get("e"), CREDENTIALS, 3),
    ] {
        let value = value.unwrap();
        assert_eq!((value.file().to_str().unwrap(), value.line()), (file, line));
        assert_eq!(value.is_in_credentials_file(), file == CREDENTIALS);
        assert!(value.to_string().ends_with(&format!("file {file}, line {line}")), "{value}");
    }
    assert_eq!(profile.name(), "foo");
}

#[test]
fn what_is_no_config_file_is_refused_by_name_and_line() {
    let mut long_line = b"[default]\n# c\nkey = planted".to_vec();
    long_line.resize(10 << 20, b'x');
    let binary: Vec<u8> = (0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let utf16: Vec<u8> = "\u{feff}[default]\r\nkey = planted\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (what, bytes, line, text) in [
        ("10 MB line", long_line, 3, "1 MiB"),
        ("latin 1", b"[default]\nkey = planted\nb = \xe9\n".to_vec(), 3, "UTF-8"),
        ("UTF-16", utf16, 1, "UTF-8"),
        ("binary", binary, 1, "UTF-8"),
        ("zeros", vec![0; 4096], 1, "NUL"),
        ("NUL in a value", b"[default]\n\nkey = planted\0\n".to_vec(), 3, "NUL"),
        ("one long word", vec![b'a'; 1 << 20], 1, "before the first section"),
        ("HTML", b"<!DOCTYPE html>\n<title>planted</title>".to_vec(), 1, "before the first section"),
        ("JSON", b"{\n \"key\": \"planted\"\n}".to_vec(), 1, "before the first section"),
        ("a key on its own", b"[default]\naws_secret_access_key planted\n".to_vec(), 2, "no `=`"),
        ("a value on a line of its own", b"[default]\naws_secret_access_key =\n  planted\n".to_vec(), 3, "no `=`"),
        ("an open section", b"[planted".to_vec(), 1, "closing bracket"),
    ] {
        for credentials in [false, true] {
            let (config, other) = if credentials { (Vec::new(), bytes.clone()) } else { (bytes.clone(), Vec::new()) };
            let error = read(config, other).expect_err(what);
            let file = if credentials { "credentials" } else { "config" };
            assert_eq!(place(&error), format!("{file} {line}"), "{what}: {error}");
            let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
            assert!(shown.contains(text) && !shown.contains("planted") && shown.len() < 1000, "{what}: {shown}");
        }
    }
    let comments = format!("#{}\n", "x".repeat(4000)).repeat(8500);
    let mut huge = [b"[default]\nkey = v\n", comments.as_bytes()].concat();
    huge.truncate((32 << 20) + 1);
    let error = read(huge.clone(), "").unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("/files/config is larger than 32 MiB"), "{error}");
    huge.pop();
    read(huge, "").unwrap();
}

#[test]
fn what_cannot_be_read_is_empty_or_an_error() {
    let host = |kind| Scripted::at(0).with_unreadable(CONFIG, kind).with_file(CREDENTIALS, "[foo]\nkey = v\n");
    for kind in [io::ErrorKind::NotFound, io::ErrorKind::PermissionDenied, io::ErrorKind::NotADirectory] {
        let read = Config::read(&host(kind), &locations()).unwrap();
        assert_eq!(answer(&read, &K), "v");
    }
    let error = Config::read(&host(io::ErrorKind::Other), &locations()).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("the config file /files/config cannot be read"));
    assert!(Config::read(&Scripted::at(0), &Locations::default()).unwrap().profile("default").is_none());
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("stskit-config-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
#[test]
fn on_a_real_disk() {
    let folder = Folder::new("disk");
    let path = |name: &str| folder.0.join(name);
    let read = |name: &str| Config::read(&System, &Locations { config: Some(path(name)), ..Locations::default() });
    std::fs::write(path("good"), "[profile foo]\nkey = v\n").unwrap();
    std::os::unix::fs::symlink("good", path("link")).unwrap();
    for name in ["good", "link"] {
        assert_eq!(answer(&read(name).unwrap(), &K), "v");
    }
    // Nothing there, a folder, a file where a folder should be, a device without end, a pipe nobody writes to.
    std::os::unix::fs::symlink("/dev/zero", path("zeros")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(path("pipe")).status();
    assert!(made.is_ok_and(|status| status.success()));
    for name in ["none", ".", "good/x", "zeros", "pipe"] {
        assert!(read(name).unwrap_or_else(|e| panic!("{name}: {e}")).profile("foo").is_none(), "{name}");
    }
    // 1 TiB, and nothing of it is read.
    std::fs::File::create(path("huge")).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(System.read_up_to(&path("huge"), 1000).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    assert!(read("huge").unwrap_err().to_string().contains("larger than 32 MiB"));
    std::os::unix::fs::symlink("loop", path("loop")).unwrap();
    assert!(read("loop").unwrap_err().is_configuration());
}

#[test]
fn debug_shows_no_value() {
    let text = "[default]\naws_access_key_id = planted1\naws_secret_access_key = planted2\ns3 =\n  a = planted3\n";
    let read = read(text, text).unwrap();
    let profile = read.profile("default").unwrap();
    let keys = profile.static_keys().unwrap();
    let shown = format!("{read:?} {profile:#?} {keys:?} {:?}", profile.get_nested("s3", "a"));
    assert!(shown.contains("aws_secret_access_key") && !shown.contains("planted"), "{shown}");
}

const SAMPLE: &str = "\u{feff}# c\r\n[default]\r\nregion = eu-west-1 # c\r\n[profile \"my 日本\"]\n  a = b\n  s3 =\n    \
    c = d\n\n    # e\n    f = g\n[sso-session x]\nsso_region : y\n[services z]\nsts =\n\tendpoint_url = http://h:1/a=b\n\
    [profile foo] ; x\naws_access_key_id = A\naws_secret_access_key = S\nkey =\n";

/// Every answer that a reader of any text can ask for.
fn exercise(config: Vec<u8>, credentials: Vec<u8>) {
    match read(config, credentials) {
        Err(error) => assert!(error.is_configuration()),
        Ok(read) => {
            for name in ["default", "foo", "my 日本", "x", ""] {
                if let Some(profile) = read.profile(name) {
                    for key in ["region", "key", "s3", "a", ""] {
                        if let Some(value) = profile.get(key) {
                            assert!(value.line() > 0 && !value.text().is_empty());
                        }
                        let _ = profile.get_nested("s3", key);
                    }
                    let _ = profile.static_keys();
                }
                let _ = (read.sso_session(name), read.services(name));
            }
        }
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let pieces: &[&[u8]] = &[
        b"[",
        b"]",
        b"=",
        b":",
        b"#",
        b" ;",
        b"\n",
        b"\r",
        b"\t",
        b" ",
        b"\"",
        b"'",
        b"\\",
        b"\0",
        b"\xff",
        "日".as_bytes(),
    ];
    let whole = SAMPLE.as_bytes();
    for end in 0..whole.len() {
        exercise(whole[..end].to_vec(), whole[end..].to_vec());
    }
    for _ in 0..4000 {
        let mut text = whole.to_vec();
        for _ in 0..=random(6) {
            let at = random(text.len() + 1);
            let to = (at + random(4)).min(text.len());
            text.splice(at..to, pieces[random(pieces.len())].iter().copied());
        }
        exercise(text.clone(), text);
    }
    for _ in 0..2000 {
        let text: Vec<u8> = (0..random(60)).flat_map(|_| pieces[random(pieces.len())].iter().copied()).collect();
        exercise([b"[default]\n".to_vec(), text.clone()].concat(), text);
    }
}

/// A text of so many lines.
type Shape = (&'static str, fn(usize) -> String);

/// Each of another shape that a careless reader walks more than once.
const SHAPES: &[Shape] = &[
    ("many profiles", |n| (0..n / 2).map(|i| format!("[profile p{i}]\na=b\n")).collect()),
    ("one profile many times", |n| "[profile foo]\nkey=v\n".repeat(n / 2)),
    ("one key many times", |n| format!("[profile foo]\n{}", "key=v\n".repeat(n))),
    ("many keys", |n| format!("[profile foo]\n{}", (0..n).map(|i| format!("k{i}=v\n")).collect::<String>())),
    ("one long value", |n| format!("[profile foo]\nkey=v\n{}", "  more\n".repeat(n))),
    ("one long block", |n| format!("[profile foo]\ns3=\n{}", "  a=b\n".repeat(n))),
    ("a long first line", |n| format!("[profile foo]\nkey={}\n{}", "v#".repeat(n), "  a=b\n".repeat(n))),
    ("a long comment", |n| format!("[profile foo]\nkey= #{}\n{}", "#".repeat(n), "  a=b\n".repeat(n))),
    ("comments in a value", |n| format!("[profile foo]\nkey=v\n{}  w", "  # c\n".repeat(n))),
    ("blank lines", |n| format!("[profile foo]\n{}key=v", "\n".repeat(n))),
    ("open quotes", |n| "[profile \"foo]\n".repeat(n)),
];

/// Work that grew with the square of the size would not end here; how fast it is, `cargo bench --bench config` shows.
#[test]
fn large_files_of_every_shape_are_read() {
    for (name, shape) in SHAPES {
        let text = shape(50_000);
        let host = Scripted::at(0).with_file(CONFIG, &*text);
        let read = Config::read(&host, &locations()).unwrap_or_else(|e| panic!("{name}: {e}"));
        let _ = (answer(&read, &K), answer(&read, &Nested("foo", "s3", "a")));
        assert!(read.profile("none").is_none(), "{name}");
    }
}

/// Keeps every line that is logged.
struct Kept(std::sync::Mutex<Vec<String>>);

impl log::Log for Kept {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push(format!("{} {}", record.level(), record.args()));
    }

    fn flush(&self) {}
}

#[test]
fn warnings_name_file_and_line_and_no_value() {
    static LOG: Kept = Kept(std::sync::Mutex::new(Vec::new()));
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let config = "[planted]\n[profile planted planted]\n[profile foo]\nkey : planted\na key = planted\nunknown = planted\n\
        s3 =\n  a b = planted\n[sso-session planted planted]\n";
    let credentials = "[foo]\nkey = planted\n[profile planted]\n[services planted]\n";
    // Paths of its own: other tests log too.
    let (one, other, closed) = ("/warned/config", "/warned/credentials", "/warned/closed");
    let host = Scripted::at(0)
        .with_file(one, config)
        .with_file(other, credentials)
        .with_unreadable(closed, io::ErrorKind::PermissionDenied);
    for first in [one, closed] {
        let places = Locations { config: Some(first.into()), credentials: Some(other.into()) };
        Config::read(&host, &places).unwrap().profile("foo").unwrap().get("key").unwrap();
    }
    let logged = LOG.0.lock().unwrap();
    let ours: Vec<&String> = logged.iter().filter(|line| line.contains("/warned/")).collect();
    let warned = |place: &str| ours.iter().filter(|l| l.starts_with("WARN") && l.contains(place)).count();
    for line in [2, 4, 5, 9] {
        assert_eq!(warned(&format!("{one}, line {line}: ")), 1, "{line}: {ours:#?}");
    }
    assert_eq!((warned(one), warned(other), warned(closed)), (4, 4, 1), "{ours:#?}");
    assert!(!logged.iter().any(|line| line.contains("planted")), "{ours:#?}");
}
