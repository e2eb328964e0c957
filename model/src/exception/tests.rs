//! The exceptions as a client sees them: section 8 of the chapter on foreground-service types.

use super::*;

/// One of each class.
fn all() -> [Exception; 11] {
    let text = || "why".to_owned();
    [
        Exception::Security(text()),
        Exception::IllegalArgument(text()),
        Exception::NullPointer(text()),
        Exception::IllegalState(text()),
        Exception::LimitExceeded(text()),
        Exception::UnsupportedOperation(text()),
        Exception::ForegroundServiceStartNotAllowed(text()),
        Exception::InvalidForegroundServiceType(text()),
        Exception::MissingForegroundServiceType(text()),
        Exception::StartForegroundCalledOnStoppedService(text()),
        Exception::BackgroundServiceStartNotAllowed(text()),
    ]
}

/// What a handler for `IllegalStateException` catches, and what it does not.
#[test]
fn fgs_exc_001_class_hierarchy() {
    let start = "android.app.ServiceStartNotAllowedException";
    let of_type = "android.app.ForegroundServiceTypeException";
    let state = "java.lang.IllegalStateException";
    let table = [
        ("SecurityException", &[][..]),
        ("IllegalArgumentException", &[]),
        ("ForegroundServiceStartNotAllowedException", &[start, state]),
        ("BackgroundServiceStartNotAllowedException", &[start, state]),
        ("MissingForegroundServiceTypeException", &[of_type, start, state]),
        ("InvalidForegroundServiceTypeException", &[of_type, start, state]),
        ("StartForegroundCalledOnStoppedServiceException", &[state]),
    ];
    for (class, superclasses) in table {
        let all = all();
        let found = all.iter().find(|exception| exception.class_name() == class);
        assert_eq!(found.map(Exception::superclasses), Some(superclasses), "{class}");
    }
}

/// What implements `Parcelable` travels as such, the rest by the code of its class.
#[test]
fn fgs_exc_003_transport_over_binder() {
    for exception in all() {
        let code = match exception.class_name() {
            "SecurityException" => -1,
            "IllegalArgumentException" => -3,
            "NullPointerException" => -4,
            "IllegalStateException" | "LimitExceededException" => -5,
            "UnsupportedOperationException" => -7,
            _ => -9,
        };
        assert_eq!(exception.binder_code(), code, "{}", exception.class_name());
    }
}

#[test]
fn fgs_exc_012_abstract_classes_are_never_thrown() {
    for exception in all() {
        for superclass in exception.superclasses() {
            let simple = superclass.rsplit('.').next().unwrap_or_default();
            let concrete = simple == "IllegalStateException";
            let thrown = all().iter().any(|other| other.class_name() == simple);
            assert_eq!(thrown, concrete, "{superclass}");
        }
    }
}

#[test]
fn fgs_exc_063_type_ids() {
    let table = [
        (1, "ForegroundServiceDidNotStartInTimeException"),
        (2, "CannotPostForegroundServiceNotificationException"),
        (3, "BadForegroundServiceNotificationException"),
        (4, "MissingRequestPasswordComplexityPermissionException"),
        (5, "CrashedByAdbException"),
        (6, "BadUserInitiatedJobNotificationException"),
    ];
    for (type_id, class) in table {
        let found = RemoteServiceException::from_type_id(type_id);
        assert_eq!(found.map(RemoteServiceException::class_name), Some(class));
        assert_eq!(found.map(RemoteServiceException::type_id), Some(type_id));
    }
    for unknown in [i32::MIN, -1, 0, 7, i32::MAX] {
        assert_eq!(RemoteServiceException::from_type_id(unknown), None, "{unknown}");
    }
}
