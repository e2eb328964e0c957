//! The service's socket in the file system: made so that nobody can take its place.
//!
//! A client trusts whoever listens at the path, so the path must be one that only the service's own
//! account (or root) can give away: no symbolic link, no directory on the way that a stranger may change.
//! A lock beside the socket says who serves it; it disappears with its owner, however that ends.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use nix::fcntl::{Flock, FlockArg};
use nix::unistd::Uid;

/// Who may connect. What they may do is decided by their uid in either case.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Only the service's own account, and root.
    Own,
    /// Every account of this machine.
    Everybody,
}

/// Why a socket cannot be made at a path.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// The path is a symbolic link.
    #[error("{0} is a symbolic link; name the socket itself")]
    Symlink(PathBuf),
    /// There is something else.
    #[error("{0} exists and is not a socket")]
    NotASocket(PathBuf),
    /// The socket belongs to another account.
    #[error("{path} belongs to uid {owner}, not to uid {own}")]
    ForeignSocket {
        /// The socket.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who the service is.
        own: u32,
    },
    /// Another service listens there.
    #[error("another service serves {0}")]
    InUse(PathBuf),
    /// The path has no directory or no name.
    #[error("{0} does not name a file in a directory")]
    NoDirectory(PathBuf),
    /// A stranger could replace the socket.
    #[error("{directory} can be changed by others (mode {mode:o}, uid {owner}); use a directory of your own")]
    UnsafeDirectory {
        /// The directory, on the way to the socket.
        directory: PathBuf,
        /// Its mode.
        mode: u32,
        /// Whose it is.
        owner: u32,
    },
    /// The system refuses.
    #[error("{path}: {error}")]
    Io {
        /// What was touched.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

/// A listening socket. Dropping it removes the file.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
    identity: (u64, u64),
    _lock: Flock<File>,
}

impl Socket {
    /// Listens at `path`, making its directory (0700, or 0711 for everybody) if there is none.
    pub fn listen(path: &Path, access: Access) -> Result<Self, SocketError> {
        let path = prepare_directory(path, access)?;
        let lock = lock(&path)?;
        remove_stale(&path)?;
        let listener = UnixListener::bind(&path).map_err(at(&path))?;
        let mode = match access {
            Access::Own => 0o600,
            Access::Everybody => 0o666,
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(at(&path))?;
        let metadata = fs::symlink_metadata(&path).map_err(at(&path))?;
        let identity = (metadata.dev(), metadata.ino());
        Ok(Self { listener, path, identity, _lock: lock })
    }

    /// Accepts connections.
    pub fn listener(&self) -> &UnixListener {
        &self.listener
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let ours = fs::symlink_metadata(&self.path)
            .is_ok_and(|now| (now.dev(), now.ino()) == self.identity);
        if ours {
            // The lock file stays: removing it would let two services hold "the" lock.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Where a service listens unless told otherwise: a directory of its own account.
pub fn default_path() -> PathBuf {
    let runtime =
        std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|d| d.is_absolute());
    let directory = match runtime {
        Some(directory) => directory.join("jobwarden"),
        None if Uid::effective().is_root() => PathBuf::from("/run/jobwarden"),
        None => std::env::temp_dir().join(format!("jobwarden-{}", Uid::effective())),
    };
    directory.join("binder.sock")
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> SocketError + '_ {
    move |error| SocketError::Io { path: path.to_owned(), error }
}

/// The path with its directory resolved, made if need be, and known to be safe.
fn prepare_directory(path: &Path, access: Access) -> Result<PathBuf, SocketError> {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(SocketError::NoDirectory(path.to_owned()));
    };
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let mode = match access {
        Access::Own => 0o700,
        Access::Everybody => 0o711,
    };
    match DirBuilder::new().mode(mode).create(directory) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(SocketError::Io { path: directory.to_owned(), error }),
    }
    let directory = directory.canonicalize().map_err(at(directory))?;
    for ancestor in directory.ancestors() {
        check_directory(ancestor)?;
    }
    Ok(directory.join(name))
}

/// Only root and the service itself may replace what lies in it: others cannot write, or the sticky bit
/// keeps them from touching what is not theirs.
fn check_directory(directory: &Path) -> Result<(), SocketError> {
    let metadata = fs::symlink_metadata(directory).map_err(at(directory))?;
    let (mode, owner) = (metadata.mode() & 0o7777, metadata.uid());
    let own = owner == 0 || owner == Uid::effective().as_raw();
    let closed = mode & 0o022 == 0 || mode & 0o1000 != 0;
    if own && closed && metadata.is_dir() {
        return Ok(());
    }
    Err(SocketError::UnsafeDirectory { directory: directory.to_owned(), mode, owner })
}

/// Takes the lock that says who serves the path.
fn lock(path: &Path) -> Result<Flock<File>, SocketError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_CLOEXEC)
        .open(&name)
        .map_err(at(&name))?;
    Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, errno)| match errno {
        nix::errno::Errno::EWOULDBLOCK => SocketError::InUse(path.to_owned()),
        errno => SocketError::Io { path: name.clone(), error: errno.into() },
    })
}

/// Removes the socket a service left behind that ended without cleaning up; nothing else.
fn remove_stale(path: &Path) -> Result<(), SocketError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(SocketError::Io { path: path.to_owned(), error }),
    };
    if metadata.is_symlink() {
        return Err(SocketError::Symlink(path.to_owned()));
    }
    if !metadata.file_type().is_socket() {
        return Err(SocketError::NotASocket(path.to_owned()));
    }
    let own = Uid::effective().as_raw();
    if metadata.uid() != own {
        let owner = metadata.uid();
        return Err(SocketError::ForeignSocket { path: path.to_owned(), owner, own });
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(at(path))
        }
        // Somebody listens who does not keep the lock.
        Ok(_) => Err(SocketError::InUse(path.to_owned())),
        Err(error) => Err(SocketError::Io { path: path.to_owned(), error }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn directory() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn refusal(path: &Path) -> String {
        Socket::listen(path, Access::Own).unwrap_err().to_string()
    }

    #[test]
    fn its_directory_and_file_are_its_own() {
        let root = directory();
        let path = root.path().join("new/binder.sock");
        let socket = Socket::listen(&path, Access::Own).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&path), 0o600);
        assert!(UnixStream::connect(&path).is_ok());
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn a_second_service_is_told_and_the_first_goes_on() {
        let root = directory();
        let path = root.path().join("binder.sock");
        let first = Socket::listen(&path, Access::Own).unwrap();
        assert_eq!(refusal(&path), format!("another service serves {}", first.path().display()));
        assert!(UnixStream::connect(&path).is_ok());
    }

    #[test]
    fn a_socket_left_behind_is_replaced() {
        let root = directory();
        let path = root.path().join("binder.sock");
        drop(UnixListener::bind(&path).unwrap()); // std does not unlink
        assert!(path.exists());
        assert!(Socket::listen(&path, Access::Own).is_ok());
    }

    #[test]
    fn somebody_without_the_lock_is_noticed_too() {
        let root = directory();
        let path = root.path().join("binder.sock");
        let _other = UnixListener::bind(&path).unwrap();
        assert!(refusal(&path).starts_with("another service serves"));
    }

    #[test]
    fn links_and_files_are_left_alone() {
        let root = directory();
        let (target, link) = (root.path().join("target"), root.path().join("link"));
        fs::write(&target, "precious").unwrap();
        symlink(&target, &link).unwrap();
        assert!(refusal(&link).contains("is a symbolic link"));
        assert!(refusal(&target).contains("exists and is not a socket"));
        assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    }

    #[test]
    fn a_directory_that_others_may_write_needs_the_sticky_bit() {
        let root = directory();
        let open = root.path().join("open");
        fs::create_dir(&open).unwrap();
        for (mode, safe) in [(0o777, false), (0o770, false), (0o1777, true), (0o755, true)] {
            fs::set_permissions(&open, fs::Permissions::from_mode(mode)).unwrap();
            let outcome = Socket::listen(&open.join("binder.sock"), Access::Own);
            assert_eq!(outcome.is_ok(), safe, "{mode:o}: {outcome:?}");
        }
    }
}
