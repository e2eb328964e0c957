//! Files of vectors: one JSON object a line, plain or xz-compressed.

use serde::Deserialize;
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// One recorded question and its answer.
#[derive(Clone, Debug, Deserialize)]
pub struct Vector {
    /// Names it within its slice.
    pub id: String,
    /// The question.
    pub input: Value,
    /// The recorded answer.
    pub expect: Value,
}

/// Why a file of vectors cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// No slice has the name that the file's name begins with.
    #[error("{}: unknown slice `{slice}`", file.display())]
    UnknownSlice {
        /// The name up to the first dot.
        slice: String,
        /// The file.
        file: PathBuf,
    },
    /// The file cannot be read.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is not a vector.
    #[error("{}:{line}: not a vector: {source}", file.display())]
    NotAVector {
        /// The file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

/// The slice a file belongs to: its name up to the first dot.
pub fn slice_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// Reads all vectors of a file; a name that ends in `.xz` is decompressed on the way.
///
/// # Errors
///
/// The file cannot be read, or a line is not a vector.
pub fn read(path: &Path) -> Result<Vec<Vector>, FileError> {
    let unreadable = |source| FileError::Unreadable { file: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let reader: Box<dyn Read> = if path.extension().is_some_and(|extension| extension == "xz") {
        Box::new(liblzma::read::XzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut vectors = Vec::new();
    for (index, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(unreadable)?;
        if line.trim().is_empty() {
            continue;
        }
        vectors.push(serde_json::from_str(&line).map_err(|source| FileError::NotAVector {
            file: path.to_owned(),
            line: index + 1,
            source,
        })?);
    }
    Ok(vectors)
}
