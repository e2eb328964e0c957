//! From what a step says to the inputs it stands for.

use jobwarden_model::fgs::call::{
    ServiceCall, FOREGROUND_SERVICE_TYPE_MANIFEST, STOP_FOREGROUND_DETACH, STOP_FOREGROUND_REMOVE,
};
use jobwarden_model::fgs::effect::ServiceToken;
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::input::{
    ActivityEvent, ActivityFacts, DeviceSignal, Doze, NetworkFacts, PersonAct, ProcessEvent,
    ThermalStatus, UserEvent,
};
use jobwarden_model::job::call::{JobCallbackCall, JobSchedulerCall};
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::notification::Notification;
use jobwarden_model::package::{AppOpMode, Event, Granted, PackageDescription, ServiceDescription};
use jobwarden_model::{Caller, ComponentName, Exception, Input, UserId};

use super::super::action::{
    AppAction, DeviceSpec, DozeName, JobName, NetworkName, PersonAction, StartForeground,
    SystemAction, DEFAULT_CHANNEL,
};
use super::super::grammar::{Given, PackageSpec, ServiceSpec};
use super::super::name;
use super::super::step::Action;
use super::{job_name, Cast};

/// The only Android user of most scenarios.
const USER: UserId = UserId(0);
/// `NotificationManager.IMPORTANCE_DEFAULT`.
const IMPORTANCE_DEFAULT: i32 = 3;

/// Why an act leads to no input.
pub(in super::super) enum NoInput {
    /// The scenario asks for something that cannot be.
    Scenario(String),
    /// The app's own side of the interface throws.
    Thrown(Exception),
}

impl From<String> for NoInput {
    fn from(why: String) -> Self {
        Self::Scenario(why)
    }
}

type Inputs = Result<Vec<Input>, NoInput>;

impl Cast {
    /// The inputs that make the world of a scenario.
    pub(in super::super) fn given(&mut self, given: &Given) -> Inputs {
        let mut inputs = vec![
            Input::User { change: UserEvent::Started { user: USER } },
            Input::User { change: UserEvent::Unlocked { user: USER } },
        ];
        for package in &given.packages {
            inputs.push(install(package)?);
            if package.running {
                inputs.extend(self.start_process(&package.name));
            }
            inputs.push(Input::Notification {
                caller: self.caller(&package.name),
                call: NotificationCall::CreateChannel {
                    package: package.name.clone(),
                    channel: DEFAULT_CHANNEL.to_owned(),
                    importance: IMPORTANCE_DEFAULT,
                    group: None,
                },
            });
        }
        for (namespace, values) in &given.config {
            for (key, value) in values {
                inputs.push(Input::DeviceConfig {
                    namespace: namespace.clone(),
                    key: key.clone(),
                    value: Some(value.clone()),
                });
            }
        }
        inputs.extend(self.device(&given.device)?);
        Ok(inputs)
    }

    /// The inputs of one step.
    pub(in super::super) fn act(&mut self, action: &Action) -> Inputs {
        match action {
            Action::Device(device) => self.device(device),
            Action::Person(act) => self.person(act),
            Action::System(act) => self.system(act),
            Action::Shell(line) => Ok(vec![Input::Shell {
                caller: Caller { uid: jobwarden_model::Uid::SHELL, pid: None },
                arguments: line.split_whitespace().map(str::to_owned).collect(),
            }]),
            Action::Config(values) => Ok(values
                .iter()
                .flat_map(|(namespace, values)| {
                    values.iter().map(|(key, value)| Input::DeviceConfig {
                        namespace: namespace.clone(),
                        key: key.clone(),
                        value: value.clone(),
                    })
                })
                .collect()),
            Action::Sleep(_) => Ok(Vec::new()),
            Action::App { package, action } => self.app(package, action).map(|input| vec![input]),
        }
    }

    fn device(&self, device: &DeviceSpec) -> Inputs {
        let mut signals = Vec::new();
        let mut say = |signal: DeviceSignal| signals.push(Input::Device { signal });
        if let Some(connected) = device.power_connected {
            say(DeviceSignal::PowerConnected { connected });
        }
        if let Some(charging) = device.charging {
            say(DeviceSignal::Charging { charging });
        }
        if let Some(low) = device.battery_low {
            say(DeviceSignal::BatteryLow { low });
        }
        if let Some(low) = device.storage_low {
            say(DeviceSignal::StorageLow { low });
        }
        if let Some(network) = device.network {
            say(DeviceSignal::DefaultNetwork { network: facts_of(network) });
        }
        if let Some(doze) = device.doze {
            let doze = match doze {
                DozeName::Off => Doze::Off,
                DozeName::Light => Doze::Light,
                DozeName::Deep => Doze::Deep,
            };
            say(DeviceSignal::Doze { doze });
        }
        if let Some(on) = device.battery_saver {
            say(DeviceSignal::BatterySaver { on });
        }
        if let Some(status) = &device.thermal {
            say(DeviceSignal::Thermal { status: thermal(status)? });
        }
        if let Some(on) = device.screen {
            say(DeviceSignal::Screen { on });
        }
        if let Some(idle) = device.idle {
            say(DeviceSignal::DeviceIdle { idle });
        }
        for (package, bucket) in &device.standby_buckets {
            let bucket = name::number(bucket)
                .and_then(|number| u8::try_from(number).ok())
                .ok_or_else(|| format!("`{bucket}` is no `STANDBY_BUCKET_*`"))?;
            let package = package.clone();
            say(DeviceSignal::StandbyBucket { package, user: USER, bucket });
        }
        for (package, &restricted) in &device.background_restricted {
            let (uid, package) = (self.uid(package), package.clone());
            say(DeviceSignal::BackgroundRestricted { uid, package, restricted });
        }
        for (package, &expedited) in &device.expedited_quota {
            let uid = self.uid(package);
            say(DeviceSignal::QuotaVerdict { uid, regular: true, expedited });
        }
        Ok(signals)
    }

    fn person(&self, act: &PersonAction) -> Inputs {
        let visible = |package: &str, shown: bool| {
            let pid = self.pids.get(package).copied();
            let pid = pid.ok_or_else(|| format!("no process of `{package}` runs"))?;
            let activities =
                if shown { vec![ActivityFacts::resumed()] } else { vec![ActivityFacts::default()] };
            Ok(vec![
                Input::Activity { change: ActivityEvent::Activities { pid, activities } },
                Input::Activity { change: ActivityEvent::Top { pid: shown.then_some(pid) } },
            ])
        };
        let act = match act {
            PersonAction::Opens(package) => return visible(package, true),
            PersonAction::Leaves(package) => return visible(package, false),
            PersonAction::StopsApp(package) => {
                PersonAct::StopApp { package: package.clone(), user: USER }
            }
            PersonAction::ForceStops(package) => {
                PersonAct::ForceStop { package: package.clone(), user: USER }
            }
            PersonAction::ClearsData(package) => {
                PersonAct::ClearData { package: package.clone(), user: USER }
            }
            PersonAction::Dismisses(name) => {
                let (package, id) = notification_name(name)?;
                PersonAct::DismissNotification { package, user: USER, tag: None, id }
            }
        };
        Ok(vec![Input::Person { act }])
    }

    fn system(&mut self, act: &SystemAction) -> Inputs {
        match act {
            SystemAction::Installs(package) => {
                let input = install(package)?;
                self.packages.insert(package.name.clone(), package.clone());
                Ok(vec![input])
            }
            SystemAction::Removes(package) => Ok(vec![Input::Package {
                change: Event::Removed { package: package.clone(), user: USER },
            }]),
            SystemAction::StartsProcess(package) => {
                Ok(self.start_process(package).into_iter().collect())
            }
            SystemAction::ProcessDies(package) => {
                let pid = self.pids.get(package).copied();
                let pid = pid.ok_or_else(|| format!("no process of `{package}` runs"))?;
                self.lose_process(pid);
                Ok(vec![Input::Process { change: ProcessEvent::Died { pid } }])
            }
            SystemAction::Grants(permissions) => {
                Ok(permission_changes(permissions, Granted::Granted))
            }
            SystemAction::Denies(permissions) => {
                Ok(permission_changes(permissions, Granted::HardDenied))
            }
            SystemAction::SetsAppOps(packages) => {
                let mut inputs = Vec::new();
                for (package, ops) in packages {
                    for (op, mode) in ops {
                        inputs.push(Input::Package {
                            change: Event::AppOpChanged {
                                package: package.clone(),
                                user: USER,
                                op: op.clone(),
                                mode: app_op_mode(mode)?,
                            },
                        });
                    }
                }
                Ok(inputs)
            }
            SystemAction::DisablesService(component) => {
                let (package, class) = component
                    .split_once('/')
                    .ok_or_else(|| format!("`{component}` is not `package/.Class`"))?;
                let service = ComponentName::new(package, class);
                let change = Event::ServiceEnabledChanged { service, user: USER, enabled: false };
                Ok(vec![Input::Package { change }])
            }
            SystemAction::StartsUser(user) => Ok(vec![
                Input::User { change: UserEvent::Started { user: UserId(*user) } },
                Input::User { change: UserEvent::Unlocked { user: UserId(*user) } },
            ]),
            SystemAction::StopsUser(user) => Ok(vec![
                Input::User { change: UserEvent::Stopping { user: UserId(*user) } },
                Input::User { change: UserEvent::Stopped { user: UserId(*user) } },
            ]),
        }
    }

    fn app(&self, package: &str, action: &AppAction) -> Result<Input, NoInput> {
        let caller = self.caller(package);
        let jobs = |call| Ok(Input::JobScheduler { caller, call });
        let callback = |job: &JobName, call| -> Result<Input, NoInput> {
            let job = self.full_name(package, job)?;
            let token = self.latest(package, &job);
            let token = token.ok_or_else(|| format!("`{job}` has never been started"))?;
            Ok(Input::JobCallback { caller, token, call })
        };
        let service = |call| Ok(Input::Service { caller, call });
        let notification = |call| Ok(Input::Notification { caller, call });
        match action {
            AppAction::Schedule(job) => {
                let (namespace, job) = (job.namespace.clone(), Some(self.job(package, job)?));
                jobs(JobSchedulerCall::Schedule { namespace, job })
            }
            AppAction::Enqueue { job, work } => {
                let (namespace, job) = (job.namespace.clone(), Some(self.job(package, job)?));
                let work = Some(Box::new(work.build()));
                jobs(JobSchedulerCall::Enqueue { namespace, job, work })
            }
            AppAction::Cancel(job) => {
                let (namespace, id) = split_job(job)?;
                jobs(JobSchedulerCall::Cancel { namespace, id })
            }
            AppAction::CancelAll(_) => {
                jobs(JobSchedulerCall::CancelAllInNamespace { namespace: None })
            }
            AppAction::CancelInAllNamespaces(_) => jobs(JobSchedulerCall::CancelAll),
            AppAction::GetPendingJob(job) => {
                let (namespace, id) = split_job(job)?;
                jobs(JobSchedulerCall::GetPendingJob { namespace, id })
            }
            AppAction::GetPendingJobReason(job) => {
                let (namespace, id) = split_job(job)?;
                jobs(JobSchedulerCall::GetPendingJobReason { namespace, id })
            }
            AppAction::CanRunUserInitiatedJobs(_) => {
                jobs(JobSchedulerCall::CanRunUserInitiatedJobs { package: package.to_owned() })
            }
            AppAction::JobFinished { job, reschedule } => {
                callback(job, JobCallbackCall::JobFinished { reschedule: *reschedule })
            }
            AppAction::SetNotification { job, id, channel, end_policy, small_icon } => {
                let notification = Notification {
                    channel: channel.clone(),
                    small_icon: *small_icon,
                    ..Notification::default()
                };
                callback(
                    job,
                    JobCallbackCall::SetNotification {
                        id: *id,
                        notification: Some(Box::new(notification)),
                        end_policy: *end_policy,
                    },
                )
            }
            AppAction::UpdateEstimatedNetworkBytes { job, download, upload } => {
                let (download, upload) = (download.0, upload.0);
                callback(job, JobCallbackCall::UpdateEstimatedNetworkBytes { download, upload })
            }
            AppAction::UpdateTransferredNetworkBytes { job, download, upload } => {
                let (download, upload) = (download.0, upload.0);
                callback(job, JobCallbackCall::UpdateTransferredNetworkBytes { download, upload })
            }
            AppAction::DequeueWork(job) => callback(job, JobCallbackCall::DequeueWork),
            AppAction::CompleteWork { job, work_id } => {
                callback(job, JobCallbackCall::CompleteWork { work_id: *work_id })
            }
            AppAction::StartService(class) => service(ServiceCall::StartService {
                service: component(package, class),
                calling_package: Some(package.to_owned()),
                user: USER,
            }),
            AppAction::StartForegroundService(class) => {
                service(ServiceCall::StartForegroundService {
                    service: component(package, class),
                    calling_package: Some(package.to_owned()),
                    user: USER,
                })
            }
            AppAction::StopService(class) => {
                service(ServiceCall::StopService { service: component(package, class), user: USER })
            }
            AppAction::StopSelf(class) => service(ServiceCall::StopSelf {
                service: self.running_service(package, class)?,
                start_id: -1,
            }),
            AppAction::StartForeground(start) => service(self.start_foreground(package, start)?),
            AppAction::StopForeground { service: class, remove } => {
                service(ServiceCall::StopForeground {
                    service: self.running_service(package, class)?,
                    flags: if *remove { STOP_FOREGROUND_REMOVE } else { STOP_FOREGROUND_DETACH },
                })
            }
            AppAction::CancelNotification(id) => notification(NotificationCall::Cancel {
                package: package.to_owned(),
                tag: None,
                id: *id,
            }),
            AppAction::CreateChannel(channel) => notification(NotificationCall::CreateChannel {
                package: package.to_owned(),
                channel: channel.clone(),
                importance: IMPORTANCE_DEFAULT,
                group: None,
            }),
            AppAction::DeleteChannel(channel) => notification(NotificationCall::DeleteChannel {
                package: package.to_owned(),
                channel: channel.clone(),
            }),
        }
    }

    fn start_foreground(
        &self,
        package: &str,
        start: &StartForeground,
    ) -> Result<ServiceCall, String> {
        let types = match &start.types {
            None => FOREGROUND_SERVICE_TYPE_MANIFEST,
            Some(types) => type_mask(types)?,
        };
        let notification = Notification {
            channel: DEFAULT_CHANNEL.to_owned(),
            small_icon: true,
            ..Notification::default()
        };
        Ok(ServiceCall::StartForeground {
            service: self.running_service(package, &start.service)?,
            id: start.id,
            notification: start.notification.then(|| Box::new(notification)),
            types,
        })
    }

    fn running_service(&self, package: &str, class: &str) -> Result<ServiceToken, String> {
        let class = component(package, class).class;
        self.service(&class).ok_or_else(|| format!("service `{class}` is not running"))
    }

    fn full_name(&self, package: &str, job: &JobName) -> Result<String, String> {
        let (namespace, id) = split_job(job)?;
        Ok(job_name(package, namespace.as_deref(), id))
    }

    /// The query for why a job waits.
    pub(in super::super) fn ask_pending_reason(&self, job: &str) -> Result<Input, String> {
        let (package, namespace, id) = split_full_job(job)?;
        Ok(Input::JobScheduler {
            caller: self.caller(&package),
            call: JobSchedulerCall::GetPendingJobReason { namespace, id },
        })
    }

    /// The shell command for the state of a job.
    pub(in super::super) fn ask_job_state(job: &str) -> Result<Input, String> {
        let (package, namespace, id) = split_full_job(job)?;
        let mut arguments = vec!["get-job-state".to_owned()];
        if let Some(namespace) = namespace {
            arguments.extend(["-n".to_owned(), namespace]);
        }
        arguments.extend([package, id.to_string()]);
        let caller = Caller { uid: jobwarden_model::Uid::SHELL, pid: None };
        Ok(Input::Shell { caller, arguments })
    }
}

fn install(package: &PackageSpec) -> Result<Input, String> {
    let services: Result<Vec<_>, _> = package
        .services
        .iter()
        .map(|service| service_description(&package.name, service))
        .collect();
    let description = PackageDescription {
        name: package.name.clone(),
        app_id: package.uid,
        target_sdk: package.target_sdk,
        debuggable: package.debuggable,
        permissions: package.permissions.iter().map(|name| full_permission(name)).collect(),
        services: services?,
        ..PackageDescription::default()
    };
    let change = Event::Installed { package: Box::new(description), user: USER };
    Ok(Input::Package { change })
}

fn service_description(package: &str, service: &ServiceSpec) -> Result<ServiceDescription, String> {
    Ok(ServiceDescription {
        class: component(package, &service.class).class.to_string(),
        permission: service.permission.clone(),
        process: service.process.clone(),
        exported: service.exported,
        foreground_service_types: type_mask(&service.types)?.cast_unsigned(),
        properties: service.properties.clone(),
    })
}

fn type_mask(types: &[String]) -> Result<i32, String> {
    ForegroundServiceType::from_manifest_attribute(&types.join("|"))
        .map(|types| types.0)
        .map_err(|error| error.to_string())
}

fn component(package: &str, class: &str) -> ComponentName {
    ComponentName::new(package, class)
}

fn full_permission(name: &str) -> String {
    if name.contains('.') {
        name.to_owned()
    } else {
        format!("android.permission.{name}")
    }
}

fn permission_changes(
    permissions: &std::collections::BTreeMap<String, String>,
    granted: Granted,
) -> Vec<Input> {
    permissions
        .iter()
        .map(|(package, permission)| Input::Package {
            change: Event::PermissionChanged {
                package: package.clone(),
                user: USER,
                permission: full_permission(permission),
                granted,
            },
        })
        .collect()
}

fn app_op_mode(mode: &str) -> Result<AppOpMode, String> {
    match mode {
        "allowed" => Ok(AppOpMode::Allowed),
        "ignored" => Ok(AppOpMode::Ignored),
        "errored" => Ok(AppOpMode::Errored),
        "default" => Ok(AppOpMode::Default),
        "foreground" => Ok(AppOpMode::Foreground),
        other => Err(format!("`{other}` is no app-op mode")),
    }
}

fn thermal(status: &str) -> Result<ThermalStatus, String> {
    match status.strip_prefix("THERMAL_STATUS_") {
        Some("NONE") => Ok(ThermalStatus::None),
        Some("LIGHT") => Ok(ThermalStatus::Light),
        Some("MODERATE") => Ok(ThermalStatus::Moderate),
        Some("SEVERE") => Ok(ThermalStatus::Severe),
        Some("CRITICAL") => Ok(ThermalStatus::Critical),
        Some("EMERGENCY") => Ok(ThermalStatus::Emergency),
        Some("SHUTDOWN") => Ok(ThermalStatus::Shutdown),
        Some(_) | None => Err(format!("`{status}` is no `THERMAL_STATUS_*`")),
    }
}

/// A network of that kind, with the capabilities that such networks have.
fn facts_of(network: NetworkName) -> Option<NetworkFacts> {
    // INTERNET, NOT_RESTRICTED, TRUSTED, NOT_VPN, VALIDATED, FOREGROUND, NOT_CONGESTED,
    // NOT_SUSPENDED and NOT_VCN_MANAGED.
    const USUAL: [u32; 9] = [12, 13, 14, 15, 16, 19, 20, 21, 28];
    const NOT_METERED: u32 = 11;
    const NOT_ROAMING: u32 = 18;
    const CELLULAR: u32 = 0;
    const WIFI: u32 = 1;
    let (id, transport, more): (i32, u32, &[u32]) = match network {
        NetworkName::None => return None,
        NetworkName::Wifi => (100, WIFI, &[NOT_METERED, NOT_ROAMING]),
        NetworkName::MeteredWifi => (101, WIFI, &[NOT_ROAMING]),
        NetworkName::Cellular => (102, CELLULAR, &[NOT_ROAMING]),
        NetworkName::Roaming => (103, CELLULAR, &[]),
    };
    let capabilities = USUAL.iter().chain(more).fold(0, |bits, capability| bits | 1 << capability);
    Some(NetworkFacts {
        id,
        capabilities,
        transports: 1 << transport,
        down_kbps: 20_000,
        up_kbps: 5_000,
    })
}

fn split_job(job: &JobName) -> Result<(Option<String>, i32), String> {
    match job {
        JobName::Id(id) => Ok((None, *id)),
        JobName::Namespaced(name) => {
            let wrong = || format!("`{name}` is not `namespace/id`");
            let (namespace, id) = name.rsplit_once('/').ok_or_else(wrong)?;
            Ok((Some(namespace.to_owned()), id.parse().map_err(|_| wrong())?))
        }
    }
}

fn split_full_job(job: &str) -> Result<(String, Option<String>, i32), String> {
    let wrong = || format!("`{job}` is not `package/id` or `package/namespace/id`");
    let (package, rest) = job.split_once('/').ok_or_else(wrong)?;
    let (namespace, id) = match rest.rsplit_once('/') {
        Some((namespace, id)) => (Some(namespace.to_owned()), id),
        None => (None, rest),
    };
    Ok((package.to_owned(), namespace, id.parse().map_err(|_| wrong())?))
}

fn notification_name(name: &str) -> Result<(String, i32), String> {
    let wrong = || format!("`{name}` is not `package/id`");
    let (package, id) = name.rsplit_once('/').ok_or_else(wrong)?;
    Ok((package.to_owned(), id.parse().map_err(|_| wrong())?))
}
