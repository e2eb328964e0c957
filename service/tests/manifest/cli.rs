//! The two commands, as a build server runs them.

use std::path::Path;
use std::process::{Command, Output};

use jobwarden_model::package::PackageDescription;

use jobwarden_manifest::compile::{apk, archive, manifest, permissions};

fn run(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let program = Command::new(env!("CARGO_BIN_EXE_jobwarden"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program");
    let Output { status, stdout, stderr } = program;
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn exit_codes_tell_findings_from_unreadable_input() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let wrong = "<service android:name='.Work' android:foregroundServiceType='dataSync'/>";
    let asked = permissions(&["FOREGROUND_SERVICE"]);
    write("clean.apk", &apk(&manifest(34, "", "")));
    write("wrong.xml", manifest(34, &asked, wrong).as_bytes());
    write("broken.apk", b"PK\x03\x04");
    let code = |arguments: &[&str]| run(arguments, folder.path()).0;
    assert_eq!(code(&["check", "clean.apk"]), Some(0));
    assert_eq!(code(&["check", "clean.apk", "wrong.xml"]), Some(1));
    assert_eq!(code(&["check", "wrong.xml", "--target-sdk", "27"]), Some(1));
    assert_eq!(code(&["check", "wrong.xml", "--allow", "FGS-TYPE-201"]), Some(0));
    assert_eq!(code(&["check", "wrong.xml", "--allow", "NO-SUCH-001"]), Some(2));
    assert_eq!(code(&["check", "wrong.xml", "broken.apk"]), Some(2));
    assert_eq!(code(&["check", "absent.apk"]), Some(2));
    assert_eq!(code(&["app-info", "clean.apk"]), Some(0));
    let (code, _, complaint) = run(&["app-info", "broken.apk"], folder.path());
    assert_eq!(code, Some(2));
    assert!(complaint.contains("broken.apk: damaged archive"), "{complaint}");
    for format in ["json", "sarif"] {
        let (code, out, _) = run(&["check", "wrong.xml", "--format", format], folder.path());
        assert_eq!(code, Some(1));
        assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{format}");
    }
}

/// Whatever a file makes of itself, the command needs little memory for it.
#[test]
fn a_bomb_is_refused_with_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = archive(&[("AndroidManifest.xml", &vec![0; 96 << 20])]);
    std::fs::write(folder.path().join("bomb.apk"), bomb).unwrap();
    // 64 MiB of data for the whole process.
    let line = "ulimit -d 65536 && exec \"$0\" check bomb.apk";
    let program = Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_jobwarden")])
        .current_dir(folder.path())
        .output()
        .expect("a shell");
    let said = String::from_utf8(program.stdout).expect("text");
    assert_eq!(program.status.code(), Some(2), "{said}");
    assert!(said.contains("bomb.apk: unreadable: manifest is larger than 4194304 bytes"), "{said}");
}

#[test]
fn app_info_prints_what_install_takes() {
    let folder = tempfile::tempdir().unwrap();
    let service = "<service android:name='.Work' android:foregroundServiceType='dataSync'/>";
    std::fs::write(folder.path().join("a.apk"), apk(&manifest(34, "", service))).unwrap();
    let (code, out, _) = run(&["app-info", "a.apk", "--format", "json"], folder.path());
    assert_eq!(code, Some(0));
    let package: PackageDescription = serde_json::from_str(&out).expect("a description");
    assert_eq!((package.name.as_str(), package.app_id), ("com.example.app", 10_000));
    assert_eq!(package.services[0].foreground_service_types, 1);
    let (_, out, _) = run(&["app-info", "a.apk"], folder.path());
    assert!(out.contains("types       dataSync"), "{out}");
}
