//! The built-in AWS emulator.
