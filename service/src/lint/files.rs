//! Finding manifests below folders, and looking at many of them at once.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{check, Finding};
use jobwarden_manifest::{read, Assumed, ReadError};

/// What became of one file.
#[derive(Debug)]
pub struct Checked {
    /// As it was named, or found.
    pub path: PathBuf,
    /// What was found in it, or why it cannot be read.
    pub outcome: Result<Vec<Finding>, Unreadable>,
}

/// Why there is nothing to say about a path.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no manifest.
    #[error(transparent)]
    File(#[from] ReadError),
    /// A part of a folder cannot be listed.
    #[error(transparent)]
    Folder(#[from] io::Error),
    /// Nothing to check: more likely a wrong path than an app without a manifest.
    #[error("no AndroidManifest.xml and no .apk below this folder")]
    Nothing,
}

/// The files to check: those named, and in folders `AndroidManifest.xml` and `*.apk` in the order of
/// their names. Symbolic links below a folder are not followed. What cannot be listed comes second.
pub fn gather(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Checked>) {
    let (mut files, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = (files.len(), unreadable.len());
        for entry in WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && is_candidate(entry.path()) => {
                    files.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(path).to_owned();
                    unreadable
                        .push(Checked { path, outcome: Err(Unreadable::Folder(error.into())) });
                }
            }
        }
        if (files.len(), unreadable.len()) == before {
            unreadable.push(Checked { path: path.clone(), outcome: Err(Unreadable::Nothing) });
        }
    }
    (files, unreadable)
}

fn is_candidate(path: &Path) -> bool {
    path.file_name() == Some(OsStr::new("AndroidManifest.xml"))
        || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("apk"))
}

/// Looks at all of them on all processors. The answers come in the order of the files; `done` is called
/// after each, in any order and from any thread.
pub fn check_all(files: Vec<PathBuf>, assumed: &Assumed, done: impl Fn() + Sync) -> Vec<Checked> {
    let look = |path: PathBuf| {
        let outcome = read(&path, assumed).map(|manifest| check(&manifest));
        done();
        Checked { path, outcome: outcome.map_err(Unreadable::from) }
    };
    files.into_par_iter().map(look).collect()
}
