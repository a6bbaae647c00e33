//! The program `stskit` in pipes, against the built-in emulator. What it shares with others (the AWS CLI, shells,
//! terminals, SDKs) is in tests/peers/test_stskit_*.py.

mod documents;
mod statuses;
mod support;
mod tokens;
