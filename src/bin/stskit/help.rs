//! Help, from the lists of `commands`.

use crate::commands::{COMMANDS, Command, GLOBAL, TOP};
use crate::words::{Opt, Takes};

/// Of the program.
pub(crate) fn program() -> String {
    let mut text = "AWS credentials in milliseconds: sign in, get them, hand them on.\n\nUsage: stskit [OPTIONS] COMMAND\n\nCommands:\n"
        .to_owned();
    for command in COMMANDS {
        text.push_str(&format!("  {:<20}{}\n", command.name, command.about));
    }
    text.push_str(&format!("  {:<20}{}\n\nOptions of every command:\n", "help COMMAND", "Print the help of a command"));
    push_options(&mut text, GLOBAL);
    push_options(&mut text, TOP);
    text
}

/// Of a command.
pub(crate) fn command(command: &Command) -> String {
    let Command { name, about, usage, options, details, .. } = command;
    let mut text = format!("{about}.\n\nUsage: stskit {name} {usage}\n");
    if !options.is_empty() {
        text.push_str("\nOptions:\n");
        push_options(&mut text, options);
    }
    text.push_str(&format!("\n{details}\n\nstskit --help lists the options of every command.\n"));
    text
}

/// One line for each.
pub(crate) fn push_options(text: &mut String, options: &[Opt]) {
    for option in options {
        let left = format!("--{}{}", option.name, value_of(option));
        // Beside what is too long for its column a line of its own.
        match left.len() {
            0..=26 => text.push_str(&format!("  {left:<28}{}\n", option.about)),
            _ => text.push_str(&format!("  {left}\n  {:28}{}\n", "", option.about)),
        }
    }
}

/// What stands behind an option, with a blank in front.
pub(crate) fn value_of(option: &Opt) -> String {
    match &option.takes {
        Takes::Nothing => String::new(),
        Takes::One(value) => format!(" {value}"),
        Takes::OneOf(words) => format!(" {}", words.join("|")),
        Takes::Many(value) => format!(" {value}..."),
    }
}
