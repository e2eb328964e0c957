//! `jobwarden rules`: what is specified, and how much of it the model follows.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use jobwarden_model::rules::{all, Rule, Status};
use serde::Serialize;

use super::Failure;

/// List the rules of the specification, and whether the model follows them.
///
/// Each line: id, status, title, and what is odd about it where Android does what nobody would expect. The text
/// of a rule stands in docs/spec/.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only rules whose id begins with this: `JOB-VAL`, `FGS`.
    #[arg(value_name = "PREFIX")]
    prefix: Option<String>,
    /// Count by chapter and area instead.
    #[arg(long, conflicts_with = "json")]
    summary: bool,
    /// Only rules that describe an oddity of Android.
    #[arg(long)]
    odd: bool,
    /// Print one JSON array of {id, area, chapter, title, status, oddity}.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let prefix = arguments.prefix.clone().unwrap_or_default();
    let meant =
        |rule: &&Rule| rule.id.starts_with(&prefix) && (!arguments.odd || rule.oddity.is_some());
    let rules: Vec<_> = all().filter(meant).collect();
    if rules.is_empty() {
        let odd = if arguments.odd { "odd " } else { "" };
        return Err(Failure::new(format!("no {odd}rule begins with `{prefix}`")));
    }
    let mut out = io::stdout().lock();
    match (arguments.summary, arguments.json) {
        (true, _) => summarise(&rules, &mut out)?,
        (_, true) => write_json(&rules, &mut out)?,
        (false, false) => list(&rules, &mut out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The word for a status; a rule that repeats another has that one's.
fn word(rule: &Rule) -> &'static str {
    match rule.resolved_status() {
        Status::Implemented => "implemented",
        Status::NotModelled(_) => "not modelled",
        Status::Planned | Status::SameAs(_) => "planned",
    }
}

fn list(rules: &[&Rule], out: &mut impl Write) -> io::Result<()> {
    for rule in rules {
        write!(out, "{:<16} {:<12} {}", rule.id, word(rule), rule.title)?;
        match rule.status {
            Status::SameAs(other) => write!(out, " (as {other})")?,
            Status::NotModelled(why) => write!(out, " ({why})")?,
            Status::Implemented | Status::Planned => {}
        }
        match rule.oddity {
            Some(oddity) => writeln!(out, " [odd: {oddity}]")?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Default)]
struct Count {
    implemented: usize,
    not_modelled: usize,
    planned: usize,
}

impl Count {
    fn add(&mut self, rule: &Rule) {
        match rule.resolved_status() {
            Status::Implemented => self.implemented += 1,
            Status::NotModelled(_) => self.not_modelled += 1,
            Status::Planned | Status::SameAs(_) => self.planned += 1,
        }
    }

    fn total(self) -> usize {
        self.implemented + self.not_modelled + self.planned
    }

    fn write(self, name: &str, out: &mut impl Write) -> io::Result<()> {
        let Self { implemented, not_modelled, planned } = self;
        let total = self.total();
        writeln!(out, "{name:<16} {total:>5} {implemented:>11} {not_modelled:>12} {planned:>7}")
    }
}

fn summarise(rules: &[&Rule], out: &mut impl Write) -> io::Result<()> {
    let mut chapters: BTreeMap<u8, BTreeMap<&str, Count>> = BTreeMap::new();
    let mut sum = Count::default();
    for rule in rules {
        chapters.entry(rule.chapter).or_default().entry(rule.area).or_default().add(rule);
        sum.add(rule);
    }
    writeln!(out, "{:<16} {:>5} implemented not modelled planned", "area", "rules")?;
    for (chapter, areas) in &chapters {
        writeln!(out, "chapter {chapter}")?;
        for (area, count) in areas {
            count.write(&format!("  {area}"), out)?;
        }
    }
    sum.write("all", out)
}

#[derive(Serialize)]
struct Line {
    id: &'static str,
    area: &'static str,
    chapter: u8,
    title: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    oddity: Option<&'static str>,
}

fn write_json(rules: &[&Rule], out: &mut impl Write) -> Result<(), Failure> {
    let line = |rule: &&Rule| Line {
        id: rule.id,
        area: rule.area,
        chapter: rule.chapter,
        title: rule.title,
        status: word(rule),
        oddity: rule.oddity,
    };
    serde_json::to_writer(&mut *out, &rules.iter().map(line).collect::<Vec<_>>())?;
    writeln!(out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_every_rule_once() {
        let rules: Vec<_> = all().collect();
        let mut out = Vec::new();
        summarise(&rules, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let last: Vec<_> = text.lines().last().unwrap().split_whitespace().collect();
        let numbers: Vec<usize> = last[1..].iter().map(|number| number.parse().unwrap()).collect();
        assert_eq!(numbers[0], rules.len());
        assert_eq!(numbers[0], numbers[1..].iter().sum::<usize>());
    }

    #[test]
    fn a_list_says_what_is_odd() {
        let odd: Vec<_> = all().filter(|rule| rule.oddity.is_some()).collect();
        let mut out = Vec::new();
        list(&odd, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().all(|line| line.contains(" [odd: ") && line.ends_with(']')));
        let limit = text.lines().find(|line| line.starts_with("JOB-SCHED-027")).unwrap();
        assert!(limit.contains("151 jobs fit"), "{limit}");
    }

    #[test]
    fn json_is_one_array_with_every_rule() {
        let rules: Vec<_> = all().collect();
        let mut out = Vec::new();
        write_json(&rules, &mut out).unwrap();
        let array: Vec<serde_json::Value> = serde_json::from_slice(&out).unwrap();
        assert_eq!(array.len(), rules.len());
        for key in ["id", "area", "chapter", "title", "status"] {
            assert!(array[0].get(key).is_some(), "{key}");
        }
    }
}
