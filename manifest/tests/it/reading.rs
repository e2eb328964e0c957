//! The same app, whichever way its manifest is written.

use jobwarden_manifest::{read_bytes, Assumed, Manifest, Undescribable};
use jobwarden_model::package::{PackageDescription, ServiceDescription};

use jobwarden_manifest::compile::{apk, compile, manifest, Encoding};

fn assumed() -> Assumed {
    Assumed::default()
}

fn of(xml: &str) -> Manifest {
    read_bytes(xml.as_bytes(), &assumed()).expect("readable")
}

pub(super) const APP: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="com.example.app">
  <uses-sdk android:minSdkVersion="26" android:targetSdkVersion="33"/>
  <uses-permission android:name="android.permission.FOREGROUND_SERVICE"/>
  <uses-permission android:name="android.permission.FOREGROUND_SERVICE"/>
  <uses-permission android:name="android.permission.CAMERA" android:maxSdkVersion="33"/>
  <uses-permission-sdk-23 android:name="android.permission.NFC" android:maxSdkVersion="34"/>
  <application android:debuggable="true" android:permission="com.example.GUARD"
      android:process=":all">
    <activity android:name=".Main">
      <intent-filter><action android:name="android.intent.action.DIAL"/></intent-filter>
      <service android:name=".NotHere"/>
    </activity>
    <service android:name=".Sync" android:foregroundServiceType="dataSync|location"
        android:permission="android.permission.BIND_JOB_SERVICE" android:exported="true"
        android:process=":sync">
      <property android:name="android.app.PROPERTY_SPECIAL_USE_FGS_SUBTYPE" android:value="a &lt; b"/>
      <meta-data android:name="x" android:value="y"/>
    </service>
    <service android:name="Plain" android:process="com.example.app"/>
    <service android:name="org.other.Open" android:permission="">
      <intent-filter><action android:name="org.other.ACTION"/></intent-filter>
    </service>
  </application>
  <application><service android:name=".Second"/></application>
  <service android:name=".Outside"/>
</manifest>
"#;

fn expected() -> PackageDescription {
    PackageDescription {
        name: "com.example.app".into(),
        app_id: 10_001,
        target_sdk: 33,
        debuggable: true,
        permissions: vec![
            "android.permission.FOREGROUND_SERVICE".into(),
            "android.permission.NFC".into(),
        ],
        services: vec![
            ServiceDescription {
                class: "com.example.app.Sync".into(),
                permission: Some("android.permission.BIND_JOB_SERVICE".into()),
                process: Some("com.example.app:sync".into()),
                exported: true,
                foreground_service_types: 9,
                properties: [(
                    "android.app.PROPERTY_SPECIAL_USE_FGS_SUBTYPE".to_owned(),
                    "a < b".to_owned(),
                )]
                .into(),
            },
            ServiceDescription {
                class: "com.example.app.Plain".into(),
                permission: Some("com.example.GUARD".into()),
                ..ServiceDescription::default()
            },
            ServiceDescription {
                class: "org.other.Open".into(),
                process: Some("com.example.app:all".into()),
                exported: true,
                ..ServiceDescription::default()
            },
        ],
        ..PackageDescription::default()
    }
}

#[test]
fn text_binary_and_archive_say_the_same() {
    let notations = [
        ("text", APP.as_bytes().to_vec()),
        ("text with a mark", [b"\xef\xbb\xbf", APP.as_bytes()].concat()),
        ("UTF-8 pool", compile(APP, Encoding::Utf8)),
        ("UTF-16 pool", compile(APP, Encoding::Utf16)),
        ("archive", apk(APP)),
    ];
    for (notation, bytes) in notations {
        let manifest = read_bytes(&bytes, &assumed()).unwrap_or_else(|e| panic!("{notation}: {e}"));
        assert_eq!(manifest.describe(10_001).as_ref(), Ok(&expected()), "{notation}");
        assert!(manifest.actions.contains("android.intent.action.DIAL"), "{notation}");
        assert_eq!(manifest.services[0].place.line, Some(14), "{notation}");
    }
}

#[test]
fn the_json_of_a_description_is_read_back_as_it_was() {
    let json = serde_json::to_string(&of(APP).describe(10_001).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<PackageDescription>(&json).unwrap(), expected());
}

#[test]
fn long_strings_have_lengths_of_two_parts() {
    for length in [127, 128, 1000] {
        let class = format!("com.{}", "x".repeat(length - 4));
        let xml = manifest(34, "", &format!("<service android:name=\"{class}\"/>"));
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let manifest = read_bytes(&compile(&xml, encoding), &assumed()).unwrap();
            assert_eq!(manifest.services[0].class, class);
        }
    }
}

#[test]
fn the_target_sdk_falls_back_on_the_minimum_and_then_on_what_is_assumed() {
    let root = |inside: &str| {
        format!(
            "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\" \
             package=\"a.b\">{inside}</manifest>"
        )
    };
    let table = [
        ("<uses-sdk android:minSdkVersion=\"26\" android:targetSdkVersion=\"30\"/>", 30, 30),
        ("<uses-sdk android:minSdkVersion=\"26\"/>", 26, 26),
        ("<uses-sdk/>", 1, 1),
        ("", 34, 1),
    ];
    for (inside, text, binary) in table {
        let xml = root(inside);
        assert_eq!(of(&xml).target_sdk, text, "{inside}");
        let compiled = compile(&xml, Encoding::Utf8);
        assert_eq!(read_bytes(&compiled, &assumed()).unwrap().target_sdk, binary, "{inside}");
        let over = Assumed { target_sdk: Some(31), ..assumed() };
        assert_eq!(read_bytes(xml.as_bytes(), &over).unwrap().target_sdk, 31, "{inside}");
    }
}

#[test]
fn a_source_file_may_leave_the_package_to_the_build() {
    let xml = "<manifest xmlns:a=\"http://schemas.android.com/apk/res/android\"><application>\
               <service a:name=\".Sync\"/></application></manifest>";
    let silent = of(xml);
    assert_eq!(silent.services[0].class, ".Sync");
    assert_eq!(silent.describe(10_000), Err(Undescribable::NoPackage));
    let told = Assumed { package: Some("org.told".into()), ..assumed() };
    let told = read_bytes(xml.as_bytes(), &told).unwrap();
    assert_eq!(told.describe(10_000).unwrap().services[0].class, "org.told.Sync");
}

#[test]
fn what_the_build_removes_is_not_there() {
    let xml = "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\" \
               xmlns:t=\"http://schemas.android.com/tools\" package=\"a.b\">\
               <uses-permission android:name=\"p.Gone\" t:node=\"remove\"/>\
               <uses-permission android:name=\"p.Kept\" t:node=\"replace\"/></manifest>";
    assert_eq!(of(xml).describe(10_000).unwrap().permissions, ["p.Kept"]);
}

#[test]
fn only_the_namespace_of_the_platform_counts() {
    let xml = "<manifest xmlns:android=\"urn:other\" package=\"a.b\"><application \
               android:debuggable=\"true\"><x:service xmlns:x=\"urn:x\"/></application></manifest>";
    let manifest = of(xml);
    assert!(!manifest.debuggable && manifest.services.is_empty());
}
