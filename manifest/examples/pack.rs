//! Makes an `.apk` with nothing but a manifest in it: `pack AndroidManifest.xml OUT.apk`.

use std::error::Error;
use std::{env, fs};

use jobwarden_manifest::compile::{archive, compile, Encoding};

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = env::args_os().skip(1);
    let (Some(text), Some(packed), None) = (paths.next(), paths.next(), paths.next()) else {
        return Err("usage: pack AndroidManifest.xml OUT.apk".into());
    };
    let manifest = compile(&fs::read_to_string(text)?, Encoding::Utf8);
    fs::write(packed, archive(&[("AndroidManifest.xml", &manifest)]))?;
    Ok(())
}
