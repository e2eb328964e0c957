//! `jobwarden-conformance`: measures an implementation against what Android 14 does.

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jobwarden_conformance::adapter::AdapterName;
use jobwarden_conformance::{history, play, scenario, vectors};
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

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
    /// Let random calls, signals and spans of time happen, and print what it came to.
    ///
    /// The same seed is the same history everywhere: implementations that decide alike print the same
    /// hash. Exit code 0: played to the end; 2: not.
    History {
        /// How many inputs, the instants at which something falls due included.
        #[arg(long, default_value_t = 100_000)]
        inputs: u64,
        /// Where chance starts; drawn from the clock if absent, and printed.
        #[arg(long)]
        seed: Option<u64>,
        /// Who answers, as for `run`.
        #[arg(long, default_value = "model")]
        adapter: AdapterName,
        /// Write the trail to this file, a line of JSON for each input.
        #[arg(long, value_name = "FILE")]
        trail: Option<PathBuf>,
    },
    /// Print the JSON Schema of scenario files.
    Schema,
    /// Compare with recorded vectors of Android 14.
    ///
    /// The slice is a file's name up to its first dot; `.xz` is read as it is. Exit code 0: all agree;
    /// 1: some differ, or nothing was compared, with a floor: some that it demands differ; 2: unknown
    /// slice or unreadable file.
    Vectors(VectorArguments),
}

#[derive(clap::Args)]
struct VectorArguments {
    /// Files of vectors, one JSON object a line.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write a machine-readable report of every vector.
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
    /// Demand only what this file lists: slice -> "all" or the ids that must pass.
    #[arg(long, value_name = "FILE.json")]
    floor: Option<PathBuf>,
    /// Write what passes beyond the floor into it. Nothing is ever taken out.
    #[arg(long, requires = "floor")]
    raise_floor: bool,
    /// Tell the vectors to a whole implementation, named as for `run`, as calls, signals and time; those
    /// that nobody outside can bring about are counted and passed over.
    #[arg(long, conflicts_with_all = ["floor", "raise_floor"])]
    adapter: Option<AdapterName>,
    /// With an adapter: this many vectors of each file, spread over all of it.
    #[arg(long, value_name = "N", requires = "adapter")]
    sample: Option<usize>,
    /// How many differing vectors to show per file.
    #[arg(long, default_value_t = 5)]
    show: usize,
}

/// The usual program of a service: it is built beside this one.
fn jobwarden() -> PathBuf {
    std::env::current_exe().unwrap_or_default().with_file_name("jobwarden")
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run { scenarios, adapter } => run_scenarios(&scenarios, &adapter),
        Command::History { inputs, seed, adapter, trail } => {
            let seed = seed.unwrap_or_else(seed_of_the_clock);
            println!("seed {seed}, {inputs} inputs");
            match tell(seed, inputs, &adapter, trail.as_deref()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("{error}");
                    ExitCode::from(2)
                }
            }
        }
        Command::Schema => {
            println!("{:#}", scenario::schema().to_value());
            ExitCode::SUCCESS
        }
        Command::Vectors(arguments) => run_vectors(&arguments),
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

fn seed_of_the_clock() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| u64::from(now.subsec_nanos()) ^ now.as_secs())
}

/// Plays one history and prints what it came to.
fn tell(
    seed: u64,
    inputs: u64,
    adapter: &AdapterName,
    trail: Option<&Path>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut file = trail.map(File::create).transpose()?.map(BufWriter::new);
    let mut written = Ok(());
    let mut write = |line: &str| {
        if let (Some(file), Ok(())) = (&mut file, &written) {
            written = writeln!(file, "{line}");
        }
    };
    let start = Instant::now();
    let mut adapter = adapter.start(&jobwarden())?;
    let told = history::run(seed, inputs, adapter.as_mut(), &mut write)?;
    let spent = start.elapsed();
    written?;
    file.as_mut().map(BufWriter::flush).transpose()?;
    let drawn: Vec<_> = told.drawn.iter().map(|(kind, times)| format!("{kind} {times}")).collect();
    println!("drawn: {}", drawn.join(", "));
    println!(
        "{} inputs ({} of them time, {} refused), {} effects, {} decisions by {} rules, {spent:.1?}",
        told.inputs,
        told.ticks,
        told.refused,
        told.effects,
        told.decisions,
        told.rules.len()
    );
    println!("sha256 {}", told.hash);
    Ok(())
}

fn run_vectors(arguments: &VectorArguments) -> ExitCode {
    let (mut reports, mut unreadable) = (Vec::new(), false);
    for file in &arguments.files {
        let bar = progress_bar();
        let progress = |done, total| {
            bar.set_length(total);
            bar.inc(done);
        };
        let outcome = match &arguments.adapter {
            None => vectors::run(file, progress),
            Some(name) => {
                vectors::tell(file, arguments.sample, &|| name.start(&jobwarden()), progress).map(
                    |told| {
                        for (why, times) in &told.untold {
                            println!("{}: {times} not told: {why}", told.report.slice);
                        }
                        told.report
                    },
                )
            }
        };
        bar.finish_and_clear();
        match outcome {
            Ok(outcome) => {
                print_report(&outcome, arguments.show);
                reports.push(outcome);
            }
            Err(error) => {
                eprintln!("{error}");
                unreadable = true;
            }
        }
    }
    if let Some(path) = &arguments.report {
        let written = serde_json::to_vec_pretty(&reports)
            .map_err(std::io::Error::from)
            .and_then(|json| std::fs::write(path, json));
        if let Err(error) = written {
            eprintln!("{}: {error}", path.display());
            unreadable = true;
        }
    }
    let fallen = match &arguments.floor {
        // A file of which nothing was compared agrees with nothing.
        None => reports.iter().any(|report| !report.failed.is_empty() || report.passed.is_empty()),
        Some(path) => match hold_to_floor(path, arguments.raise_floor, &reports) {
            Ok(held) => !held,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(2);
            }
        },
    };
    ExitCode::from(if unreadable { 2 } else { u8::from(fallen) })
}

/// Whether all passes that the floor demands of the slices that were measured. Says what is below it
/// and how much is beyond.
fn hold_to_floor(
    path: &Path,
    raise: bool,
    reports: &[vectors::Report],
) -> Result<bool, vectors::FloorError> {
    let mut floor = vectors::Floor::read(path)?;
    let mut held = true;
    for report in reports {
        let standing = floor.compare(report);
        if !standing.below.is_empty() {
            held = false;
            println!("{}: BELOW the floor: {}", report.slice, standing.below.join(" "));
        }
        if !standing.beyond.is_empty() {
            println!("{}: beyond the floor: {}", report.slice, standing.beyond.join(" "));
        }
        if raise {
            floor.raise(report);
        }
    }
    if raise {
        floor.write(path)?;
    }
    Ok(held)
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
