//! `jobwarden-conformance`: measures an implementation against what Android 14 does.

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jobwarden_conformance::vectors;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures an implementation of Android 14's job scheduler and foreground services.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare with recorded vectors of Android 14.
    ///
    /// The slice is a file's name up to its first dot; `.xz` is read as it is. Exit code 0: all agree;
    /// 1: some differ; 2: unknown slice or unreadable file.
    Vectors {
        /// Files of vectors, one JSON object a line.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Write a machine-readable report of every vector.
        #[arg(long, value_name = "FILE.json")]
        report: Option<PathBuf>,
        /// How many differing vectors to show per file.
        #[arg(long, default_value_t = 5)]
        show: usize,
    },
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Vectors { files, report, show } => run_vectors(&files, report, show),
    }
}

fn run_vectors(files: &[PathBuf], report: Option<PathBuf>, show: usize) -> ExitCode {
    let (mut reports, mut unreadable) = (Vec::new(), false);
    for file in files {
        let bar = progress_bar();
        let outcome = vectors::run(file, |done, total| {
            bar.set_length(total);
            bar.inc(done);
        });
        bar.finish_and_clear();
        match outcome {
            Ok(outcome) => {
                print_report(&outcome, show);
                reports.push(outcome);
            }
            Err(error) => {
                eprintln!("{error}");
                unreadable = true;
            }
        }
    }
    if let Some(path) = report {
        let written = serde_json::to_vec_pretty(&reports)
            .map_err(std::io::Error::from)
            .and_then(|json| std::fs::write(&path, json));
        if let Err(error) = written {
            eprintln!("{}: {error}", path.display());
            unreadable = true;
        }
    }
    if unreadable {
        ExitCode::from(2)
    } else {
        ExitCode::from(u8::from(reports.iter().any(|report| !report.failed.is_empty())))
    }
}

fn print_report(report: &vectors::Report, show: usize) {
    println!("{}: {} passed, {} failed", report.slice, report.passed.len(), report.failed.len());
    for failure in report.failed.iter().take(show) {
        println!("  {}", failure.id);
        for difference in failure.differences.iter().take(8) {
            println!("    {difference}");
        }
    }
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar() -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(None, target);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}
