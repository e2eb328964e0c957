//! The manifest in an `.apk`: found by the archive's directory, inflated up to a limit.
//!
//! The directory is walked entry by entry in a buffer of fixed size; nothing else of the archive is read.
//! Sizes that the archive claims decide nothing but an early refusal: what is inflated is counted.

use std::fs::File;
use std::io::{self, Read};

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, RECOMMENDED_BUFFER_SIZE,
};

use super::{limit, ReadError};

const MANIFEST: &[u8] = b"AndroidManifest.xml";
/// Where an app bundle has it.
const BUNDLE_MANIFEST: &[u8] = b"base/manifest/AndroidManifest.xml";

/// Whether this is an archive: an empty one begins with its end.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The manifest of an archive on disk.
pub(super) fn manifest_of_file(file: File) -> Result<Vec<u8>, ReadError> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_file(file, &mut buffer).map_err(damaged)?;
    manifest(&archive, &mut buffer)
}

/// The manifest of an archive in memory.
pub(super) fn manifest_of_bytes(bytes: &[u8]) -> Result<Vec<u8>, ReadError> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive =
        ZipArchive::from_seekable(io::Cursor::new(bytes), &mut buffer).map_err(damaged)?;
    manifest(&archive, &mut buffer)
}

fn manifest<R: ReaderAt>(archive: &ZipArchive<R>, buffer: &mut [u8]) -> Result<Vec<u8>, ReadError> {
    let (entry, method) = find(archive, buffer)?;
    let entry = archive.get_entry(entry).map_err(damaged)?;
    let mut bytes = Vec::new();
    let room = limit::MANIFEST_BYTES_MAX + 1;
    let read = match method {
        CompressionMethod::Store => {
            entry.verifying_reader(entry.reader()).take(room).read_to_end(&mut bytes)
        }
        CompressionMethod::Deflate => entry
            .verifying_reader(DeflateDecoder::new(entry.reader()))
            .take(room)
            .read_to_end(&mut bytes),
        _ => return Err(ReadError::Archive("unsupported compression method".to_owned())),
    };
    // A bomb is called one, even if its claimed size is a lie that the verifier notices.
    if bytes.len() as u64 > limit::MANIFEST_BYTES_MAX {
        return Err(too_large());
    }
    read.map_err(damaged)?;
    Ok(bytes)
}

fn find<R: ReaderAt>(
    archive: &ZipArchive<R>,
    buffer: &mut [u8],
) -> Result<(ZipArchiveEntryWayfinder, CompressionMethod), ReadError> {
    let mut entries = archive.entries(buffer);
    let (mut found, mut seen, mut hint) = (None, 0_usize, "");
    while let Some(entry) = entries.next_entry().map_err(damaged)? {
        seen += 1;
        if seen > limit::ARCHIVE_ENTRIES_MAX {
            return Err(ReadError::Archive("too many entries".to_owned()));
        }
        let path = entry.file_path();
        let name: &[u8] = path.as_ref();
        if name == BUNDLE_MANIFEST {
            hint = ": an app bundle is not an .apk; build one from it";
        }
        if name != MANIFEST {
            continue;
        }
        if found.is_some() {
            return Err(ReadError::Archive("two entries AndroidManifest.xml".to_owned()));
        }
        if entry.uncompressed_size_hint() > limit::MANIFEST_BYTES_MAX {
            return Err(too_large());
        }
        found = Some((entry.wayfinder(), entry.compression_method()));
    }
    found.ok_or(ReadError::NoManifest { hint })
}

fn too_large() -> ReadError {
    ReadError::TooLarge { bytes_max: limit::MANIFEST_BYTES_MAX }
}

fn damaged(error: impl std::fmt::Display) -> ReadError {
    ReadError::Archive(error.to_string())
}
