//! `jobwarden-conformance`: measures an implementation against what Android 14 does.

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jobwarden_conformance::adapter::AdapterName;
use jobwarden_conformance::{play, scenario, vectors};
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
    /// Play scenarios against the model, a service or another program.
    ///
    /// Exit code 0: all passed; 1: some failed; 2: some could not be played.
    Run {
        /// Scenario files, or folders of them.
        #[arg(required = true)]
        scenarios: Vec<PathBuf>,
        /// Who answers: `model`; `service` for a jobwarden started for each scenario, the one beside this
        /// program or `service:PROGRAM`; `exec:PROGRAM` for one that speaks the protocol of
        /// `docs/adapter.md`.
        #[arg(long, default_value = "model")]
        adapter: AdapterName,
    },
    /// Print the JSON Schema of scenario files.
    Schema,
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

/// The usual program of a service: it is built beside this one.
fn jobwarden() -> PathBuf {
    std::env::current_exe().unwrap_or_default().with_file_name("jobwarden")
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run { scenarios, adapter } => run_scenarios(&scenarios, &adapter),
        Command::Schema => {
            println!("{:#}", scenario::schema().to_value());
            ExitCode::SUCCESS
        }
        Command::Vectors { files, report, show } => run_vectors(&files, report, show),
    }
}

fn run_scenarios(named: &[PathBuf], adapter: &AdapterName) -> ExitCode {
    let played = play::scenario_files(named).and_then(|files| {
        play::play(&files, &|| adapter.start(&jobwarden()), &mut std::io::stdout())
    });
    match played {
        Ok(summary) => ExitCode::from(summary.exit_code()),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
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
