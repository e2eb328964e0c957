//! What an app says, as parcels: the way from the model's values to the wire.

use jobwarden_aidl::aidl::dev::jobwarden as aidl;
use jobwarden_aidl::aidl::dev::jobwarden::IBundleTypes as types;
use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices as services;
use jobwarden_model::activity::{BackgroundActivityStartMode, StartOptions};
use jobwarden_model::fgs::TempAllowlistType;
use jobwarden_model::input::{ActivityFacts, NetworkFacts};
use jobwarden_model::job::info::{
    Bundle, BundleValue, JobInfo, JobSnapshot, JobWorkItem, NetworkRequest,
};
use jobwarden_model::notification::Notification;
use jobwarden_model::package::{PackageDescription, ServiceDescription};
use jobwarden_model::ComponentName;

/// Bits that the wire can only write as a signed number.
pub(super) const fn signed(bits: u64) -> i64 {
    bits.cast_signed()
}

pub(super) fn component(component: &ComponentName) -> aidl::ComponentName::ComponentName {
    aidl::ComponentName::ComponentName {
        packageName: component.package.to_string(),
        className: component.class.to_string(),
    }
}

pub(super) fn bundle(bundle: &Bundle) -> Vec<aidl::BundleEntry::BundleEntry> {
    let mut entries = Vec::new();
    for (key, value) in bundle {
        spell(Some(key), value, 0, &mut entries);
    }
    entries
}

/// A tree in pre-order.
fn spell(
    key: Option<&String>,
    value: &BundleValue,
    depth: i32,
    entries: &mut Vec<aidl::BundleEntry::BundleEntry>,
) {
    let (kind, number, text) = match value {
        BundleValue::Boolean(value) => (types::BOOLEAN, i64::from(*value), None),
        BundleValue::Long(value) => (types::LONG, *value, None),
        BundleValue::String(text) => (types::STRING, 0, Some(text.clone())),
        BundleValue::List(_) => (types::LIST, 0, None),
        BundleValue::Bundle(_) => (types::BUNDLE, 0, None),
    };
    let key = key.cloned();
    entries.push(aidl::BundleEntry::BundleEntry { depth, key, r#type: kind, number, text });
    match value {
        BundleValue::List(list) => {
            list.iter().for_each(|value| spell(None, value, depth + 1, entries));
        }
        BundleValue::Bundle(bundle) => {
            bundle.iter().for_each(|(key, value)| spell(Some(key), value, depth + 1, entries));
        }
        BundleValue::Boolean(_) | BundleValue::Long(_) | BundleValue::String(_) => {}
    }
}

fn texts(texts: &[String]) -> Vec<Option<String>> {
    texts.iter().cloned().map(Some).collect()
}

pub(super) fn job(job: &JobInfo) -> aidl::JobInfo::JobInfo {
    let trigger = |uri: &jobwarden_model::job::info::TriggerContentUri| {
        let (uri, flags) = (uri.uri.clone(), uri.flags);
        Some(aidl::TriggerContentUri::TriggerContentUri { uri, flags })
    };
    aidl::JobInfo::JobInfo {
        id: job.id,
        service: component(&job.service),
        extras: bundle(&job.extras),
        transientExtras: bundle(&job.transient_extras),
        clipUris: job.clip_data.as_ref().map(|clip| texts(&clip.uris)),
        clipGrantFlags: job.clip_grant_flags,
        constraintFlags: job.constraint_flags,
        preferredConstraintFlags: job.preferred_constraint_flags,
        triggerContentUris: job
            .trigger_content_uris
            .as_ref()
            .map(|uris| uris.iter().map(trigger).collect()),
        triggerContentUpdateDelay: job.trigger_content_update_delay,
        triggerContentMaxDelay: job.trigger_content_max_delay,
        hasEarlyConstraint: job.has_early_constraint,
        hasLateConstraint: job.has_late_constraint,
        requiredNetwork: job.required_network.as_ref().map(network_request),
        networkDownloadBytes: job.network_download_bytes,
        networkUploadBytes: job.network_upload_bytes,
        minimumNetworkChunkBytes: job.minimum_network_chunk_bytes,
        minLatencyMillis: job.min_latency_millis,
        maxExecutionDelayMillis: job.max_execution_delay_millis,
        periodic: job.is_periodic,
        persisted: job.is_persisted,
        intervalMillis: job.interval_millis,
        flexMillis: job.flex_millis,
        initialBackoffMillis: job.initial_backoff_millis,
        backoffPolicy: job.backoff_policy,
        bias: job.bias,
        priority: job.priority,
        flags: job.flags,
    }
}

fn network_request(request: &NetworkRequest) -> aidl::NetworkRequest::NetworkRequest {
    aidl::NetworkRequest::NetworkRequest {
        capabilities: request.capabilities.numbers().map(i32::from).collect(),
        transports: request.transports.numbers().map(i32::from).collect(),
        specifier: request.specifier.clone(),
        uid: request.uid.map_or(-1, |uid| uid.0.cast_signed()),
    }
}

pub(super) fn work(work: &JobWorkItem) -> aidl::JobWorkItem::JobWorkItem {
    aidl::JobWorkItem::JobWorkItem {
        extras: bundle(&work.extras),
        intent: work.intent.as_ref().map(|intent| aidl::WorkIntent::WorkIntent {
            flags: intent.flags,
            data: intent.data.clone(),
            clip: intent.clip.clone(),
        }),
        downloadBytes: work.download_bytes,
        uploadBytes: work.upload_bytes,
        minimumChunkBytes: work.minimum_chunk_bytes,
        deliveryCount: work.delivery_count,
        workId: work.work_id,
    }
}

pub(super) fn snapshot(snapshot: &JobSnapshot) -> aidl::JobSnapshot::JobSnapshot {
    aidl::JobSnapshot::JobSnapshot {
        job: job(&snapshot.job),
        satisfiedConstraints: snapshot.satisfied_constraints.cast_signed(),
        runnable: snapshot.runnable,
    }
}

pub(super) fn namespaced(
    namespace: Option<&String>,
    jobs: &[JobInfo],
) -> aidl::NamespacedJobs::NamespacedJobs {
    aidl::NamespacedJobs::NamespacedJobs {
        namespace: namespace.cloned(),
        jobs: jobs.iter().map(job).collect(),
    }
}

pub(super) fn notification(from: &Notification) -> aidl::Notification::Notification {
    aidl::Notification::Notification {
        channel: from.channel.clone(),
        flags: from.flags.cast_signed(),
        smallIcon: from.small_icon,
        title: from.title.clone(),
        text: from.text.clone(),
        hasProgress: from.progress.is_some(),
        progress: from.progress.map_or(0, |(done, _)| done),
        progressMax: from.progress.map_or(0, |(_, total)| total),
        group: from.group.clone(),
        timeoutAfterMillis: from.timeout_after_millis,
        foregroundServiceBehavior: from.foreground_service_behavior,
        category: from.category.clone(),
        mediaStyle: from.media_style,
        actions: from.actions.cast_signed(),
    }
}

pub(super) fn package(from: &PackageDescription) -> aidl::PackageDescription::PackageDescription {
    aidl::PackageDescription::PackageDescription {
        name: from.name.clone(),
        appId: from.app_id.cast_signed(),
        targetSdk: from.target_sdk,
        debuggable: from.debuggable,
        instant: from.instant,
        system: from.system,
        permissions: from.permissions.clone(),
        services: from.services.iter().map(service).collect(),
    }
}

fn service(from: &ServiceDescription) -> aidl::ServiceDescription::ServiceDescription {
    let property = |(name, value): (&String, &String)| aidl::Property::Property {
        name: name.clone(),
        value: value.clone(),
    };
    aidl::ServiceDescription::ServiceDescription {
        className: from.class.clone(),
        permission: from.permission.clone(),
        process: from.process.clone(),
        exported: from.exported,
        foregroundServiceTypes: from.foreground_service_types.cast_signed(),
        properties: from.properties.iter().map(property).collect(),
    }
}

pub(super) fn activity(from: &ActivityFacts) -> aidl::ActivityFacts::ActivityFacts {
    aidl::ActivityFacts::ActivityFacts {
        visible: from.visible,
        windowVisible: from.window_visible,
        taskVisible: from.task_visible,
        state: super::facts::activity_state(from.state),
        finishing: from.finishing,
    }
}

pub(super) fn network(from: &NetworkFacts) -> aidl::NetworkFacts::NetworkFacts {
    aidl::NetworkFacts::NetworkFacts {
        id: from.id,
        capabilities: signed(from.capabilities),
        transports: from.transports.cast_signed(),
        downKbps: from.down_kbps,
        upKbps: from.up_kbps,
    }
}

/// `MODE_BACKGROUND_ACTIVITY_START_*` of a sender.
pub(super) fn start_mode(options: Option<StartOptions>) -> i32 {
    let Some(options) = options else {
        return services::MODE_BACKGROUND_ACTIVITY_START_WITHOUT_OPTIONS;
    };
    match options.sender_mode {
        BackgroundActivityStartMode::SystemDefined => {
            services::MODE_BACKGROUND_ACTIVITY_START_SYSTEM_DEFINED
        }
        BackgroundActivityStartMode::Allowed => services::MODE_BACKGROUND_ACTIVITY_START_ALLOWED,
        BackgroundActivityStartMode::Denied => services::MODE_BACKGROUND_ACTIVITY_START_DENIED,
    }
}

/// `TEMPORARY_ALLOW_LIST_TYPE_*`.
pub(super) fn allowlist_type(kind: TempAllowlistType) -> i32 {
    match kind {
        TempAllowlistType::None => services::TEMPORARY_ALLOW_LIST_TYPE_NONE,
        TempAllowlistType::ForegroundServiceAllowed => {
            services::TEMPORARY_ALLOW_LIST_TYPE_FOREGROUND_SERVICE_ALLOWED
        }
        TempAllowlistType::ForegroundServiceNotAllowed => {
            services::TEMPORARY_ALLOW_LIST_TYPE_FOREGROUND_SERVICE_NOT_ALLOWED
        }
        TempAllowlistType::AppFreezingDelayed => {
            services::TEMPORARY_ALLOW_LIST_TYPE_APP_FREEZING_DELAYED
        }
    }
}
