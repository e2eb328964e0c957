//! The job service: a download over a loopback TCP connection, with a progress notification.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use jobwarden_service::client::app::{Job, JobService};
use jobwarden_service::ipc::aidl::IJobService as policy;
use jobwarden_service::ipc::aidl::Notification::Notification;
use jobwarden_service::ipc::binder::Status;

use super::CHANNEL;

/// Bytes that are sent and reported at a time.
const CHUNK: u64 = 64 * 1024;

/// A job service whose jobs download from a server of its own.
pub(super) struct Downloads {
    server: SocketAddr,
    total: u64,
    /// What has arrived of each job; a job that is stopped goes on from there.
    done: BTreeMap<i32, Arc<AtomicU64>>,
    running: BTreeMap<i32, Arc<AtomicBool>>,
}

impl Downloads {
    /// Starts the server.
    pub(super) fn new(total: u64, rate: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let server = listener.local_addr()?;
        std::thread::Builder::new().name("server".into()).spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that hangs up is no error.
                std::thread::spawn(move || send(stream, total, rate.max(1)));
            }
        })?;
        Ok(Self { server, total, done: BTreeMap::new(), running: BTreeMap::new() })
    }
}

/// Sends everything from the offset that the client asks for.
fn send(mut stream: TcpStream, total: u64, rate: u64) -> io::Result<()> {
    let mut offset = [0; 8];
    stream.read_exact(&mut offset)?;
    let mut at = u64::from_le_bytes(offset).min(total);
    while at < total {
        let end = (at + CHUNK).min(total);
        let chunk: Vec<u8> = (at..end).map(content).collect();
        stream.write_all(&chunk)?;
        std::thread::sleep(Duration::from_micros((end - at) * 1_000_000 / rate));
        at = end;
    }
    Ok(())
}

/// The byte at an offset of the file.
fn content(at: u64) -> u8 {
    at.wrapping_mul(31).wrapping_add(7).to_le_bytes()[0]
}

impl JobService for Downloads {
    fn on_start_job(&mut self, job: Job) -> bool {
        let id = job.parameters.jobId;
        let (done, stop) = (self.done.entry(id).or_default().clone(), Arc::<AtomicBool>::default());
        println!("onStartJob {id} at byte {}", done.load(Ordering::Relaxed));
        self.running.insert(id, stop.clone());
        let worker = Worker { job, server: self.server, total: self.total, done, stop };
        // Without a thread there is no work that goes on.
        std::thread::Builder::new().name("download".into()).spawn(move || worker.run()).is_ok()
    }

    fn on_stop_job(&mut self, job: Job) -> bool {
        let (id, reason) = (job.parameters.jobId, job.parameters.stopReason);
        if let Some(stop) = self.running.remove(&id) {
            stop.store(true, Ordering::Relaxed);
        }
        println!("onStopJob {id} reason {reason}");
        true // The rest is still wanted.
    }
}

struct Worker {
    job: Job,
    server: SocketAddr,
    total: u64,
    done: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Worker {
    fn run(&self) {
        let id = self.job.parameters.jobId;
        match self.transfer() {
            Ok(true) => {
                println!("downloaded {id}: {} bytes, every one as sent", self.total);
                self.finish(false);
            }
            Ok(false) => {} // Stopped: nobody asks any more.
            Err(error) => {
                println!("download {id} failed: {error}");
                self.finish(true);
            }
        }
    }

    fn finish(&self, reschedule: bool) {
        if let Err(status) = self.job.callback.jobFinished(self.job.parameters.jobId, reschedule) {
            println!("jobFinished was refused: {status}");
        }
    }

    /// Whether everything arrived before the job was stopped.
    fn transfer(&self) -> io::Result<bool> {
        let mut at = self.done.load(Ordering::Relaxed);
        self.report(at).map_err(io::Error::other)?; // The notification first: it is due soon.
        let mut stream = TcpStream::connect(self.server)?;
        stream.write_all(&at.to_le_bytes())?;
        let mut buffer = vec![0; 16 * 1024];
        let mut reported = at;
        while at < self.total {
            let count = stream.read(&mut buffer)?;
            if self.stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            for (offset, byte) in (at..).zip(&buffer[..count]) {
                if *byte != content(offset) {
                    return Err(io::Error::other(format!("byte {offset} is damaged")));
                }
            }
            at += u64::try_from(count).unwrap_or(u64::MAX);
            self.done.store(at, Ordering::Relaxed);
            if at - reported >= self.total / 10 || at == self.total {
                reported = at;
                self.report(at).map_err(io::Error::other)?;
            }
        }
        Ok(true)
    }

    /// Tells the scheduler and the user how far it is.
    fn report(&self, at: u64) -> Result<(), Status> {
        let id = self.job.parameters.jobId;
        let (at, total) = (signed(at), signed(self.total));
        let notification = Notification {
            channel: CHANNEL.to_owned(),
            smallIcon: true,
            title: "Downloading".to_owned(),
            text: format!("{} %", at.saturating_mul(100) / total.max(1)),
            hasProgress: true,
            progress: at,
            progressMax: total,
            ..Notification::default()
        };
        println!("progress {id} {}", bar(at, total));
        let remove = policy::JOB_END_NOTIFICATION_POLICY_REMOVE;
        self.job.callback.setNotification(id, 100 + id, Some(&notification), remove)?;
        self.job.callback.updateTransferredNetworkBytes(id, None, at, 0)
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn bar(at: i64, total: i64) -> String {
    let tenths = usize::try_from(at.saturating_mul(20) / total.max(1)).unwrap_or(0).min(20);
    format!("[{}{}] {at} of {total}", "#".repeat(tenths), ".".repeat(20 - tenths))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_goes_on_where_it_is_asked_to() {
        let downloads = Downloads::new(1000, 1 << 30).unwrap();
        let mut stream = TcpStream::connect(downloads.server).unwrap();
        stream.write_all(&990_u64.to_le_bytes()).unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, (990..1000).map(content).collect::<Vec<_>>());
    }

    #[test]
    fn the_bar_is_as_full_as_the_download() {
        assert_eq!(bar(0, 100), "[....................] 0 of 100");
        assert_eq!(bar(50, 100), "[##########..........] 50 of 100");
        assert_eq!(bar(100, 100), "[####################] 100 of 100");
        assert_eq!(bar(0, 0), "[....................] 0 of 0");
    }
}
