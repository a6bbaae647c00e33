//! `stskit completions`: scripts for the shells, made of the lists of commands and of the library's model.

use stskit::model::Model;
use stskit::token::Kind;

use crate::commands::{COMMANDS, Command, GLOBAL, TOP};
use crate::failure::Failure;
use crate::words::{Opt, Takes, Words};
use crate::{emulate, help, operation, out, token};

/// The shells.
pub(crate) const SHELLS: &[&str] = &["bash", "zsh", "fish"];

pub(crate) fn run(command: &'static Command, mut words: Words) -> Result<(), Failure> {
    let shell = words.positional(&[GLOBAL, command.options])?;
    words.finish(&[GLOBAL, command.options])?;
    if words.has("help") {
        return out::print(&help::command(command));
    }
    let places = places()?;
    match shell.as_deref() {
        Some("bash") => out::print(&bash(&places)),
        // zsh runs bash's completions.
        Some("zsh") => {
            out::print(&format!("#compdef stskit\nautoload -U +X bashcompinit && bashcompinit\n{}", bash(&places)))
        }
        Some("fish") => out::print(&fish(&places)),
        _ => Err(Failure::usage(format!("completions are for {}", SHELLS.join(", ")))),
    }
}

/// A command, or an operation behind its service, and the words that can follow.
struct Place {
    /// `export-credentials`, `sts assume-role`, or nothing for the program itself.
    path: String,
    words: Vec<String>,
}

fn places() -> Result<Vec<Place>, Failure> {
    let model = Model::new()?;
    let dashed = |options: &[Opt]| options.iter().map(|option| format!("--{}", option.name)).collect::<Vec<_>>();
    let names = COMMANDS.iter().map(|command| command.name.to_owned());
    let mut places = vec![Place {
        path: String::new(),
        words: names.chain(["help".to_owned()]).chain(dashed(TOP)).chain(dashed(GLOBAL)).collect(),
    }];
    for command in COMMANDS {
        let mut words = [dashed(command.options), dashed(GLOBAL)].concat();
        match command.name {
            "emulate" => words = emulate::options().iter().map(|option| format!("--{option}")).collect(),
            "token" => {
                words.extend(Kind::all().iter().map(|kind| kind.name.to_owned()));
                for kind in Kind::all() {
                    let lists = [token::options(kind), command.options.to_vec(), GLOBAL.to_vec()];
                    places.push(Place { path: format!("token {}", kind.name), words: dashed(&lists.concat()) });
                }
            }
            "completions" => words.extend(SHELLS.iter().map(|&shell| shell.to_owned())),
            _ => {}
        }
        if let Some(service) = model.service(&command.name.to_uppercase()) {
            words.extend(service.operations.iter().map(operation::name_of));
            for found in &service.operations {
                let paged = service.paginators.iter().any(|paginator| paginator.operation == found.name);
                let lists = [operation::options(found), operation::common_options(paged), GLOBAL.to_vec()];
                let path = format!("{} {}", command.name, operation::name_of(found));
                places.push(Place { path, words: dashed(&lists.concat()) });
            }
        }
        places.push(Place { path: command.name.to_owned(), words });
    }
    Ok(places)
}

/// Options with a choice of words, of all commands.
fn choices() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let options = COMMANDS.iter().flat_map(|command| command.options).chain(GLOBAL);
    options.filter_map(|option| match &option.takes {
        Takes::OneOf(words) => Some((&*option.name, *words)),
        _ => None,
    })
}

fn bash(places: &[Place]) -> String {
    let mut text = "\
_stskit() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path= word
    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do
        case $word in
        -*) ;;
        *) case \" $path $word \" in
"
    .to_owned();
    let paths = places.iter().map(|place| place.path.as_str()).filter(|path| !path.is_empty());
    let patterns: Vec<String> = paths.map(|path| format!("'  {path} '|' {path} '")).collect();
    text.push_str(&format!(
        "            {}) path=\"${{path:+$path }}$word\" ;;\n            esac ;;\n",
        patterns.join("|")
    ));
    text.push_str("        esac\n    done\n    case $previous in\n");
    text.push_str("    --profile) COMPREPLY=($(compgen -W \"$(stskit profiles --names 2>/dev/null)\" -- \"$current\")); return ;;\n");
    for (name, words) in choices() {
        text.push_str(&format!(
            "    --{name}) COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n",
            words.join(" ")
        ));
    }
    text.push_str("    --ca-bundle|--cli-input-json|--tls-cert|--tls-key) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n    esac\n    case $path in\n");
    for place in places {
        let words = format!("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", place.words.join(" "));
        match place.path.as_str() {
            "exec" => text.push_str(&format!("    exec) {words}; COMPREPLY+=($(compgen -c -- \"$current\")) ;;\n")),
            path => text.push_str(&format!("    '{path}') {words} ;;\n")),
        }
    }
    text + "    esac\n}\ncomplete -F _stskit stskit\n"
}

fn fish(places: &[Place]) -> String {
    let mut text = "complete -c stskit -f\n".to_owned();
    let line = |condition: &str, word: &str, about: &str| {
        let word = match word.strip_prefix("--") {
            Some(option) => format!("-l {option}"),
            None => format!("-a {word}"),
        };
        let about = if about.is_empty() { String::new() } else { format!(" -d '{}'", about.replace('\'', "\\'")) };
        format!("complete -c stskit -n '{condition}' {word}{about}\n")
    };
    for command in COMMANDS {
        text.push_str(&line("__fish_use_subcommand", command.name, command.about));
    }
    for option in GLOBAL.iter().chain(TOP) {
        text.push_str(&format!("complete -c stskit -l {} -d '{}'\n", option.name, option.about.replace('\'', "\\'")));
    }
    for place in places {
        let Some((command, operation)) = place.path.split_once(' ').map_or_else(
            || (!place.path.is_empty()).then_some((place.path.as_str(), None)),
            |(command, operation)| Some((command, Some(operation))),
        ) else {
            continue;
        };
        let condition = match operation {
            None => format!("__fish_seen_subcommand_from {command}"),
            Some(operation) => {
                format!("__fish_seen_subcommand_from {command}; and __fish_seen_subcommand_from {operation}")
            }
        };
        let global = |word: &String| GLOBAL.iter().any(|option| word.strip_prefix("--") == Some(&*option.name));
        for word in place.words.iter().filter(|word| !global(word)) {
            text.push_str(&line(&condition, word, ""));
        }
    }
    text.push_str("complete -c stskit -l profile -x -a '(stskit profiles --names 2>/dev/null)'\n");
    for (name, words) in choices() {
        text.push_str(&format!("complete -c stskit -l {name} -x -a '{}'\n", words.join(" ")));
    }
    text
}
