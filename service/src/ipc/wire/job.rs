//! Jobs, work items, and what an app is handed with an execution.

use jobwarden_aidl::aidl::dev::jobwarden as aidl;
use jobwarden_model::job::info::{
    ClipData, JobInfo, JobParameters, JobSnapshot, JobWorkItem, NetworkRequest, TriggerContentUri,
    UserVisibleJobSummary, WorkIntent,
};

use super::{
    bundle_from_wire, bundle_to_wire, component_to_wire, count, optional_to_wire, uid, Budget,
    InvalidParcel, Wire, MAX_LIST,
};

/// A job description. Numbers are taken as they are: what they mean is for the rules.
pub(crate) fn job_from_wire(wire: &aidl::JobInfo::JobInfo, budget: &mut Budget) -> Wire<JobInfo> {
    Ok(JobInfo {
        id: wire.id,
        service: budget.component(&wire.service)?,
        extras: bundle_from_wire(&wire.extras, budget)?,
        transient_extras: bundle_from_wire(&wire.transientExtras, budget)?,
        clip_data: budget
            .optional_texts("clip", wire.clipUris.as_deref())?
            .map(|uris| ClipData { uris }),
        clip_grant_flags: wire.clipGrantFlags,
        constraint_flags: wire.constraintFlags,
        preferred_constraint_flags: wire.preferredConstraintFlags,
        trigger_content_uris: triggers(wire.triggerContentUris.as_deref(), budget)?,
        trigger_content_update_delay: wire.triggerContentUpdateDelay,
        trigger_content_max_delay: wire.triggerContentMaxDelay,
        has_early_constraint: wire.hasEarlyConstraint,
        has_late_constraint: wire.hasLateConstraint,
        required_network: wire
            .requiredNetwork
            .as_ref()
            .map(|request| network_request(request, budget))
            .transpose()?,
        network_download_bytes: wire.networkDownloadBytes,
        network_upload_bytes: wire.networkUploadBytes,
        minimum_network_chunk_bytes: wire.minimumNetworkChunkBytes,
        min_latency_millis: wire.minLatencyMillis,
        max_execution_delay_millis: wire.maxExecutionDelayMillis,
        is_periodic: wire.periodic,
        is_persisted: wire.persisted,
        interval_millis: wire.intervalMillis,
        flex_millis: wire.flexMillis,
        initial_backoff_millis: wire.initialBackoffMillis,
        backoff_policy: wire.backoffPolicy,
        bias: wire.bias,
        priority: wire.priority,
        flags: wire.flags,
    })
}

fn triggers(
    wire: Option<&[Option<aidl::TriggerContentUri::TriggerContentUri>]>,
    budget: &mut Budget,
) -> Wire<Option<Vec<TriggerContentUri>>> {
    let Some(wire) = wire else { return Ok(None) };
    count("trigger uris", wire.len(), MAX_LIST)?;
    let trigger = |trigger: &Option<aidl::TriggerContentUri::TriggerContentUri>| match trigger {
        Some(trigger) => Ok(TriggerContentUri {
            uri: budget.text("trigger uri", &trigger.uri)?,
            flags: trigger.flags,
        }),
        None => Err(InvalidParcel::Null { what: "trigger uris" }),
    };
    wire.iter().map(trigger).collect::<Wire<_>>().map(Some)
}

fn network_request(
    wire: &aidl::NetworkRequest::NetworkRequest,
    budget: &mut Budget,
) -> Wire<NetworkRequest> {
    Ok(NetworkRequest {
        capabilities: members("capability", &wire.capabilities)?.into(),
        transports: members("transport", &wire.transports)?.into(),
        specifier: budget.optional("network specifier", wire.specifier.as_deref())?,
        uid: (wire.uid != -1).then(|| uid(wire.uid)).transpose()?,
    })
}

/// The members of a set of small numbers; the platform keeps them in the bits of a `long`.
fn members(what: &'static str, wire: &[i32]) -> Wire<Vec<u8>> {
    count(what, wire.len(), MAX_LIST)?;
    let member = |&value: &i32| match u8::try_from(value) {
        Ok(number @ 0..=63) => Ok(number),
        _ => Err(InvalidParcel::Number { what, value: value.into() }),
    };
    wire.iter().map(member).collect()
}

/// A job description on its way out.
pub(crate) fn job_to_wire(job: &JobInfo) -> aidl::JobInfo::JobInfo {
    aidl::JobInfo::JobInfo {
        id: job.id,
        service: component_to_wire(&job.service),
        extras: bundle_to_wire(&job.extras),
        transientExtras: bundle_to_wire(&job.transient_extras),
        clipUris: optional_to_wire(job.clip_data.as_ref().map(|clip| &clip.uris)),
        clipGrantFlags: job.clip_grant_flags,
        constraintFlags: job.constraint_flags,
        preferredConstraintFlags: job.preferred_constraint_flags,
        triggerContentUris: job.trigger_content_uris.as_ref().map(|uris| {
            let trigger = |trigger: &TriggerContentUri| {
                let (uri, flags) = (trigger.uri.clone(), trigger.flags);
                Some(aidl::TriggerContentUri::TriggerContentUri { uri, flags })
            };
            uris.iter().map(trigger).collect()
        }),
        triggerContentUpdateDelay: job.trigger_content_update_delay,
        triggerContentMaxDelay: job.trigger_content_max_delay,
        hasEarlyConstraint: job.has_early_constraint,
        hasLateConstraint: job.has_late_constraint,
        requiredNetwork: job.required_network.as_ref().map(request_to_wire),
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

fn request_to_wire(request: &NetworkRequest) -> aidl::NetworkRequest::NetworkRequest {
    aidl::NetworkRequest::NetworkRequest {
        capabilities: request.capabilities.numbers().map(i32::from).collect(),
        transports: request.transports.numbers().map(i32::from).collect(),
        specifier: request.specifier.clone(),
        uid: request.uid.map_or(-1, |uid| i32::from_ne_bytes(uid.0.to_ne_bytes())),
    }
}

/// A work item as an app describes it.
pub(crate) fn work_from_wire(
    wire: &aidl::JobWorkItem::JobWorkItem,
    budget: &mut Budget,
) -> Wire<JobWorkItem> {
    Ok(JobWorkItem {
        extras: bundle_from_wire(&wire.extras, budget)?,
        intent: wire.intent.as_ref().map(|intent| work_intent(intent, budget)).transpose()?,
        download_bytes: wire.downloadBytes,
        upload_bytes: wire.uploadBytes,
        minimum_chunk_bytes: wire.minimumChunkBytes,
        delivery_count: wire.deliveryCount,
        work_id: wire.workId,
    })
}

fn work_intent(wire: &aidl::WorkIntent::WorkIntent, budget: &mut Budget) -> Wire<WorkIntent> {
    Ok(WorkIntent {
        flags: wire.flags,
        data: budget.optional("intent data", wire.data.as_deref())?,
        clip: budget.texts("intent clip", &wire.clip)?,
    })
}

/// A work item on its way out.
pub(crate) fn work_to_wire(work: &JobWorkItem) -> aidl::JobWorkItem::JobWorkItem {
    aidl::JobWorkItem::JobWorkItem {
        extras: bundle_to_wire(&work.extras),
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

/// What an app is handed with an execution; the token travels as the callback object beside it.
pub(crate) fn parameters_to_wire(parameters: &JobParameters) -> aidl::JobParameters::JobParameters {
    aidl::JobParameters::JobParameters {
        namespace: parameters.namespace.clone(),
        jobId: parameters.job_id,
        service: component_to_wire(&parameters.service),
        extras: bundle_to_wire(&parameters.extras),
        transientExtras: bundle_to_wire(&parameters.transient_extras),
        clipUris: optional_to_wire(parameters.clip_data.as_ref().map(|clip| &clip.uris)),
        clipGrantFlags: parameters.clip_grant_flags,
        deadlineExpired: parameters.deadline_expired,
        expedited: parameters.expedited,
        userInitiated: parameters.user_initiated,
        triggeredUris: optional_to_wire(parameters.triggered_uris.as_ref()),
        triggeredAuthorities: optional_to_wire(parameters.triggered_authorities.as_ref()),
        hasNetwork: parameters.network.is_some(),
        network: parameters.network.unwrap_or_default(),
        stopReason: parameters.stop_reason,
        internalStopReason: parameters.internal_stop_reason,
        debugStopReason: parameters.debug_stop_reason.clone(),
    }
}

/// A job with its state on its way out.
pub(crate) fn snapshot_to_wire(snapshot: &JobSnapshot) -> aidl::JobSnapshot::JobSnapshot {
    aidl::JobSnapshot::JobSnapshot {
        job: job_to_wire(&snapshot.job),
        satisfiedConstraints: i32::from_ne_bytes(snapshot.satisfied_constraints.to_ne_bytes()),
        runnable: snapshot.runnable,
    }
}

/// What observers of user-visible jobs are told.
pub(crate) fn summary_to_wire(
    summary: &UserVisibleJobSummary,
) -> aidl::UserVisibleJobSummary::UserVisibleJobSummary {
    aidl::UserVisibleJobSummary::UserVisibleJobSummary {
        callingUid: i32::from_ne_bytes(summary.calling_uid.0.to_ne_bytes()),
        callingPackageName: summary.calling_package.clone(),
        sourceUserId: i32::from_ne_bytes(summary.source_user.0.to_ne_bytes()),
        sourcePackageName: summary.source_package.clone(),
        namespace: summary.namespace.clone(),
        jobId: summary.job_id,
    }
}
