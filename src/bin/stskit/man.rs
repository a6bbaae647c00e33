//! `stskit man`: the page for `man`, made of the lists of commands.

use crate::commands::{COMMANDS, Command, ENVIRONMENT, FILES, GLOBAL, STATUSES, TOP};
use crate::failure::Failure;
use crate::help::value_of;
use crate::out;
use crate::words::{Opt, Words};

pub(crate) fn run(_: &'static Command, _: Words) -> Result<(), Failure> {
    out::print(&page())
}

fn page() -> String {
    let mut page = format!(".TH STSKIT 1 \"\" \"stskit {}\" \"User Commands\"\n", env!("CARGO_PKG_VERSION"));
    page.push_str(".SH NAME\nstskit \\- AWS credentials in milliseconds: sign in, get them, hand them on\n");
    page.push_str(".SH SYNOPSIS\n.B stskit\n[OPTIONS] COMMAND [...]\n.SH COMMANDS\n");
    for Command { name, about, usage, options, details, .. } in COMMANDS {
        page.push_str(&format!(".SS \"stskit {} {}\"\n{}.\n", plain(name), plain(usage), plain(about)));
        push_options(&mut page, options);
        page.push_str(&format!(".PP\n.nf\n{}\n.fi\n", plain(details)));
    }
    page.push_str(".SH OPTIONS OF EVERY COMMAND\n");
    push_options(&mut page, GLOBAL);
    push_options(&mut page, TOP);
    for (title, rows) in [("EXIT STATUS", STATUSES), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)] {
        page.push_str(&format!(".SH {title}\n"));
        for (name, about) in rows {
            page.push_str(&format!(".TP\n.B {}\n{}\n", plain(name), plain(about)));
        }
    }
    page
}

fn push_options(page: &mut String, options: &[Opt]) {
    for option in options {
        let value = value_of(option);
        page.push_str(&format!(
            ".TP\n\\fB\\-\\-{}\\fR{}\n{}.\n",
            plain(&option.name),
            plain(&value),
            plain(&option.about)
        ));
    }
}

/// Text without commands of roff in it.
fn plain(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-");
    let lines =
        escaped.lines().map(|line| if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}
