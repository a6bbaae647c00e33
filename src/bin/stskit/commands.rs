//! Every command and every option: the parser, the help, the completions and the man page are made of these lists.
//! The options of `sts`, `sso` and `sso-oidc` are not here: they come from the library's model (`operation`).

use stskit::explain::close_names;

use crate::failure::Failure;
use crate::words::{Opt, Takes, Words};
use crate::{export, operation, whoami};

/// A command.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// What it does, in one line.
    pub(crate) about: &'static str,
    /// What stands behind its name, for the line of usage.
    pub(crate) usage: &'static str,
    /// Its own options.
    pub(crate) options: &'static [Opt],
    /// More about it, for its help and the man page.
    pub(crate) details: &'static str,
    pub(crate) run: fn(&'static Command, Words) -> Result<(), Failure>,
}

/// Options of the program itself.
pub(crate) const TOP: &[Opt] = &[Opt::new("version", Takes::Nothing, "Print the version")];

/// Options of every command: those of the AWS CLI.
pub(crate) const GLOBAL: &[Opt] = &[
    Opt::new("profile", Takes::One("NAME"), "Use this profile of the shared files (AWS_PROFILE)"),
    Opt::new("region", Takes::One("REGION"), "Use this region (AWS_REGION)"),
    Opt::new("endpoint-url", Takes::One("URL"), "Send the command's calls here (AWS_ENDPOINT_URL)"),
    Opt::new("ca-bundle", Takes::One("FILE"), "Trust the certificates of this PEM file instead (AWS_CA_BUNDLE)"),
    Opt::new("cli-connect-timeout", Takes::One("SECONDS"), "Time to get a connection (default: 3.1)"),
    Opt::new("cli-read-timeout", Takes::One("SECONDS"), "Time for the answer of one attempt (default: 30)"),
    Opt::new("no-sign-request", Takes::Nothing, "Look for no credentials"),
    Opt::new("no-verify-ssl", Takes::Nothing, "Refused: name the certificates to trust by --ca-bundle"),
    Opt::new("output", Takes::One("FORMAT"), "json or text, for answers of services (default: json)"),
    Opt::new("query", Takes::One("JMESPATH"), "Print this part of the answer of a service"),
    Opt::new("color", Takes::OneOf(&["on", "off", "auto"]), "Colours (default: auto, on a terminal)"),
    Opt::new("no-cli-pager", Takes::Nothing, "Nothing: there is no pager"),
    Opt::new("debug", Takes::Nothing, "Show on standard error what is looked at and sent, without secrets"),
    Opt::new("help", Takes::Nothing, "Print help"),
];

const JSON: Opt = Opt::new("json", Takes::Nothing, "Print JSON");

/// The commands, in the order of the help.
pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "export-credentials",
        about: "Print credentials for a shell, a program or an SDK",
        usage: "[--format FORMAT]",
        options: &[Opt::new("format", Takes::OneOf(export::FORMATS), "How to print them (default: process)")],
        details: "\
The output is that of `aws configure export-credentials`. One line in ~/.aws/config serves every SDK:

    [profile tool]
    credential_process = stskit export-credentials --profile dev

Formats: process (JSON for credential_process), env (export NAME=VALUE), env-no-export (NAME=VALUE), powershell,
windows-cmd, fish, and json, which adds the account id. Values that a shell would read otherwise are quoted.
A profile whose credential_process leads back to itself is an error, also by way of the AWS CLI.",
        run: export::run,
    },
    Command {
        name: "whoami",
        about: "Say whose credentials these are, where they come from and how long they are good",
        usage: "[--json]",
        options: &[JSON],
        details: "Calls GetCallerIdentity of STS, which needs no permission.",
        run: whoami::run,
    },
    Command {
        name: "sts",
        about: "Call an operation of STS, as `aws sts`",
        usage: "OPERATION [OPTIONS]",
        options: &[],
        details: operation::DETAILS,
        run: operation::sts,
    },
    Command {
        name: "sso",
        about: "Call an operation of the IAM Identity Center portal, as `aws sso`",
        usage: "OPERATION [OPTIONS]",
        options: &[],
        details: operation::DETAILS,
        run: operation::sso,
    },
    Command {
        name: "sso-oidc",
        about: "Call an operation of the IAM Identity Center OIDC service, as `aws sso-oidc`",
        usage: "OPERATION [OPTIONS]",
        options: &[],
        details: operation::DETAILS,
        run: operation::sso_oidc,
    },
];

/// The command of this name.
pub(crate) fn find(name: &str) -> Result<&'static Command, Failure> {
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        return Ok(command);
    }
    let close = close_names(name, COMMANDS.iter().map(|command| command.name));
    let failure = Failure::usage(format!("unknown command {name:?}"));
    Err(match close.as_slice() {
        [] => failure.hint("stskit --help lists them"),
        close => failure.hint(format!("did you mean {}?", close.join(" or "))),
    })
}
