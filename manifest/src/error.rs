//! What can be wrong with a file, in words that name the element.

use std::io;

use super::Place;

/// Why a file gives no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file itself cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A directory where a file was expected.
    #[error("is a directory")]
    Folder,
    /// Nothing in it.
    #[error("is empty")]
    Empty,
    /// Larger than any manifest.
    #[error("manifest is larger than {bytes_max} bytes")]
    TooLarge {
        /// What is taken at most.
        bytes_max: u64,
    },
    /// Neither an archive nor binary XML nor text.
    #[error("is neither XML text nor binary XML nor an .apk")]
    NotAManifest,
    /// The archive is damaged.
    #[error("damaged archive: {0}")]
    Archive(String),
    /// No `AndroidManifest.xml` in the archive.
    #[error("archive has no AndroidManifest.xml{hint}")]
    NoManifest {
        /// What it may be instead.
        hint: &'static str,
    },
    /// The manifest in the archive is text: no device installs that.
    #[error("AndroidManifest.xml in the archive is not binary XML")]
    NotBinary,
    /// Binary XML whose structure is broken.
    #[error("damaged binary XML at byte {offset}: {what}")]
    Binary {
        /// Where in the document.
        offset: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// Text that is not well-formed.
    #[error("line {line}: not well-formed XML: {what}")]
    Text {
        /// The line.
        line: u32,
        /// What is wrong there.
        what: String,
    },
    /// Well-formed, but something about one element is wrong.
    #[error("{0}")]
    Element(Box<Fault>),
}

/// What is wrong about one element.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Fault {
    /// Which element.
    pub place: Place,
    /// What about it.
    pub problem: Problem,
}

/// What can be wrong about an element.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The root is something else.
    #[error("the root element must be <manifest>")]
    WrongRoot,
    /// More than one root.
    #[error("a second root element")]
    SecondRoot,
    /// An attribute that must be there is not.
    #[error("attribute {0} is missing")]
    Missing(&'static str),
    /// A name that cannot be one.
    #[error("attribute {attribute} is no usable name: `{}`", value.escape_debug())]
    BadName {
        /// The attribute.
        attribute: &'static str,
        /// Its value, shortened.
        value: String,
    },
    /// Text with a NUL in it.
    #[error("attribute {0} contains a NUL character")]
    Nul(&'static str),
    /// Not a number.
    #[error("attribute {attribute} is not a number: `{}`", value.escape_debug())]
    NotANumber {
        /// The attribute.
        attribute: &'static str,
        /// Its value, shortened.
        value: String,
    },
    /// Neither true nor false.
    #[error("attribute {attribute} is neither true nor false: `{}`", value.escape_debug())]
    NotABoolean {
        /// The attribute.
        attribute: &'static str,
        /// Its value, shortened.
        value: String,
    },
    /// A limit is exceeded.
    #[error("more than {max} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How much is taken.
        max: usize,
    },
}

/// Why a manifest describes no package that can be installed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Undescribable {
    /// A source file leaves the package to the build.
    #[error("the manifest names no package")]
    NoPackage,
    /// A keyword of `foregroundServiceType` that names no type.
    #[error("{place}: no foreground service type has the name `{}`", keyword.escape_debug())]
    UnknownType {
        /// The service.
        place: Place,
        /// The keyword.
        keyword: String,
    },
}
