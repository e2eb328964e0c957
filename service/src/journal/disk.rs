//! A journal in a file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use serde::de::DeserializeOwned;

use super::{Damage, Entry, Reader, Storage};

/// A journal file, read and ready to be continued.
#[derive(Debug)]
pub struct Opened<I> {
    /// What it holds: to be replayed before anything is added.
    pub entries: Vec<Entry<I>>,
    /// Where to go on.
    pub file: File,
}

/// Opens the journal at `path`, or makes an empty one; a line torn by a crash is cut off.
pub fn open<I: DeserializeOwned>(path: &Path) -> Result<Opened<I>, Damage> {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    let mut reader = Reader::new(BufReader::new(&file));
    let entries = reader.by_ref().collect::<Result<_, _>>()?;
    let intact = reader.intact();
    drop(reader);
    file.set_len(intact)?;
    file.seek(SeekFrom::Start(intact))?;
    file.sync_all()?;
    sync_directory(path)?;
    Ok(Opened { entries, file })
}

/// The name of a new file survives a crash only with its directory.
fn sync_directory(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

impl Storage for File {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.write_all(lines)?;
        self.sync_data()
    }
}
