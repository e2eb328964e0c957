//! What is found, and that what is in order is left alone.

use jobwarden_manifest::{read_bytes, Assumed};
use jobwarden_model::fgs::types::{Entry, ForegroundServiceType, ForegroundServiceTypePolicy};
use jobwarden_service::lint::report::{self, Summary};
use jobwarden_service::lint::{check, files, Finding, Level};

use jobwarden_manifest::compile::{apk, manifest, permissions};

fn findings(xml: &str) -> Vec<Finding> {
    check(&read_bytes(xml.as_bytes(), &Assumed::default()).expect("readable"))
}

/// Rules and levels of what is found.
fn found(target_sdk: i32, outside: &str, inside: &str) -> Vec<(&'static str, Level)> {
    let findings = findings(&manifest(target_sdk, outside, inside));
    findings.iter().map(|finding| (finding.rule.id, finding.level)).collect()
}

fn service(types: &str) -> String {
    format!("<service android:name=\".Work\" android:foregroundServiceType=\"{types}\"/>")
}

use Level::{Error, Note, Warning};

/// Every type that the policy of the model knows: silent with all it asks for, and with each permission
/// taken away in turn a finding that names it.
#[test]
fn every_type_is_held_to_its_policy() {
    let types = (0..31).map(|bit| ForegroundServiceType(1 << bit));
    let infos = types.filter_map(|bit| ForegroundServiceTypePolicy::policy_info(bit, bit).ok());
    let mut seen = 0;
    for info in infos.filter(|info| info.all_of.is_some()) {
        let regular = |list: &'static [Entry]| {
            list.iter().filter(|entry| matches!(entry, Entry::Regular(_))).map(|entry| entry.name())
        };
        let mut names = vec!["android.permission.FOREGROUND_SERVICE"];
        names.extend(regular(info.all_of.unwrap_or_default()));
        names.extend(info.any_of.and_then(|any_of| regular(any_of).next()));
        let asked = |without: Option<usize>| -> String {
            let kept = names.iter().enumerate().filter(|(index, _)| Some(*index) != without);
            kept.map(|(_, name)| format!("<uses-permission android:name=\"{name}\"/>")).collect()
        };
        let subtype = "<property android:name=\"android.app.PROPERTY_SPECIAL_USE_FGS_SUBTYPE\" \
                       android:value=\"why\"/>";
        let service = format!(
            "<service android:name=\".Work\" android:foregroundServiceType=\"{}\">{subtype}</service>",
            info.service_type.label()
        );
        assert_eq!(found(34, &asked(None), &service), [], "{}", info.service_type.label());
        for (index, name) in names.iter().enumerate() {
            let findings = findings(&manifest(34, &asked(Some(index)), &service));
            assert_eq!(findings.len(), 1, "{} without {name}", info.service_type.label());
            let text = format!("{} {}", findings[0].message, findings[0].fix);
            assert!(text.contains(name), "{text}");
        }
        seen += 1;
    }
    assert_eq!(seen, 12);
}

#[test]
fn a_missing_type_permission_fails_from_34_on_and_warns_before() {
    let general = permissions(&["FOREGROUND_SERVICE"]);
    assert_eq!(found(34, &general, &service("dataSync")), [("FGS-TYPE-201", Error)]);
    assert_eq!(found(33, &general, &service("dataSync")), [("FGS-TYPE-201", Warning)]);
}

#[test]
fn a_permission_for_old_devices_only_is_none() {
    let asked = permissions(&["FOREGROUND_SERVICE"])
        + "<uses-permission android:name=\"android.permission.FOREGROUND_SERVICE_CAMERA\" \
           android:maxSdkVersion=\"33\"/>"
        + &permissions(&["CAMERA"]);
    let findings = findings(&manifest(34, &asked, &service("camera")));
    assert_eq!(findings.len(), 1);
    assert!(findings[0].fix.contains("maxSdkVersion"), "{}", findings[0].fix);
}

#[test]
fn the_general_permission_is_needed_from_28_on() {
    let typed = permissions(&["FOREGROUND_SERVICE_DATA_SYNC"]);
    assert_eq!(found(28, &typed, &service("dataSync")), [("FGS-START-042", Error)]);
    assert_eq!(found(27, &typed, &service("dataSync")), []);
    assert_eq!(found(34, "", &service("shortService")), [("FGS-START-042", Error)]);
}

#[test]
fn a_missing_type_is_told_where_a_service_may_go_to_the_foreground() {
    let general = permissions(&["FOREGROUND_SERVICE"]);
    let plain = "<service android:name=\".Work\"/>";
    let bound = "<service android:name=\".Work\" android:permission=\"android.permission.BIND_JOB_SERVICE\"/>";
    let named = "<service android:name=\".ForegroundThing\"/>";
    assert_eq!(found(34, &general, plain), [("FGS-TYPE-200", Warning)]);
    assert_eq!(found(33, &general, plain), []);
    assert_eq!(found(34, "", plain), []);
    assert_eq!(found(34, &general, bound), []);
    assert_eq!(found(34, "", named), [("FGS-TYPE-200", Note)]);
}

#[test]
fn prerequisites_out_of_reach_fail_and_those_within_reach_say_what_they_hang_on() {
    let base = |name: &str| permissions(&["FOREGROUND_SERVICE", name]);
    let camera = base("FOREGROUND_SERVICE_CAMERA");
    assert_eq!(found(34, &camera, &service("camera")), [("FGS-TYPE-120", Error)]);
    assert_eq!(found(33, &camera, &service("camera")), [("FGS-TYPE-120", Warning)]);
    let phone = base("FOREGROUND_SERVICE_PHONE_CALL");
    assert_eq!(found(34, &phone, &service("phoneCall")), [("FGS-TYPE-080", Warning)]);
    let dialer = service("phoneCall")
        + "<activity><intent-filter><action android:name=\"android.intent.action.DIAL\"/>\
           </intent-filter></activity>";
    assert_eq!(found(34, &phone, &dialer), []);
    let device = base("FOREGROUND_SERVICE_CONNECTED_DEVICE");
    assert_eq!(found(34, &device, &service("connectedDevice")), [("FGS-TYPE-100", Warning)]);
    let usb = device + "<uses-feature android:name=\"android.hardware.usb.host\"/>";
    assert_eq!(found(34, &usb, &service("connectedDevice")), []);
    let projection = base("FOREGROUND_SERVICE_MEDIA_PROJECTION");
    assert_eq!(found(34, &projection, &service("mediaProjection")), [("FGS-TYPE-110", Note)]);
}

#[test]
fn special_use_wants_its_property() {
    let asked = permissions(&["FOREGROUND_SERVICE", "FOREGROUND_SERVICE_SPECIAL_USE"]);
    assert_eq!(found(34, &asked, &service("specialUse")), [("FGS-TYPE-182", Warning)]);
}

#[test]
fn keywords_and_bits_without_meaning() {
    let asked = permissions(&[
        "FOREGROUND_SERVICE",
        "FOREGROUND_SERVICE_DATA_SYNC",
        "FOREGROUND_SERVICE_SPECIAL_USE",
    ]);
    assert_eq!(found(34, &asked, &service("dataSync|datasync")), [("FGS-TYPE-002", Error)]);
    assert_eq!(found(34, &asked, &service("dataSync|0x2000")), [("FGS-COMBO-022", Error)]);
    assert_eq!(found(33, &asked, &service("dataSync|0x2000")), [("FGS-COMBO-022", Warning)]);
    assert_eq!(found(34, &asked, &service("fileManagement")), [("FGS-TYPE-190", Error)]);
    let umbrella = found(34, &asked, &service("specialUse|0x2000"));
    assert!(umbrella.contains(&("FGS-COMBO-022", Warning)), "{umbrella:?}");
    assert_eq!(found(34, &asked, &service("dataSync|shortService")), [("FGS-COMBO-016", Note)]);
}

#[test]
fn job_services_need_their_guard() {
    let job = |more: &str| format!("<service android:name=\".SyncJobService\"{more}");
    let guard = " android:permission=\"android.permission.BIND_JOB_SERVICE\"/>";
    assert_eq!(found(34, "", &job("/>")), [("JOB-API-022", Warning)]);
    assert_eq!(found(34, "", &job(guard)), []);
    let called = "><intent-filter/></service>";
    assert_eq!(found(34, "", &job(called)), []);
    let other = "<service android:name=\".JobServices\"/>";
    assert_eq!(found(34, "", other), []);
}

#[test]
fn user_initiated_jobs_need_permission_network_and_service() {
    let guarded = "<service android:name=\".UserInitiatedUpload\" \
                   android:permission=\"android.permission.BIND_JOB_SERVICE\"/>";
    let uij = permissions(&["RUN_USER_INITIATED_JOBS"]);
    let both = permissions(&["RUN_USER_INITIATED_JOBS", "ACCESS_NETWORK_STATE"]);
    assert_eq!(found(34, "", guarded), [("JOB-API-034", Warning)]);
    assert_eq!(found(34, &uij, guarded), [("JOB-API-024", Warning)]);
    assert_eq!(found(33, &uij, guarded), []);
    assert_eq!(found(34, &both, guarded), []);
    assert_eq!(found(34, &both, ""), [("JOB-API-022", Note)]);
}

#[test]
fn reports_name_file_line_element_and_rule() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("a dir")).unwrap();
    let xml = manifest(34, &permissions(&["FOREGROUND_SERVICE"]), &service("dataSync"));
    std::fs::write(at("a dir/AndroidManifest.xml"), &xml).unwrap();
    std::fs::write(at("b.apk"), apk(&xml)).unwrap();
    std::fs::write(at("c.apk"), b"PK\x03\x04").unwrap();
    std::fs::write(at("d.txt"), b"not looked at").unwrap();
    let (paths, unreadable) = files::gather(&[folder.path().to_owned()]);
    assert!(unreadable.is_empty());
    let checked = files::check_all(paths, &Assumed::default(), || {});
    let summary = Summary { files: 3, errors: 2, warnings: 0, notes: 0, unreadable: 1 };
    assert_eq!(Summary::of(&checked), summary);

    let mut text = Vec::new();
    report::human(&checked, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let first = text.lines().next().unwrap();
    assert!(first.contains("a dir/AndroidManifest.xml:6: error: <service com.example.app.Work>"));
    assert!(first.ends_with("[FGS-TYPE-201]"), "{first}");
    assert!(text.contains("c.apk: unreadable: damaged archive"), "{text}");

    let json = report::json(&checked);
    assert_eq!(json["findings"][0]["line"], 6);
    assert_eq!(json["findings"][1]["rule"], "FGS-TYPE-201");
    assert_eq!(json["unreadable"].as_array().unwrap().len(), 1);

    let sarif = report::sarif(&checked);
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], run["tool"]["driver"]["rules"][0]["id"]);
    let place = &result["locations"][0]["physicalLocation"];
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().contains("/a%20dir/"));
    assert_eq!(place["region"]["startLine"], 6);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn a_folder_without_manifests_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let (paths, unreadable) = files::gather(&[folder.path().to_owned(), "/no/such".into()]);
    assert_eq!((paths.len(), unreadable.len()), (1, 1));
    assert!(files::check_all(paths, &Assumed::default(), || {})[0].outcome.is_err());
}
