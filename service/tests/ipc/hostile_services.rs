//! An app that knows the numbers of another app's services, and sends whatever it likes.

use jobwarden_service::client::Connection;
use jobwarden_service::ipc::aidl::ActivityFacts::ActivityFacts;
use jobwarden_service::ipc::aidl::ComponentName::ComponentName;
use jobwarden_service::ipc::aidl::IAppSession::IAppSession;
use jobwarden_service::ipc::aidl::IForegroundServices::IForegroundServices;
use jobwarden_service::ipc::aidl::IServiceCallback::BnServiceCallback;
use jobwarden_service::ipc::aidl::Notification::Notification;
use jobwarden_service::ipc::aidl::PackageDescription::PackageDescription;
use jobwarden_service::ipc::aidl::ServiceDescription::ServiceDescription;
use jobwarden_service::ipc::binder::{ExceptionCode, Strong};

use crate::hostile::Process;
use crate::peer::{connect, refusal, service, APP, PACKAGE};

const IAE: ExceptionCode = ExceptionCode::IllegalArgument;
const PID: i32 = 77;
/// The first service that a model brings up.
const SERVICE: i64 = 1;
const DATA_SYNC: i32 = 1;
const THIEF: u32 = APP + 1;

fn notification() -> Notification {
    Notification { channel: "sync".into(), smallIcon: true, ..Notification::default() }
}

fn component() -> ComponentName {
    ComponentName { packageName: PACKAGE.into(), className: format!("{PACKAGE}.Sync") }
}

/// The app with a service in the foreground.
fn stage(root: &Connection) -> (Strong<dyn IAppSession>, Strong<dyn IForegroundServices>) {
    let system = root.system().unwrap();
    let sync = ServiceDescription {
        className: ".Sync".into(),
        foregroundServiceTypes: DATA_SYNC,
        ..ServiceDescription::default()
    };
    let description = PackageDescription {
        name: PACKAGE.into(),
        appId: APP.try_into().unwrap(),
        services: vec![sync],
        permissions: ["FOREGROUND_SERVICE", "FOREGROUND_SERVICE_DATA_SYNC"]
            .map(|name| format!("android.permission.{name}"))
            .into(),
        ..PackageDescription::default()
    };
    system.installPackage(&description, 0).unwrap();
    let app = system.openApp(APP.try_into().unwrap(), PID).unwrap();
    let services = app.getForegroundServices().unwrap();
    let process = BnServiceCallback::new_binder(Process { stuck: false });
    services.attachApplication(PACKAGE, PACKAGE, &process).unwrap();
    app.getNotificationManager().unwrap().createChannel(PACKAGE, "sync", 3, None).unwrap();
    let shown = ActivityFacts {
        visible: true,
        windowVisible: true,
        taskVisible: true,
        ..Default::default()
    };
    system.setActivities(PID, &[shown]).unwrap();
    system.setTop(PID).unwrap();
    services.startForegroundService(&component(), Some(PACKAGE), 0).unwrap().unwrap();
    services.serviceDoneExecuting(SERVICE).unwrap();
    services.startForeground(SERVICE, 5, Some(&notification()), -1).unwrap();
    (app, services)
}

#[test]
fn services_of_others_cannot_be_stopped_changed_or_answered_for() {
    let service = service();
    let root = connect(&service, 0, 1);
    let (_app, own) = stage(&root);
    assert_eq!(own.getForegroundServiceType(SERVICE).unwrap(), DATA_SYNC);
    let thief = connect(&service, THIEF, 2);
    let thief = thief.foreground_services().unwrap();
    for token in [-1, 0, SERVICE, 2, i64::MAX, i64::MIN] {
        for (id, types) in [(0, 0), (-7, i32::MIN), (5, 0x1000), (i32::MIN, -1)] {
            thief.startForeground(token, id, None, types).unwrap();
            thief.startForeground(token, id, Some(&notification()), types).unwrap();
        }
        thief.stopForeground(token, -1).unwrap();
        thief.serviceDestroyed(token).unwrap();
        thief.serviceDoneExecuting(token).unwrap();
        thief.startCommandDone(token, i32::MIN, i32::MAX).unwrap();
        thief.publishService(token, None, true).unwrap();
        thief.unbindFinished(token, None, true).unwrap();
        assert!(!thief.stopSelf(token, -1).unwrap());
        assert!(!thief.shouldServiceTimeOut(token).unwrap());
        assert!(!thief.unbindService(token).unwrap());
        assert_eq!(thief.getForegroundServiceType(token).unwrap(), 0);
    }
    assert_eq!(own.getForegroundServiceType(SERVICE).unwrap(), DATA_SYNC, "as it was");
    assert!(own.stopSelf(SERVICE, -1).unwrap(), "and in the hands of its own app alone");
}

#[test]
fn undefined_bits_and_missing_parts_are_refused_by_rule() {
    let service = service();
    let root = connect(&service, 0, 1);
    let (app, own) = stage(&root);
    for (id, types) in [(5, i32::MIN), (-5, 0x1000), (1, 0x4000_0001)] {
        let refused = own.startForeground(SERVICE, id, Some(&notification()), types);
        assert_eq!(refusal(refused).0, IAE, "{types:#x}");
    }
    assert_eq!(refusal(own.startForeground(SERVICE, -5, None, DATA_SYNC)).0, IAE);
    assert_eq!(own.getForegroundServiceType(SERVICE).unwrap(), DATA_SYNC);
    own.startForeground(SERVICE, -5, Some(&notification()), DATA_SYNC).unwrap();
    own.startForeground(SERVICE, 0, None, i32::MIN).unwrap();
    assert_eq!(own.getForegroundServiceType(SERVICE).unwrap(), 0, "id 0 leaves the foreground");
    root.system().unwrap().processDied(PID).unwrap();
    let dead = app.getForegroundServices().unwrap();
    let start = dead.startForegroundService(&component(), Some(PACKAGE), 0);
    assert_eq!(refusal(start).0, ExceptionCode::Security, "of a process that is gone");
    dead.startForeground(SERVICE, 1, Some(&notification()), DATA_SYNC).unwrap();
    assert_eq!(dead.getForegroundServiceType(SERVICE).unwrap(), 0, "means nothing any more");
}

#[test]
fn pending_intents_belong_to_their_package() {
    let service = service();
    let root = connect(&service, 0, 1);
    let (_app, own) = stage(&root);
    own.createPendingIntent(PACKAGE, 3, &component(), true).unwrap();
    let thief = connect(&service, THIEF, 2);
    let thief = thief.foreground_services().unwrap();
    let made = refusal(thief.createPendingIntent(PACKAGE, 3, &component(), false));
    assert_eq!(made.0, ExceptionCode::Security);
    assert_eq!(refusal(thief.cancelPendingIntent(PACKAGE, 3)).0, ExceptionCode::Security);
    let mode = refusal(thief.sendPendingIntent(PACKAGE, 0, 3, 7, 0, 0, 0));
    assert_eq!(mode, (IAE, "mode of background starts cannot be 7".into()));
    let kind = refusal(thief.sendPendingIntent(PACKAGE, 0, 3, 0, 1, 2, 0));
    assert_eq!(kind, (IAE, "type of the temporary allow-list cannot be 2".into()));
    assert_eq!(thief.sendPendingIntent(PACKAGE, 0, 4, 0, 0, 0, 0).unwrap(), -96, "no such one");
    assert_eq!(thief.sendPendingIntent(PACKAGE, 0, 3, 0, i64::MIN, -1, -1).unwrap(), 0);
    own.cancelPendingIntent(PACKAGE, 3).unwrap();
    assert_eq!(own.sendPendingIntent(PACKAGE, 0, 3, 0, 0, 0, 0).unwrap(), -96);
}
