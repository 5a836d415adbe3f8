//! Tells the program what it is built for, so that it finds its own kind in a release.

fn main() {
    let target = std::env::var("TARGET").expect("cargo says what it builds for");
    println!("cargo::rustc-env=SCHOOLBEAT_PROBE_TARGET={target}");
    println!("cargo::rerun-if-changed=build.rs");
}
