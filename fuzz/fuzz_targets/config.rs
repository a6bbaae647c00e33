//! The two shared files: read, then everything asked that they could answer.
//!
//! Input: the config file, a line `----`, the credentials file.
#![no_main]

use std::collections::BTreeSet;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use stskit::config::{Config, Locations, Section, Value};
use stskit::host::Scripted;
use stskit::identity_center::SsoSession;
use stskit::providers::{DefaultChain, Process};
use stskit::{Error, Settings};
use stskit_fuzz::{Canned, NOW, check_error, listen};

const CONFIG: &str = "/home/ann/.aws/config";
const CREDENTIALS: &str = "/home/ann/.aws/credentials";
const MOST: usize = 24;

fn machine(files: &[Vec<u8>; 2]) -> Scripted {
    let [config, credentials] = files.clone();
    Scripted::at(NOW).with_var("HOME", "/home/ann").with_file(CONFIG, config).with_file(CREDENTIALS, credentials)
}

fn read(files: &[Vec<u8>; 2]) -> Result<Config, Error> {
    let host = machine(files);
    Config::read(&host, &Locations::find(&host))
}

fuzz_target!(|data: &[u8]| {
    listen();
    const CUT: &[u8] = b"\n----\n";
    let files = match data.windows(CUT.len()).position(|part| part == CUT) {
        Some(at) => [data[..at].to_vec(), data[at + CUT.len()..].to_vec()],
        None => [data.to_vec(), data.to_vec()],
    };
    let config = match read(&files) {
        Ok(config) => config,
        Err(error) => {
            let text = error.to_string();
            assert!(error.is_configuration() && text.contains("/home/ann/.aws/") && text.contains("line "), "{text}");
            assert!(text.len() < 300, "{text}");
            return;
        }
    };
    let texts = [&files[0], &files[1]].map(|bytes| std::str::from_utf8(bytes).expect("the files were accepted"));
    let (names, keys) = words(&texts);
    let mut found = Vec::new();
    for name in &names {
        ask(&config, name, &keys, &texts, &mut found);
    }
    // The same with the line ends of Windows is the same.
    if !data.contains(&b'\r') {
        let files = texts.map(|text| text.replace('\n', "\r\n").into_bytes());
        let config = read(&files).expect("only the line ends changed");
        let mut again = Vec::new();
        for name in &names {
            ask(&config, name, &keys, &texts, &mut again);
        }
        assert_eq!(found, again);
    }
    let host = Arc::new(machine(&files));
    for name in &names {
        choose(&host, name);
    }
});

/// What may be a name of a section, and what may be a key.
fn words<'a>(texts: &[&'a str; 2]) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
    let mut names = BTreeSet::from(["default"]);
    let mut keys = BTreeSet::from(["aws_access_key_id", "s3", "sts", "endpoint_url"]);
    for line in texts.iter().flat_map(|text| text.split('\n')) {
        if let Some((_, header)) = line.split_once('[') {
            let header = header.split(']').next().unwrap_or_default().trim();
            let name = header.split_once([' ', '\t']).map_or(header, |(_, name)| name.trim());
            let bare = name.trim_matches(['"', '\'']);
            names.extend([header, name, bare].into_iter().take(if names.len() < MOST { 3 } else { 0 }));
        } else if let Some((key, _)) = line.split_once(['=', ':']).filter(|_| keys.len() < MOST) {
            keys.insert(key.trim());
        }
    }
    (names, keys)
}

fn ask(config: &Config, name: &str, keys: &BTreeSet<&str>, texts: &[&str; 2], found: &mut Vec<(String, usize)>) {
    let mut keep = |value: Option<Value<'_>>| {
        let Some(value) = value else { return };
        let text = texts[usize::from(value.is_in_credentials_file())];
        let line = text.split('\n').nth(value.line() - 1).expect("a line of the file");
        let first = value.text().split('\n').next().unwrap_or_default();
        assert!(!first.is_empty() && line.contains(first), "{value} is not there: {first:?}");
        assert!(!format!("{value:?}").contains("text"));
        found.push((value.text().to_owned(), value.line()));
    };
    if let Some(profile) = config.profile(name) {
        for key in keys {
            if let Some(value) = profile.get(key) {
                match Process::new(value.text()) {
                    Ok(process) => drop(format!("{process:?}")),
                    Err(error) => assert!(error.is_configuration() || error.is_no_credentials()),
                }
                keep(Some(value));
            }
            keys.iter().for_each(|inner| keep(profile.get_nested(key, inner)));
        }
        match profile.static_keys() {
            Ok(Some(all)) => {
                [Some(all.access_key_id), Some(all.secret_access_key), all.session_token, all.account_id]
                    .into_iter()
                    .for_each(&mut keep);
            }
            Ok(None) => {}
            Err(error) => assert!(error.is_configuration()),
        }
        match SsoSession::of_profile(config, &profile) {
            Ok(Some(session)) => assert_eq!(session.file_name().len(), 45),
            Ok(None) => {}
            Err(error) => assert!(error.is_configuration()),
        }
    }
    let mut sections: Vec<Section<'_>> = config.sso_session(name).into_iter().collect();
    sections.extend(config.services(name));
    for section in &sections {
        for key in keys {
            keep(section.get(key));
            keys.iter().for_each(|inner| keep(section.get_nested(key, inner)));
        }
    }
}

/// Settings and the choice of a source; nothing is run and nothing is sent.
fn choose(host: &Arc<Scripted>, name: &str) {
    match Settings::builder().profile(name).resolve_with(&**host) {
        Ok(settings) => {
            let canned = Arc::new(Canned { status: 500, body: Vec::new() });
            let chain = DefaultChain::builder(settings).host(host.clone()).transport(canned).sso_cache("/none").build();
            drop(chain);
        }
        Err(error) => check_error(&error, &[]),
    }
}
