//! What survives a crash, and what a damaged journal says of itself.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use jobwarden_model::Now;

use super::*;
use crate::sync::Held;

const WHOLE: &str = concat!(
    r#"{"now":{"elapsed":1,"uptime":1,"wall":9},"input":"a"}"#,
    "\n",
    r#"{"now":{"elapsed":2,"uptime":1,"wall":9},"input":"b"}"#,
    "\n",
);

fn inputs(text: &str) -> Result<Vec<String>, String> {
    read::<String>(text.as_bytes())
        .map(|entries| entries.into_iter().map(|entry| entry.input).collect())
        .map_err(|damage| damage.to_string())
}

/// A file of this test's own, gone at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let name = format!("jobwarden-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn every_cut_leaves_exactly_the_whole_lines() {
    let first = WHOLE.find('\n').unwrap() + 1;
    for cut in 0..=WHOLE.len() {
        let whole = usize::from(cut >= first) + usize::from(cut == WHOLE.len());
        assert_eq!(inputs(&WHOLE[..cut]).unwrap(), ["a", "b"][..whole], "cut at {cut}");
    }
}

#[test]
fn damage_before_the_end_is_named_with_its_line() {
    let damaged = WHOLE.replace(r#""input":"a""#, r#""input":"a"#);
    let error = inputs(&damaged).unwrap_err();
    assert!(error.starts_with("line 1 of the journal is damaged: "), "{error}");
    let damaged = format!("{WHOLE}\n{WHOLE}");
    let error = inputs(&damaged).unwrap_err();
    assert!(error.starts_with("line 3 of the journal is damaged: "), "{error}");
}

#[test]
fn a_reader_ends_after_the_first_damage() {
    let damaged = format!("{WHOLE}x\n{WHOLE}");
    let read: Vec<_> = Reader::<_, String>::new(damaged.as_bytes()).collect();
    assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn a_torn_line_is_cut_off_before_anything_is_added() {
    let scratch = Scratch::new("torn");
    fs::write(&scratch.0, &WHOLE[..WHOLE.len() - 5]).unwrap();
    let Opened { entries, mut file } = open::<String>(&scratch.0).unwrap();
    assert_eq!(entries.len(), 1);
    file.append(WHOLE.as_bytes()).unwrap();
    assert_eq!(inputs(&fs::read_to_string(&scratch.0).unwrap()).unwrap(), ["a", "a", "b"]);
}

#[test]
fn a_damaged_journal_is_not_touched() {
    let scratch = Scratch::new("damaged");
    let text = format!("x\n{WHOLE}torn");
    fs::File::create(&scratch.0).unwrap().write_all(text.as_bytes()).unwrap();
    assert!(matches!(open::<String>(&scratch.0), Err(Damage::Line { line: 1, .. })));
    assert_eq!(fs::read_to_string(&scratch.0).unwrap(), text);
}

#[test]
fn what_is_queued_is_in_the_file_after_closing_and_can_be_continued() {
    let scratch = Scratch::new("continued");
    let core = Ranked::<rank::Core, _>::new(());
    for round in 1..=2 {
        let opened = open::<String>(&scratch.0).unwrap();
        assert_eq!(opened.entries.len(), (round - 1) * 10);
        let journal = Journal::start(opened.file, Durability::Acknowledged).unwrap();
        let mut none = Held::enter();
        let mut last = 0;
        for n in 0..10 {
            let line = journal.line(&format!("{n}\n")).unwrap();
            let (_core, mut held) = none.lock(&core);
            last = journal.queue(&mut held, Now::default().awake_for(n), line);
        }
        journal.wait_for(&mut none, last).unwrap();
        assert_eq!(open::<String>(&scratch.0).unwrap().entries.len(), round * 10);
        journal.close(&mut none).unwrap();
    }
}
