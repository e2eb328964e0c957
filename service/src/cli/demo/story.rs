//! The story, act by act.

use std::time::Duration;

use super::super::Failure;
use super::stage::{Stage, FILES, LURKER, NOTES};
use super::trail::effect;

const SOON: Duration = Duration::from_secs(10);

/// Plays it. The first claim that is not true ends it.
pub(super) fn play(stage: &mut Stage) -> Result<(), Failure> {
    refused_in_the_background(stage)?;
    download(stage)?;
    overstay(stage)
}

fn act(title: &str) {
    println!("\n{title}");
}

/// An app that nobody sees asks for a user-initiated job.
fn refused_in_the_background(stage: &mut Stage) -> Result<(), Failure> {
    act("An app in the background asks for a user-initiated download.");
    let mut lurker = stage.enter(LURKER)?;
    lurker.tell("schedule 9")?;
    lurker.await_line("schedule 9 -> RESULT_FAILURE", SOON)?;
    stage.trail.claim(
        "It is refused: no user is looking at it, so no user can have asked.",
        &["JOB-API-035", "JOB-SCHED-040", "UIJ-VIS"],
        |entry| entry.input.contains("\"call\":\"schedule\"") && entry.input.contains("10124"),
    )?;
    Ok(())
}

/// From the tap on the screen to the stop button.
fn download(stage: &mut Stage) -> Result<(), Failure> {
    act("The user opens Files and asks for a download. There is no network.");
    let mut files = stage.enter(FILES)?;
    stage.show(&files)?;
    files.tell("schedule 1")?;
    files.await_line("schedule 1 -> RESULT_SUCCESS", SOON)?;
    stage.trail.claim(
        "It is accepted: the app is on top.",
        &["JOB-API-035", "JOB-SCHED", "UIJ-VIS"],
        |entry| entry.input.contains("\"call\":\"schedule\"") && entry.input.contains("10123"),
    )?;
    files.tell("reason 1")?;
    files.await_line("reason 1 -> reason 6", SOON)?; // PENDING_JOB_REASON_CONSTRAINT_CONNECTIVITY
    stage.hide(&files)?;

    act("Wi-Fi comes, and the app is no longer on the screen.");
    stage.connect_wifi()?;
    stage.trail.claim(
        "The network satisfies the job: it starts.",
        &["CTRL-NET", "JOB"],
        |entry| effect(entry, "bind", &["com.example.files.Downloads"]),
    )?;
    files.await_line("onStartJob 1 at byte 0", SOON)?;
    stage.trail.claim("The user sees its notification.", &["JOB-NOTIF"], |entry| {
        effect(entry, "show", &["com.example.files", "Downloading"])
    })?;
    files.await_line("progress 1 [####", SOON)?;

    act("The device gets hot: thermal status SEVERE.");
    stage.system.setThermalStatus(3)?;
    stage.trail.claim(
        "The download is stopped; it may be asked for again.",
        &["THERM", "JOB"],
        |entry| effect(entry, "stopJob", &["\"stopReason\":4"]),
    )?;
    files.await_line("onStopJob 1 reason 4", SOON)?; // STOP_REASON_DEVICE_STATE

    act("It cools down.");
    stage.system.setThermalStatus(0)?;
    let again = files.await_line("onStartJob 1 at byte", SOON)?;
    if again == "onStartJob 1 at byte 0" {
        return Err(Failure::new("not true: the download goes on where it was"));
    }
    stage.trail.claim(
        "A first stop by the system costs no delay: it runs again.",
        &["JOB"],
        |entry| effect(entry, "startJob", &["\"jobId\":1"]),
    )?;
    files.await_line("progress 1 [######", SOON)?;

    act("The user presses Stop in the Task Manager.");
    stage.tasks.stop(FILES.package, 0)?;
    files.await_kill(SOON)?;
    println!("  + The process is gone, by a signal it could not catch.");
    stage.trail.claim(
        "The scheduler was told first, then the process was killed.",
        &["JOB-USERSTOP", "PROC-KILL"],
        |entry| effect(entry, "killProcess", &["10123"]),
    )?;
    std::thread::sleep(Duration::from_secs(1));
    stage.trail.deny("The download does not come back.", |entry| {
        effect(entry, "startJob", &["\"jobId\":1"]) || effect(entry, "bind", &["Downloads"])
    })?;
    let mut files = stage.enter(FILES)?;
    files.tell("reason 1")?;
    files.await_line("reason 1 -> reason -2", SOON)?; // PENDING_JOB_REASON_INVALID_JOB_ID
    println!("  + There is no such job any more: what the user stopped is not rescheduled.");
    Ok(())
}

/// A short service that does not stop. Three minutes are made two seconds, as Android itself allows.
fn overstay(stage: &mut Stage) -> Result<(), Failure> {
    act("Notes starts a foreground service of type shortService, for two seconds, and does not stop it.");
    for (key, millis) in [
        ("short_fgs_timeout_duration", "2000"),
        ("short_fgs_proc_state_extra_wait_duration", "500"),
        ("short_fgs_anr_extra_wait_duration", "1500"),
    ] {
        stage.system.setDeviceConfig("activity_manager", key, Some(millis))?;
    }
    let mut notes = stage.enter(NOTES)?;
    stage.show(&notes)?;
    notes.tell("short-service")?;
    notes.await_line("startForeground shortService", SOON)?;
    stage.trail.claim(
        "It may: the app is visible, and the manifest names the type.",
        &["FGS"],
        |entry| entry.input.contains("\"call\":\"startForeground\""),
    )?;
    stage.hide(&notes)?;
    notes.await_line("onTimeout", SOON)?;
    stage.trail.claim("Its time is up, and it is told.", &["FGS-SHORT"], |entry| {
        effect(entry, "timeout", &[])
    })?;
    stage.trail.claim(
        "It did not stop: it no longer counts for its process.",
        &["FGS-SHORT"],
        |entry| entry.decisions.iter().any(|decision| decision.rule == "FGS-SHORT-015"),
    )?;
    stage.trail.claim("It did not stop: the app does not respond.", &["FGS-SHORT"], |entry| {
        effect(entry, "anr", &["10125"])
    })?;
    Ok(())
}
