//! What was acknowledged survives `kill -9` at any instant.
//!
//! The test starts itself again as a victim that acknowledges inputs as fast as it can, kills it, and
//! looks for every input it had acknowledged.
#![cfg(not(jobwarden_loom))]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use jobwarden_model::platform::Platform;
use jobwarden_model::{Input, Model, Now, Output};
use jobwarden_service::journal::{self, Durability, Journal};
use jobwarden_service::sync::Held;
use jobwarden_service::timer::Clock;
use jobwarden_service::warden::Setup;
use jobwarden_service::{engine, Warden};

/// Where the victim is told its journal is. Without it, this is not a victim.
const JOURNAL: &str = "JOBWARDEN_TEST_JOURNAL";

fn input(n: usize) -> Input {
    let (namespace, key) = ("jobscheduler".into(), "test".into());
    Input::DeviceConfig { namespace, key, value: Some(n.to_string()) }
}

/// Acknowledges inputs on stdout until it is killed. Continues the journal it finds.
fn be_the_victim(path: &Path) -> ! {
    let opened = journal::open::<Input>(path).unwrap();
    let mut model = Model::new(Platform::android_14());
    let first = opened.entries.len();
    let entries = opened.entries.into_iter().map(Ok::<_, std::io::Error>);
    journal::replay(&mut model, entries, &mut Output::new(), |_| Ok(())).unwrap();
    let setup = Setup {
        route: Box::new(engine::addressee),
        clock: Clock::at(Now::default()),
        journal: Some(Journal::start(opened.file, Durability::Acknowledged).unwrap()),
        outbox_capacity: 1,
    };
    let warden = Warden::start(model, setup).unwrap();
    let mut none = Held::enter();
    // Not `println!`, which the test harness keeps to itself.
    let mut stdout = std::io::stdout();
    for n in first.. {
        warden.submit(&mut none, input(n), &mut Output::new()).unwrap();
        writeln!(stdout, "acknowledged {n}").unwrap();
    }
    unreachable!("the victim ran out of numbers");
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_instant() {
    if let Some(path) = std::env::var_os(JOURNAL) {
        be_the_victim(&PathBuf::from(path));
    }
    let name = format!("jobwarden-crash-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let mut acknowledged = 0;
    for round in 1..=8_u32 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "what_was_acknowledged_survives_a_kill_at_any_instant",
                "--nocapture",
            ])
            .env(JOURNAL, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
        let numbers = lines.filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok());
        let mut numbers: Box<dyn Iterator<Item = usize>> = Box::new(numbers);
        let before = numbers.by_ref().nth(3).expect("it acknowledges");
        // Another instant within an append each time.
        std::thread::sleep(Duration::from_micros(u64::from(round) * 137));
        victim.kill().unwrap();
        let last = numbers.last().unwrap_or(before);
        victim.wait().unwrap();

        let entries = journal::open::<Input>(&path).unwrap().entries;
        assert!(last >= acknowledged + 3, "round {round}: {last} after {acknowledged}");
        assert!(
            entries.len() > last,
            "round {round}: {} entries, {last} acknowledged",
            entries.len()
        );
        for (n, entry) in entries.iter().enumerate() {
            assert_eq!(entry.input, input(n), "round {round}");
        }
        acknowledged = entries.len();
    }
    std::fs::remove_file(&path).unwrap();
}
