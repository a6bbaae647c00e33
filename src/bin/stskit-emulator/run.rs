//! What the program does, for itself and for `stskit emulate`.

use std::io::{self, Write};
use std::time::Duration;

use stskit::emulator::{Emulator, EmulatorBuilder, Fault};

pub(crate) const HELP: &str = "\
AWS STS, IAM Identity Center (SSO portal and SSO-OIDC), the refresh of aws login, IMDS and the
credential endpoints of ECS and EKS for offline work, on 127.0.0.1. It prints the
environment variables that point a program at it and serves until it is killed.

Usage: @NAME@ [OPTIONS]

Options:
  --port N          Listen on this port (default: a free one)
  --clock-offset S  Be S seconds ahead of the system's clock (negative: behind)
  --tls-cert FILE   Serve HTTPS with this certificate chain (PEM)
  --tls-key FILE    The private key of the certificate (PEM)
  --approve-after N Approve device codes after N polls, or never: only in the browser (default: 2)
  --token-lifetime S
                    Let SSO access tokens expire after S seconds (default: 3600)
  --accounts N      Have N accounts in the directory (default: 3)
  --fault TEXT      Make a mistake with an answer: throttle, status=503, error=AccessDenied:403, close
                    (before an answer), reset, garbage or silence=SECONDS, then if wanted
                    on=OPERATION and times=N or always: --fault error=IDPCommunicationError:400,times=2
                    Once unless said otherwise; faults wait in the order given
  -h, --help        Print this help
  -V, --version     Print the version

Sign-in: the user stskit has accounts from 123456789012 on, each with the roles ReadOnly and Admin.
Use URL/start as the start URL, where URL is any of the endpoints printed. A program that signs in
with a device code shows the page URL/start/device?user_code=XXXX-XXXX: opening it in a browser (or
with curl) approves the sign-in at once, without a question. Nobody needs to: after --approve-after
polls the code is approved by itself. A sign-in with a redirect (PKCE) opens URL/authorize, which
sends the browser straight back to the program.

Credentials of a machine: a program asks IMDS (AWS_EC2_METADATA_SERVICE_ENDPOINT), an ECS task or EKS
Pod Identity (AWS_CONTAINER_CREDENTIALS_FULL_URI) only if it finds no keys before. The variables for
each of the three are printed as comments after the others: use them in place of the two keys.
";

/// What the arguments ask for.
enum Command {
    Serve(Box<EmulatorBuilder>, Vec<Fault>),
    Print(String),
}

/// Runs as the program of this name with these arguments: until it is killed, or at once if they ask for a text.
pub(crate) fn run(name: &str, arguments: impl Iterator<Item = String>) -> Result<(), String> {
    match parse(name, arguments)? {
        Command::Print(text) => print(&text),
        Command::Serve(builder, faults) => serve(*builder, faults),
    }
}

fn parse(program: &str, arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut builder = Emulator::builder();
    let (mut certificate, mut key, mut faults) = (None, None, Vec::new());
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        // Both `--port 1` and `--port=1`.
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || inline.clone().or_else(|| arguments.next()).ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "-h" | "--help" => return Ok(Command::Print(HELP.replace("@NAME@", program))),
            "-V" | "--version" => {
                return Ok(Command::Print(format!("{program} {}\n", env!("CARGO_PKG_VERSION"))));
            }
            "--port" => builder = builder.port(number(&name, &value()?)?),
            "--clock-offset" => builder = builder.clock_offset(number(&name, &value()?)?),
            "--approve-after" => {
                let text = value()?;
                let polls = if text == "never" { None } else { Some(number(&name, &text)?) };
                builder = builder.sso_approve_after(polls);
            }
            "--token-lifetime" => builder = builder.sso_token_lifetime(number(&name, &value()?)?),
            "--accounts" => builder = builder.sso_accounts(number(&name, &value()?)?),
            "--fault" => faults.push(fault(&value()?)?),
            "--tls-cert" => certificate = Some(read(&value()?)?),
            "--tls-key" => key = Some(read(&value()?)?),
            _ => return Err(format!("unknown argument {name}; try --help")),
        }
    }
    match (certificate, key) {
        (None, None) => Ok(Command::Serve(Box::new(builder), faults)),
        (Some(certificate), Some(key)) => Ok(Command::Serve(Box::new(builder.tls(certificate, key)), faults)),
        _ => Err("--tls-cert and --tls-key go together".to_owned()),
    }
}

/// What `--fault` asks for: a kind, then what narrows it.
fn fault(text: &str) -> Result<Fault, String> {
    let unknown = |part: &str| format!("--fault: {part} is not known; try --help");
    let mut parts = text.split(',');
    let first = parts.next().unwrap_or_default();
    let (kind, argument) = first.split_once('=').unwrap_or((first, ""));
    let mut fault = match kind {
        "throttle" => Fault::throttle(),
        "status" => Fault::status(number("--fault status", argument)?),
        "error" => {
            let (code, status) = argument.split_once(':').ok_or_else(|| unknown(first))?;
            Fault::error(code, "The emulator was told to refuse this", number("--fault error", status)?)
        }
        "close" => Fault::close_before_response(),
        "reset" => Fault::reset(),
        "garbage" => Fault::garbage(),
        "silence" => Fault::silence(Duration::from_secs(number("--fault silence", argument)?)),
        _ => return Err(unknown(first)),
    };
    for part in parts {
        fault = match part.split_once('=') {
            None if part == "always" => fault.always(),
            Some(("on", operation)) => fault.on(operation),
            Some(("times", count)) => fault.times(number("--fault times", count)?),
            _ => return Err(unknown(part)),
        };
    }
    Ok(fault)
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: {text} is not a number in range"))
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{path}: {error}"))
}

fn serve(builder: EmulatorBuilder, faults: Vec<Fault>) -> Result<(), String> {
    let emulator = builder.start().map_err(|error| error.to_string())?;
    faults.into_iter().for_each(|fault| emulator.inject(fault));
    let lines: String = emulator.environment().iter().map(|(name, value)| format!("export {name}={value}\n")).collect();
    print(&format!("{lines}{}", machine(&emulator)))?;
    // The emulator lives in its own threads; this one has nothing left to do.
    loop {
        std::thread::park();
    }
}

/// How to get at the credentials of a machine, as comments.
fn machine(emulator: &Emulator) -> String {
    let container = emulator.container();
    let sources = [
        ("IMDS", emulator.imds().environment()),
        ("ECS", container.ecs_environment()),
        ("EKS Pod Identity", container.eks_environment()),
    ];
    let mut text = "\n# The credentials of a machine, in place of the two keys above:\n\
                    # unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY\n"
        .to_owned();
    for (name, variables) in sources {
        let variables: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
        text.push_str(&format!("# {name}: export {}\n", variables.join(" ")));
    }
    text
}

fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| error.to_string())
}
