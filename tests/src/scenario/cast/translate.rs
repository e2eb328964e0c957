//! From what a step says to the inputs it stands for.

use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::fgs::PendingIntentKey;
use jobwarden_model::input::{
    ActivityEvent, ActivityFacts, DeviceSignal, Doze, MemoryLevel, NetworkFacts, PersonAct,
    ProcessEvent, ThermalStatus, UserEvent,
};
use jobwarden_model::job::call::JobSchedulerCall;
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::package::{AppOpMode, Event, Granted};
use jobwarden_model::{Caller, ComponentName, Exception, Input, Pid, Uid, UserId};
use std::collections::{BTreeMap, BTreeSet};

use super::super::action::{
    DeviceSpec, DozeName, JobName, MemoryName, NetworkName, PersonAction, PowerExemption,
    SystemAction, DEFAULT_CHANNEL,
};
use super::super::grammar::Given;
use super::super::name;
use super::super::package::{full_permission, PackageSpec};
use super::super::step::Action;
use super::told::associations;
use super::{job_name, Cast};

/// The only Android user of most scenarios.
pub(super) const USER: UserId = UserId(0);
/// `NotificationManager.IMPORTANCE_DEFAULT`.
pub(super) const IMPORTANCE_DEFAULT: i32 = 3;

/// The observer that the Task Manager registers.
const TASK_MANAGER: u64 = 1;
/// The process that the Task Manager is part of; those of apps are numbered from 1000 on.
const SYSTEM_UI: Pid = Pid(999);

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

/// What an act leads to.
pub(super) type Inputs = Result<Vec<Input>, NoInput>;

impl Cast {
    /// The inputs that make the world of a scenario.
    pub(in super::super) fn given(&mut self, given: &Given) -> Inputs {
        let mut inputs = vec![
            Input::User { change: UserEvent::Started { user: USER } },
            Input::User { change: UserEvent::Unlocked { user: USER } },
        ];
        for package in &given.packages {
            inputs.push(install(package));
            if package.running {
                inputs.extend(self.start_process(package.name()));
            }
            inputs.push(Input::Notification {
                caller: self.caller(package.name()),
                call: NotificationCall::CreateChannel {
                    package: package.name().to_owned(),
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
                caller: Caller { uid: Uid::SHELL, pid: None },
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
            Action::App { package, action } => self.app(package, action),
        }
    }

    fn device(&mut self, device: &DeviceSpec) -> Inputs {
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
        if let Some(level) = device.memory {
            let level = match level {
                MemoryName::Normal => MemoryLevel::Normal,
                MemoryName::Moderate => MemoryLevel::Moderate,
                MemoryName::Low => MemoryLevel::Low,
                MemoryName::Critical => MemoryLevel::Critical,
            };
            say(DeviceSignal::Memory { level });
        }
        if let Some(on) = device.screen {
            say(DeviceSignal::Screen { on });
        }
        if let Some(idle) = device.idle {
            say(DeviceSignal::DeviceIdle { idle });
        }
        signals.extend(self.of_apps(device)?);
        Ok(signals)
    }

    /// What the device holds of single apps.
    fn of_apps(&mut self, device: &DeviceSpec) -> Inputs {
        let mut signals = Vec::new();
        let mut say = |signal: DeviceSignal| signals.push(Input::Device { signal });
        for (package, bucket) in &device.standby_buckets {
            let bucket = name::number(bucket)
                .and_then(|number| u8::try_from(number).ok())
                .ok_or_else(|| format!("`{bucket}` is no `STANDBY_BUCKET_*`"))?;
            let package = package.clone();
            say(DeviceSignal::StandbyBucket { package, user: USER, bucket });
        }
        for (package, &restricted) in &device.background_restricted {
            let (uid, package) = (self.known_uid(package)?, package.clone());
            say(DeviceSignal::BackgroundRestricted { uid, package, restricted });
        }
        let quotas: BTreeSet<_> =
            device.quota.keys().chain(device.expedited_quota.keys()).collect();
        for package in quotas {
            let uid = self.known_uid(package)?;
            let quota = self.quotas.entry(uid).or_insert((true, true));
            quota.0 = device.quota.get(package).copied().unwrap_or(quota.0);
            quota.1 = device.expedited_quota.get(package).copied().unwrap_or(quota.1);
            let (regular, expedited) = *quota;
            say(DeviceSignal::QuotaVerdict { uid, regular, expedited });
        }
        for (package, exemption) in &device.power_exempt {
            let app_id = self.known_uid(package)?.app_id();
            let (permanent, temporary) = &mut self.power_exempt;
            permanent.remove(&app_id);
            temporary.remove(&app_id);
            match exemption {
                PowerExemption::None => false,
                PowerExemption::Permanent => permanent.insert(app_id),
                PowerExemption::Temporary => temporary.insert(app_id),
            };
        }
        if !device.power_exempt.is_empty() {
            let (permanent, temporary) = self.power_exempt.clone();
            say(DeviceSignal::PowerAllowlist { permanent, temporary });
        }
        Ok(signals)
    }

    /// The uid of a package of the scenario.
    fn known_uid(&self, package: &str) -> Result<Uid, String> {
        match self.packages.get(package) {
            Some(known) => Ok(known.uid()),
            None => Err(format!("`{package}` is not installed")),
        }
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
            PersonAction::LetsCaptureScreen(package) => return self.capture(package, true),
            PersonAction::EndsScreenCapture(package) => return self.capture(package, false),
            PersonAction::StopsApp(package) => {
                PersonAct::StopApp { package: package.clone(), user: USER }
            }
            PersonAction::ForceStops(package) => {
                PersonAct::ForceStop { package: package.clone(), user: USER }
            }
            PersonAction::ClearsData(package) => {
                PersonAct::ClearData { package: package.clone(), user: USER }
            }
            PersonAction::ClosesApp(package) | PersonAction::WaitsForApp(package) => {
                let pid = self.pids.get(package).copied();
                let pid = pid.ok_or_else(|| format!("no process of `{package}` runs"))?;
                let close = matches!(act, PersonAction::ClosesApp(_));
                PersonAct::AnswerNotResponding { pid, close }
            }
            PersonAction::Taps(name) => {
                PersonAct::TapNotification { intent: pending_intent(name)? }
            }
            PersonAction::Dismisses(name) => {
                let (package, id) = notification_name(name)?;
                PersonAct::DismissNotification { package, user: USER, tag: None, id }
            }
        };
        Ok(vec![Input::Person { act }])
    }

    fn capture(&self, package: &str, active: bool) -> Inputs {
        self.known_uid(package)?;
        let package = package.to_owned();
        let change = Event::MediaProjectionChanged { package, user: USER, active };
        Ok(vec![Input::Package { change }])
    }

    fn roles(&self, roles: &BTreeMap<String, String>, held: bool) -> Inputs {
        let change = |(package, role): (&String, &String)| {
            self.known_uid(package)?;
            let (role, package) = (full_role(role), package.clone());
            let change = Event::RoleChanged { role, package, user: USER, held };
            Ok(Input::Package { change })
        };
        roles.iter().map(change).collect()
    }

    fn running(&self, package: &str) -> Result<Pid, String> {
        let pid = self.pids.get(package).copied();
        pid.ok_or_else(|| format!("no process of `{package}` runs"))
    }

    fn system(&mut self, act: &SystemAction) -> Inputs {
        match act {
            SystemAction::Installs(package) => {
                self.packages.insert(package.name().to_owned(), package.clone());
                Ok(vec![install(package)])
            }
            SystemAction::Removes(package) => Ok(vec![Input::Package {
                change: Event::Removed { package: package.clone(), user: USER },
            }]),
            SystemAction::StartsProcess(package) => {
                Ok(self.start_process(package).into_iter().collect())
            }
            SystemAction::ProcessDies(package) => {
                let pid = self.running(package)?;
                self.lose_process(pid);
                Ok(vec![Input::Process { change: ProcessEvent::Died { pid } }])
            }
            SystemAction::ProcessCrashes(package) => {
                let pid = self.running(package)?;
                self.lose_process(pid);
                let changes = [ProcessEvent::Crashed { pid }, ProcessEvent::Died { pid }];
                Ok(changes.map(|change| Input::Process { change }).to_vec())
            }
            SystemAction::Grants(permissions) => {
                Ok(permission_changes(permissions, Granted::Granted))
            }
            SystemAction::Denies(permissions) => {
                Ok(permission_changes(permissions, Granted::HardDenied))
            }
            SystemAction::GivesRole(roles) => self.roles(roles, true),
            SystemAction::TakesRole(roles) => self.roles(roles, false),
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
            SystemAction::CannotShow(name) => {
                let (package, id) = notification_name(name)?;
                self.known_uid(&package)?;
                let act = PersonAct::NotificationError { package, user: USER, tag: None, id };
                Ok(vec![Input::Person { act }])
            }
            SystemAction::WatchesUserVisibleJobs(_) => Ok(vec![Input::JobScheduler {
                caller: Caller { uid: Uid::SYSTEM, pid: Some(SYSTEM_UI) },
                call: JobSchedulerCall::RegisterUserVisibleJobObserver {
                    observer: Some(TASK_MANAGER),
                },
            }]),
            SystemAction::Marks(marks) => self.marks(marks, true),
            SystemAction::Unmarks(marks) => self.marks(marks, false),
            SystemAction::Associates(packages) => Ok(associations(packages)),
            SystemAction::Allowlists(packages) => self.allowlists(packages),
            SystemAction::ProcessStartTimesOut(package) => {
                let change =
                    ProcessEvent::StartTimedOut { uid: self.uid(package), name: package.clone() };
                Ok(vec![Input::Process { change }])
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

    pub(super) fn full_name(&self, package: &str, job: &JobName) -> Result<String, String> {
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
        let caller = Caller { uid: Uid::SHELL, pid: None };
        Ok(Input::Shell { caller, arguments })
    }
}

fn install(package: &PackageSpec) -> Input {
    let package = Box::new(package.description.clone());
    Input::Package { change: Event::Installed { package, user: USER } }
}

pub(super) fn type_mask(types: &[String]) -> Result<i32, String> {
    ForegroundServiceType::from_manifest_attribute(&types.join("|"))
        .map(|types| types.0)
        .map_err(|error| error.to_string())
}

/// A service of the package, or `other.package/.Class`.
pub(super) fn component(package: &str, class: &str) -> ComponentName {
    let (package, class) = class.split_once('/').unwrap_or((package, class));
    ComponentName::new(package, class)
}

fn full_role(name: &str) -> String {
    if name.contains('.') {
        name.to_owned()
    } else {
        format!("android.app.role.{name}")
    }
}

fn permission_changes(permissions: &BTreeMap<String, String>, granted: Granted) -> Vec<Input> {
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

pub(super) fn split_job(job: &JobName) -> Result<(Option<String>, i32), String> {
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

pub(super) fn pending_intent(name: &str) -> Result<PendingIntentKey, String> {
    let wrong = || format!("`{name}` is not `package/request-code`");
    let (package, code) = name.rsplit_once('/').ok_or_else(wrong)?;
    let request_code = code.parse().map_err(|_| wrong())?;
    Ok(PendingIntentKey { package: package.to_owned(), user: USER, request_code })
}
