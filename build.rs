//! Nothing to do: users of the Rust crate generate nothing. With the feature `capi`, to come, this runs
//! cbindgen into `OUT_DIR`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
