//! What is written about the program is what it does.

use std::collections::BTreeSet;

use crate::support::Home;

const PAGE: &str = include_str!("../../docs/cli.md");

/// The first words of the lines behind a title, up to a blank line.
fn listed(help: &str, title: &str) -> BTreeSet<String> {
    let lines = help.lines().skip_while(|line| *line != title).skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn the_page_knows_every_command_and_format() {
    let home = Home::with("");
    let commands = listed(&home.run(&["--help"]).output, "Commands:");
    assert!(commands.len() > 12, "{commands:?}");
    for command in &commands {
        assert!(PAGE.contains(command.as_str()), "docs/cli.md does not name {command}");
    }
    for format in ["process", "env", "env-no-export", "powershell", "windows-cmd", "fish", "json"] {
        assert!(PAGE.contains(&format!("| `{format}`")), "docs/cli.md does not name the format {format}");
    }
}

#[test]
fn the_page_and_the_manual_have_the_same_statuses() {
    let manual = Home::with("").run(&["man"]).output;
    let statuses = manual.split(".SH EXIT STATUS").nth(1).and_then(|rest| rest.split(".SH").next()).unwrap();
    let in_manual: BTreeSet<&str> = statuses.lines().filter_map(|line| line.strip_prefix(".B ")).collect();
    let rows = PAGE.split("| status | |").nth(1).unwrap().lines().skip(2).take_while(|line| line.starts_with('|'));
    let in_page: BTreeSet<&str> = rows.filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
    assert_eq!(in_page, in_manual);
}

#[test]
fn every_command_is_in_the_help_the_completions_and_the_manual() {
    let home = Home::with("");
    let commands = listed(&home.run(&["--help"]).output, "Commands:");
    let manual = home.run(&["man"]).output.replace("\\-", "-");
    let bash = home.run(&["completions", "bash"]).output;
    let fish = home.run(&["completions", "fish"]).output;
    for command in commands.iter().filter(|command| *command != "help") {
        let help = home.run(&[command, "--help"]);
        assert_eq!((help.status, help.errors.as_str()), (Some(0), ""), "{command}");
        for (name, text) in [("man", &manual), ("bash", &bash), ("fish", &fish)] {
            assert!(text.contains(command.as_str()), "{name} does not name {command}");
        }
    }
}
