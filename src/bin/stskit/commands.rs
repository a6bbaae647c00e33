//! Every command and every option: the parser, the help, the completions and the man page are made of these lists.
//! The options of `sts`, `sso` and `sso-oidc` are not here: they come from the library's model (`operation`).

use stskit::explain::close_names;

use crate::failure::Failure;
use crate::words::{Opt, Takes, Words};
use crate::{completions, emulate, exec, explain, export, login, man, operation, profiles, serve, token, whoami};

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
    /// Does it read the words behind its name itself? Otherwise those are options only, and were read.
    pub(crate) reads: bool,
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

const SESSION: Opt = Opt::new("sso-session", Takes::One("NAME"), "The [sso-session NAME] of the config file");
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
        reads: false,
        run: export::run,
    },
    Command {
        name: "whoami",
        about: "Say whose credentials these are, where they come from and how long they are good",
        usage: "[--json]",
        options: &[JSON],
        details: "Calls GetCallerIdentity of STS, which needs no permission.",
        reads: false,
        run: whoami::run,
    },
    Command {
        name: "login",
        about: "Sign in to IAM Identity Center",
        usage: "[--sso-session NAME] [--no-browser]",
        options: &[
            SESSION,
            Opt::new("use-device-code", Takes::Nothing, "Sign in by a code, also where there is a browser"),
            Opt::new("no-browser", Takes::Nothing, "Open no browser: show a page and a code to approve elsewhere"),
        ],
        details: "\
As `aws sso login`: the session is that of the profile, or that of the profile that its role starts from, or the only
one there is. With a browser on this machine it is opened; elsewhere a page, a code and a QR code are shown. The token
is where the AWS CLI and the SDKs look for it.",
        reads: false,
        run: login::login,
    },
    Command {
        name: "logout",
        about: "Sign out of IAM Identity Center",
        usage: "[--profile NAME | --sso-session NAME]",
        options: &[SESSION],
        details: "\
Of the session that is named; otherwise of all, and the AWS CLI's role credentials that came from them are removed as
well, as `aws sso logout` does it.",
        reads: false,
        run: login::logout_command,
    },
    Command {
        name: "explain",
        about: "Say how credentials are found, or why not",
        usage: "[--json]",
        options: &[JSON],
        details: "\
What was looked at, what was chosen, why the others were not. The status is that of a command that wants credentials.",
        reads: false,
        run: explain::run,
    },
    Command {
        name: "profiles",
        about: "List the profiles and of which kind they are, without secrets",
        usage: "[--json | --names]",
        options: &[JSON, Opt::new("names", Takes::Nothing, "Print the names only")],
        details: "Nothing is asked and nothing is checked but the files. The profile in use has a star.",
        reads: false,
        run: profiles::run,
    },
    Command {
        name: "exec",
        about: "Run a command with credentials in its environment",
        usage: "[OPTIONS] -- COMMAND [ARGUMENTS]",
        options: &[],
        details: "\
The command gets AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and as far as they are known AWS_SESSION_TOKEN,
AWS_CREDENTIAL_EXPIRATION, AWS_ACCOUNT_ID, AWS_REGION and AWS_DEFAULT_REGION. Other variables that lead to credentials
(AWS_PROFILE, AWS_ROLE_ARN, ...) it does not get. It takes the place of this process: signals and status are its own.
If it cannot be started the status is 127 (there is none) or 126.",
        reads: true,
        run: exec::run,
    },
    Command {
        name: "sts",
        about: "Call an operation of STS, as `aws sts`",
        usage: "OPERATION [OPTIONS]",
        options: &[],
        details: operation::DETAILS,
        reads: true,
        run: operation::sts,
    },
    Command {
        name: "sso",
        about: "Call an operation of the IAM Identity Center portal, as `aws sso`",
        usage: "OPERATION [OPTIONS]",
        options: &[],
        details: operation::DETAILS,
        reads: true,
        run: operation::sso,
    },
    Command {
        name: "sso-oidc",
        about: "Call an operation of the IAM Identity Center OIDC service, as `aws sso-oidc`",
        usage: "OPERATION [OPTIONS]",
        options: &[],
        details: operation::DETAILS,
        reads: true,
        run: operation::sso_oidc,
    },
    Command {
        name: "token",
        about: "Make a password or token of an IAM identity: RDS, DSQL, MSK, EKS, ElastiCache, Vault, ...",
        usage: "KIND [OPTIONS]",
        options: &[Opt::new(
            "json",
            Takes::Nothing,
            "Print JSON: the token, its user if there is one, and when it ends",
        )],
        details: "\
`stskit token --help` lists the kinds, `stskit token rds --help` the options of one. Nothing is sent, but to get the
credentials; web-identity alone asks STS. A token is a password: mind where it is printed to.",
        reads: true,
        run: token::run,
    },
    Command {
        name: "serve",
        about: "Serve credentials on a loopback port, as a container's agent does",
        usage: "[--port PORT]",
        options: &[Opt::new("port", Takes::One("PORT"), "Listen on this port of 127.0.0.1 (default: a free one)")],
        details: "\
Prints two variables (AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN) that lead any SDK here, and
serves until it is stopped. Credentials are refreshed when they are asked for. Who has not the token, or calls this
machine by another name than 127.0.0.1 or localhost, is refused.",
        reads: false,
        run: serve::run,
    },
    Command {
        name: "emulate",
        about: "Emulate STS, IAM Identity Center and metadata services on a loopback port",
        usage: "[OPTIONS]",
        options: &[],
        details: "stskit emulate --help lists its options.",
        reads: true,
        run: emulate::run,
    },
    Command {
        name: "completions",
        about: "Print the completions of a shell",
        usage: "bash|zsh|fish",
        options: &[],
        details: "\
bash: stskit completions bash >~/.local/share/bash-completion/completions/stskit
zsh:  stskit completions zsh >~/.zfunc/_stskit (a folder of $fpath)
fish: stskit completions fish >~/.config/fish/completions/stskit.fish",
        reads: true,
        run: completions::run,
    },
    Command {
        name: "man",
        about: "Print the manual page",
        usage: "",
        options: &[],
        details: "stskit man | man -l -",
        reads: false,
        run: man::run,
    },
];

/// The statuses that the program ends with.
pub(crate) const STATUSES: &[(&str, &str)] = &[
    ("0", "Done."),
    (
        "126, 127",
        "The command of exec cannot be started, or there is none. Otherwise exec has the status of its command.",
    ),
    ("130", "A person gave up: no MFA code, a sign-in that was cancelled."),
    ("141", "Nobody reads the output any more. Nothing is said."),
    ("252", "The command line cannot be understood, or the input of an operation is not valid."),
    ("253", "A setting, a file or credentials are missing or cannot be used, or somebody has to sign in."),
    ("254", "The service answered with an error."),
    ("255", "Anything else: the network, a time limit, an output that cannot be written."),
];

/// The variables that matter most.
pub(crate) const ENVIRONMENT: &[(&str, &str)] = &[
    ("AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, ...", "As in the AWS CLI and the SDKs."),
    ("BROWSER", "The program that opens the page of a sign-in."),
    ("NO_COLOR", "No colours, unless --color on asks for them."),
    ("_AWS_CLI_PROFILE_CHAIN", "Set for credential processes, to find those that lead back to themselves."),
];

/// The files.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("~/.aws/config, ~/.aws/credentials", "Profiles. They are read, never written."),
    ("~/.aws/sso/cache", "Tokens of IAM Identity Center, shared with the AWS CLI and the SDKs."),
    ("~/.aws/cli/cache", "Credentials of roles, shared with the AWS CLI."),
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
