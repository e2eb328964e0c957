//! `jobwarden check`: what is wrong with manifests, without running anything.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use jobwarden_service::lint::files::{check_all, gather};
use jobwarden_service::lint::report::{self, Summary};

use super::app_info::Build;
use super::Failure;

/// Check manifests for what would fail on Android 14: jobs, foreground services and their types.
///
/// Takes .apk files and AndroidManifest.xml, as text or compiled, and folders that are searched for them.
/// Each finding names the rule that it breaks, see docs/lint.md.
///
/// Exit codes: 0 nothing found (notes do not count); 1 findings; 2 unreadable input, whatever else was found.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Files and folders.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// For whom to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Leave out findings of this rule; may be given several times.
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    #[command(flatten)]
    build: Build,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// People.
    Human,
    /// Programs: one JSON object.
    Json,
    /// Code review: one SARIF 2.1.0 log.
    Sarif,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    for allowed in &arguments.allow {
        if !jobwarden_model::rules::all().any(|rule| rule.id == allowed.as_str()) {
            return Err(Failure { message: format!("no rule has the id `{allowed}`"), code: 2 });
        }
    }
    let (files, unreadable) = gather(&arguments.paths);
    let progress = bar(files.len());
    let mut checked = check_all(files, &arguments.build.assumed(), || progress.inc(1));
    progress.finish_and_clear();
    checked.extend(unreadable);
    for findings in checked.iter_mut().filter_map(|file| file.outcome.as_mut().ok()) {
        findings.retain(|finding| !arguments.allow.iter().any(|rule| rule == finding.rule.id));
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    match arguments.format {
        Format::Human => report::human(&checked, &mut out)?,
        Format::Json => write_json(&report::json(&checked), &mut out)?,
        Format::Sarif => write_json(&report::sarif(&checked), &mut out)?,
    }
    out.flush()?;
    Ok(ExitCode::from(verdict(Summary::of(&checked))))
}

fn verdict(summary: Summary) -> u8 {
    match summary {
        Summary { unreadable: 1.., .. } => 2,
        Summary { errors: 1.., .. } | Summary { warnings: 1.., .. } => 1,
        Summary { .. } => 0,
    }
}

/// Draws on standard error, if that is a terminal and there is something to wait for.
fn bar(files: usize) -> ProgressBar {
    if files < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {per_sec}, {eta} left");
    let bar = ProgressBar::new(files as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn write_json(value: &serde_json::Value, out: &mut impl Write) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_do_not_fail_and_unreadable_input_outweighs_findings() {
        let of = |errors, warnings, notes, unreadable| {
            verdict(Summary { files: 9, errors, warnings, notes, unreadable })
        };
        assert_eq!([of(0, 0, 0, 0), of(0, 0, 3, 0)], [0, 0]);
        assert_eq!([of(1, 0, 0, 0), of(0, 1, 0, 0)], [1, 1]);
        assert_eq!([of(0, 0, 0, 1), of(1, 1, 1, 1)], [2, 2]);
    }
}
