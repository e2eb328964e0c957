//! Malformed scenarios: the error names the place, what was found and what was expected.

use super::*;
use crate::adapter::InProcess;
use jobwarden_model::Platform;

fn error(text: &str) -> String {
    let file = Path::new("s.yaml");
    parse_text(file, text).map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
}

fn with_step(step: &str) -> String {
    error(&format!(
        "title: t\nrules: [JOB-VAL-058]\ngiven:\n  packages: [{{name: a.b, uid: 10101}}]\n\
         timeline:\n  - {step}\n"
    ))
}

#[test]
fn a_well_formed_scenario_is_accepted() {
    assert_eq!(with_step("{at: 1m 30s, a.b: {cancel: 1}, expect: {nothing: true}}"), "accepted");
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_what_fits() {
    let said = error("title: t\nrules: []\ntimelime: []\n");
    assert!(said.starts_with("s.yaml:3:1: "), "{said}");
    assert!(said.contains("timelime") && said.contains("timeline"), "{said}");
    let said = with_step("{at: 1s, expect: {strated: [a.b/1]}}");
    assert!(said.starts_with("s.yaml:6:") && said.contains("strated"), "{said}");
    assert!(said.contains("started"), "{said}");
}

#[test]
fn an_unknown_actor_is_named_with_those_there_are() {
    let said = with_step("{at: 1s, devise: {charging: true}}");
    assert!(said.contains("`devise`") && said.contains("`device`"), "{said}");
    let said = with_step("{at: 1s, a.c: {cancel: 1}}");
    assert!(said.contains("`a.c` is neither a package"), "{said}");
}

#[test]
fn a_wrong_type_is_named_with_what_was_expected() {
    let said = with_step("{at: 1s, device: {charging: maybe}}");
    assert!(said.starts_with("s.yaml:6:"), "{said}");
    assert!(said.contains("bool"), "{said}");
}

#[test]
fn a_negative_duration_and_one_without_unit_are_refused() {
    for at in ["-1s", "10", "1parsec", "''"] {
        let said = with_step(&format!("{{at: {at}, expect: {{nothing: true}}}}"));
        assert!(said.starts_with("s.yaml:6:"), "{at}: {said}");
        assert!(said.contains("a duration with its unit"), "{at}: {said}");
    }
}

#[test]
fn time_does_not_run_backwards() {
    let said = with_step("{at: 2s, a.b: {cancel: 1}}\n  - {at: 1s, a.b: {cancel: 1}}");
    assert!(
        said.starts_with("s.yaml:7:") && said.contains("earlier than the step before"),
        "{said}"
    );
}

#[test]
fn a_step_has_one_actor() {
    let said = with_step("{at: 1s, a.b: {cancel: 1}, device: {charging: true}}");
    assert!(said.contains("second actor"), "{said}");
}

/// What becomes of a scenario whose only step is this one.
fn played(step: &str) -> String {
    let text = format!(
        "title: t\nrules: []\ngiven:\n  packages: [{{name: a.b, uid: 10101, services: [.S]}}]\n\
         timeline:\n  - {step}\n"
    );
    let scenario = match parse_text(Path::new("s.yaml"), &text) {
        Ok(scenario) => scenario,
        Err(error) => return error.to_string(),
    };
    let mut model = InProcess::new(Platform::android_14());
    match run(&scenario, &mut model) {
        Ok(Outcome::Failed(failure)) => failure.failures.join("; "),
        Ok(outcome) => format!("{outcome:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn who_is_not_installed_has_no_role_no_quota_and_no_projection() {
    for step in [
        "system: {gives-role: {a.c: DIALER}}",
        "system: {takes-role: {a.c: DIALER}}",
        "person: {lets-capture-screen: a.c}",
        "person: {ends-screen-capture: a.c}",
        "device: {power-exempt: {a.c: permanent}}",
        "system: {cannot-show: a.c/1}",
        "device: {quota: {a.c: false}}",
        "device: {expedited-quota: {a.c: false}}",
        "device: {background-restricted: {a.c: true}}",
    ] {
        assert_eq!(played(&format!("{{at: 1s, {step}}}")), "`a.c` is not installed", "{step}");
    }
}

#[test]
fn words_that_do_not_exist_are_refused_with_those_that_do() {
    for (step, word, known) in [
        ("device: {power-exempt: {a.b: always}}", "always", "permanent"),
        ("device: {memory: 3}", "3", "critical"),
        ("device: {memory: full}", "full", "critical"),
        ("system: {gives-role: DIALER}", "", "map"),
        ("a.b: {bind-service: {class: .S}}", "", "string"),
        ("a.b: {schedule-each: {first: 1, job: {}}}", "last", "last"),
    ] {
        let said = with_step(&format!("{{at: 1s, {step}}}"));
        assert!(said.starts_with("s.yaml:6:"), "{step}: {said}");
        assert!(said.contains(word) && said.contains(known), "{step}: {said}");
    }
}

#[test]
fn jobs_are_scheduled_in_reasonable_numbers() {
    let each = |first: i64, last: i64| {
        let job = "job: {minimum-latency: 1h}";
        played(&format!(
            "{{at: 1s, a.b: {{schedule-each: {{first: {first}, last: {last}, {job}}}}}}}"
        ))
    };
    assert_eq!(each(1, 150), "Passed");
    assert_eq!(each(-1, 1), "Passed");
    let wrong = "are not 1 to 1500 ids";
    assert!(each(2, 1).contains(wrong), "{}", each(2, 1));
    assert!(each(1, 1501).contains(wrong));
    assert!(each(i64::from(i32::MIN), i64::from(i32::MAX)).contains(wrong));
    // The first refusal ends the step, and is what the step hears.
    assert!(each(1, 1500).contains("IllegalStateException that nobody expects"));
}

#[test]
fn who_has_not_bound_a_service_cannot_unbind_it() {
    let said = played("{at: 1s, a.b: {unbind-service: .S}}");
    assert_eq!(said, "`a.b` has not bound `.S`");
}

#[test]
fn a_rule_that_does_not_exist_is_refused() {
    let said = error("title: t\nrules: [NO-SUCH-RULE]\ntimeline: []\n");
    assert!(said.contains("`NO-SUCH-RULE` is not a rule"), "{said}");
}

#[test]
fn sizes_have_units() {
    let bytes = |text: &str| serde_saphyr::from_str::<Bytes>(text).map(|bytes| bytes.0);
    assert_eq!(bytes("5MB").ok(), Some(5_000_000));
    assert_eq!(bytes("64KiB").ok(), Some(65_536));
    assert_eq!(bytes("unknown").ok(), Some(-1));
    assert_eq!(bytes("-2").ok(), Some(-2));
    assert!(bytes("lots").is_err());
}

/// A folder with a manifest, and what a scenario says of a package in it.
fn with_package(manifest: &[u8], package: &str) -> Result<Scenario, String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("app.xml"), manifest).expect("room");
    let text = format!(
        "title: t\nrules: [JOB-VAL-058]\ngiven:\n  packages:\n    - {package}\ntimeline: []\n"
    );
    let file = folder.path().join("s.yaml");
    let shown = format!("{}/", folder.path().display());
    parse_text(&file, &text).map_err(|error| error.to_string().replace(&shown, ""))
}

fn refused(manifest: &str, package: &str) -> String {
    with_package(manifest.as_bytes(), package).map_or_else(|why| why, |_| "accepted".to_owned())
}

const MANIFEST: &str = r#"<manifest package="com.example.app"
    xmlns:android="http://schemas.android.com/apk/res/android">
  <uses-sdk android:targetSdkVersion="33"/>
  <uses-permission android:name="android.permission.CAMERA"/>
  <application android:debuggable="true">
    <service android:name=".Work" android:foregroundServiceType="camera" android:process=":work"/>
  </application>
</manifest>
"#;

#[test]
fn a_package_is_what_its_manifest_says() {
    let scenario = with_package(MANIFEST.as_bytes(), "{manifest: app.xml, uid: 10101}").unwrap();
    let package = &scenario.given.packages[0];
    let described = &package.description;
    assert_eq!(
        (package.name(), package.uid().0, described.target_sdk),
        ("com.example.app", 10_101, 33)
    );
    assert!(described.debuggable && package.running);
    assert_eq!(described.permissions, ["android.permission.CAMERA"]);
    let service = &described.services[0];
    assert_eq!(
        (service.class.as_str(), service.foreground_service_types),
        ("com.example.app.Work", 64)
    );
    assert_eq!(service.process.as_deref(), Some("com.example.app:work"));
}

#[test]
fn what_the_build_would_add_stands_beside_the_manifest() {
    let said = "{manifest: app.xml, uid: 10101, name: org.other, target-sdk: 34, running: false}";
    let scenario = with_package(MANIFEST.as_bytes(), said).unwrap();
    let package = &scenario.given.packages[0];
    assert_eq!((package.name(), package.description.target_sdk), ("org.other", 34));
    assert_eq!(package.description.services[0].class, "org.other.Work");
    assert!(!package.running);
}

#[test]
fn what_the_manifest_says_is_not_said_again() {
    for key in ["permissions: []", "services: []", "debuggable: true"] {
        let said = refused(MANIFEST, &format!("{{manifest: app.xml, uid: 10101, {key}}}"));
        let name = key.split(':').next().unwrap();
        assert!(said.contains(&format!("`{name}` is what the manifest says")), "{said}");
        assert!(said.starts_with("s.yaml:5:"), "{said}");
    }
    let said = refused(MANIFEST, "{uid: 10101}");
    assert!(said.contains("needs `name`, or `manifest`"), "{said}");
}

#[test]
fn a_bad_manifest_is_named_with_the_scenario_the_file_and_the_element() {
    let said = |manifest: &str| refused(manifest, "{uid: 10101, manifest: app.xml}");
    let place = "s.yaml:5:30: app.xml: ";
    let table = [
        ("", "is empty"),
        ("hello", "is neither XML text nor binary XML nor an .apk"),
        ("PK\x03\x04", "damaged archive"),
        ("<manifest>\n<a></b></manifest>", "line 2: not well-formed XML"),
        ("<manifest/>", "the manifest names no package; say which with `name`"),
    ];
    for (manifest, because) in table {
        let said = said(manifest);
        assert!(said.starts_with(place) && said.contains(because), "{said}");
    }
    let unknown = MANIFEST.replace("\"camera\"", "\"kamera\"");
    assert_eq!(
        said(&unknown),
        format!(
            "{place}line 6: <service com.example.app.Work>: no foreground service type has the name \
             `kamera`"
        )
    );
    let absent = refused(MANIFEST, "{uid: 10101, manifest: no/such.apk}");
    assert!(absent.starts_with("s.yaml:5:30: no/such.apk: No such file"), "{absent}");
}

#[test]
fn what_the_system_installs_later_may_act_and_its_manifest_is_read_before() {
    let step = |package: &str| {
        with_step(&format!(
            "{{at: 1s, system: {{installs: {package}}}}}\n  - {{at: 2s, c.d: {{cancel: 1}}}}"
        ))
    };
    assert_eq!(step("{name: c.d, uid: 10102}"), "accepted");
    let said = step("{manifest: no.xml, uid: 10102}");
    assert!(said.starts_with("s.yaml:6:") && said.contains("no.xml: No such file"), "{said}");
}
