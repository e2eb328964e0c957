//! `jobwarden explain`: a journal played again, with the rules that decided.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use jobwarden_model::{Input, Model, Output, Platform};
use jobwarden_service::journal::{trail, Entry, Reader};

use super::Failure;

/// Play a journal again and say why everything happened.
///
/// The same journal gives the same answers everywhere, so what a device recorded can be explained on a desk.
///
/// Exit codes: 0 explained to its end; 1 unreadable or damaged.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A file that `jobwarden serve --journal` wrote.
    journal: PathBuf,
    /// Print one JSON object for each input instead.
    #[arg(long)]
    json: bool,
    /// Only inputs whose decisions cite a rule that begins with this.
    #[arg(long, value_name = "PREFIX", conflicts_with = "json")]
    rule: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let file = File::open(&arguments.journal)
        .map_err(|error| Failure::new(format!("{}: {error}", arguments.journal.display())))?;
    let entries = Reader::<_, Input>::new(BufReader::new(file));
    let mut model = Model::new(Platform::android_14());
    let mut out = io::stdout().lock();
    if arguments.json {
        trail(&mut model, entries, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let prefix = arguments.rule.as_deref().unwrap_or_default();
    let mut output = Output::tracing();
    for entry in entries {
        let Entry { now, input } = entry?;
        output.clear();
        model.apply(now, input.clone(), &mut output);
        let cited = output.decisions.iter().any(|decision| decision.rule.id.starts_with(prefix));
        if prefix.is_empty() || cited {
            tell(now.elapsed.millis(), &input, &output, &mut out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(at: i64, input: &Input, output: &Output, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "{at} ms  {}", serde_json::to_string(input)?)?;
    match &output.reply {
        Some(Ok(reply)) => writeln!(out, "    = {}", serde_json::to_string(reply)?)?,
        Some(Err(exception)) => writeln!(out, "    ! {}: {exception}", exception.class_name())?,
        None => {}
    }
    for decision in &output.decisions {
        writeln!(out, "    because {decision}")?;
        if let Some(oddity) = decision.rule.oddity {
            writeln!(out, "        an oddity of Android 14: {oddity}")?;
        }
    }
    for effect in &output.effects {
        writeln!(out, "    -> {}", serde_json::to_string(effect)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jobwarden_model::decision::Decision;
    use jobwarden_model::rules::{job_ready, job_sched};

    #[test]
    fn an_odd_rule_is_told_as_one() {
        let decision = |rule| Decision { rule, verdict: "so it is", facts: Vec::new() };
        let mut output = Output::tracing();
        output.decisions =
            vec![decision(&job_sched::JOB_SCHED_027), decision(&job_ready::JOB_READY_020)];
        let mut out = Vec::new();
        assert!(tell(1, &Input::Tick, &output, &mut out).is_ok());
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert_eq!(lines[0], "    because JOB-SCHED-027 so it is");
        assert!(lines[1].starts_with("        an oddity of Android 14: 151 jobs fit"), "{text}");
        assert_eq!(lines[2], "    because JOB-READY-020 so it is");
    }
}
