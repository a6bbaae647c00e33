//! A person at the terminal, asked for the code of an MFA device.
//!
//! The terminal itself is opened, so that standard input and output may be pipes.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// Codes have 6 digits.
const LONGEST_LINE: usize = 1024;

/// What Ctrl-C types where it sends no signal.
const CTRL_C: u8 = 3;

#[cfg(unix)]
const DEVICE: (&str, &str) = ("/dev/tty", "/dev/tty");
#[cfg(not(unix))]
const DEVICE: (&str, &str) = ("CONIN$", "CONOUT$");

/// Asks for the code of an MFA device on the terminal of this process: `Enter MFA code for SERIAL: `. For
/// [`DefaultChainBuilder::mfa`](super::DefaultChainBuilder::mfa) and [`AssumedRole::mfa`](super::AssumedRole::mfa).
///
/// Asks on `/dev/tty`, on Windows on the console: standard input, output and error are left alone, so that a program
/// in a pipe can ask as well. Blocks until the person has answered.
///
/// On Unix the code is not shown. Echo is switched off and on again by the program `stty` with the terminal as its
/// standard input. Meanwhile Ctrl-C sends no signal but ends the question with `Cancelled`, after which the terminal is
/// as it was. Only a process that is killed while it asks leaves it silent (`stty sane` mends that). On Windows the
/// code is shown.
///
/// One question at a time: threads that ask at once would read each other's answers. Behind a
/// [`Cached`](super::Cached), as in the default chain, one thread asks and the others wait.
///
/// ```no_run
/// use stskit::providers::prompt_mfa_on_terminal;
/// use stskit::{DefaultChain, Provide, Settings};
///
/// let settings = Settings::builder().profile("admin").resolve()?;
/// let chain = DefaultChain::builder(settings).mfa(prompt_mfa_on_terminal).build();
/// println!("{:?}", chain.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
///
/// # Errors
/// `InvalidConfiguration` without a terminal (a service, a build job), `NotSupported` if `stty` cannot be used: then
/// nothing was asked. `Cancelled` if the person gives no code.
pub fn prompt_mfa_on_terminal(serial: &str) -> Result<Secret> {
    let no_terminal = |e: io::Error| {
        Error::configuration(format!(
            "the MFA device {serial:?} wants a code, and this process has no terminal to ask for it ({e}): run it in \
             one, or give `mfa` a callback that gets the code in another way"
        ))
        .with_source(e)
    };
    let (input, output) = DEVICE;
    let keyboard = OpenOptions::new().read(true).write(true).open(input).map_err(no_terminal)?;
    let screen = OpenOptions::new().write(true).open(output).map_err(no_terminal)?;
    ask(&keyboard, &screen, serial)
}

fn ask(keyboard: &File, mut screen: &File, serial: &str) -> Result<Secret> {
    let unanswered =
        |e: io::Error| Error::new(ErrorKind::Cancelled, format!("no MFA code was given: the terminal: {e}"));
    let silence = Silence::on(keyboard)?;
    // A serial number comes from a file: it must not steer the terminal.
    let shown: String = serial.chars().filter(|c| !c.is_control()).collect();
    let answer = screen.write_all(format!("Enter MFA code for {shown}: ").as_bytes()).and_then(|()| line(keyboard));
    drop(silence);
    if cfg!(unix) {
        // The line feed that was typed did not show either. A terminal that is gone by now has given its answer.
        let _ = screen.write_all(b"\n");
    }
    let answer = answer.map_err(unanswered)?;
    let code = answer.trim();
    if code.is_empty() || answer.bytes().any(|byte| byte == CTRL_C) {
        return Err(Error::new(ErrorKind::Cancelled, format!("no code of the MFA device {shown} was given")));
    }
    Ok(Secret::from(code))
}

/// Up to the end of the line, of the input, or to Ctrl-C.
fn line(mut keyboard: &File) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut one = Zeroizing::new([0; 1]);
    while bytes.len() < LONGEST_LINE {
        match keyboard.read(&mut *one) {
            Ok(0) => break,
            Ok(_) => bytes.extend_from_slice(&*one),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
        if matches!(bytes.last(), Some(&(b'\n' | CTRL_C))) {
            break;
        }
    }
    Ok(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
}

/// While it lives the terminal shows nothing that is typed.
struct Silence<'a> {
    terminal: &'a File,
    /// All its settings, as `stty -g` writes them.
    #[cfg(unix)]
    before: String,
}

#[cfg(unix)]
impl<'a> Silence<'a> {
    fn on(terminal: &'a File) -> Result<Self> {
        let unusable = |e: io::Error| {
            Error::new(
                ErrorKind::NotSupported,
                format!(
                    "no MFA code is asked for, since the terminal would show it: `stty`, which can prevent that: {e}"
                ),
            )
            .with_source(e)
        };
        let before = stty(terminal, &["-g"]).map_err(unusable)?;
        let silence = Silence { terminal, before: before.trim().to_owned() };
        // Ctrl-C would end the process with the echo off: it ends the line instead. Lines, should there be raw input.
        stty(terminal, &["-echo", "-isig", "icanon", "icrnl", "eol", "^C"]).map_err(unusable)?;
        Ok(silence)
    }
}

#[cfg(not(unix))]
impl<'a> Silence<'a> {
    /// Not without the console's functions, which are no safe code.
    fn on(terminal: &'a File) -> Result<Self> {
        Ok(Silence { terminal })
    }
}

impl Drop for Silence<'_> {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Err(e) = stty(self.terminal, &[&self.before]) {
            log::warn!("the terminal does not show what is typed (`stty sane` mends that): {e}");
        }
        #[cfg(not(unix))]
        let _ = self.terminal;
    }
}

/// What it writes; its own words and status if it fails.
#[cfg(unix)]
fn stty(terminal: &File, arguments: &[&str]) -> io::Result<String> {
    let mut command = std::process::Command::new("stty");
    let done = command.args(arguments).stdin(terminal.try_clone()?).output()?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(io::Error::other(format!("{} {}", done.status, said.trim()).trim_end().to_owned()));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
