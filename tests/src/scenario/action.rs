//! What can happen in a step: acts of apps, of the person, of the system, and of the device.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::job_spec::{JobSpec, WorkSpec};
use super::package::PackageSpec;
use super::units::{Bytes, Millis};

/// The device; several members change at the same instant, in the order in which they stand here.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct DeviceSpec {
    /// A charger is connected.
    pub power_connected: Option<bool>,
    /// The battery has charged for long enough.
    pub charging: Option<bool>,
    /// The battery is low.
    pub battery_low: Option<bool>,
    /// Storage runs short.
    pub storage_low: Option<bool>,
    /// The default network of every app.
    pub network: Option<NetworkName>,
    /// Doze.
    pub doze: Option<DozeName>,
    /// Battery saver.
    pub battery_saver: Option<bool>,
    /// Heat: `THERMAL_STATUS_*`.
    pub thermal: Option<String>,
    /// The screen is on.
    pub screen: Option<bool>,
    /// The device counts as idle for jobs.
    pub idle: Option<bool>,
    /// Standby buckets by package: `STANDBY_BUCKET_*`.
    pub standby_buckets: BTreeMap<String, String>,
    /// Apps that the user restricts in the background.
    pub background_restricted: BTreeMap<String, bool>,
    /// Quota left for regular jobs, by package.
    pub quota: BTreeMap<String, bool>,
    /// Quota left for expedited jobs, by package.
    pub expedited_quota: BTreeMap<String, bool>,
    /// Apps that power saving spares: battery optimisation is off.
    pub power_exempt: BTreeMap<String, PowerExemption>,
    /// How short memory is.
    pub memory: Option<MemoryName>,
}

/// Whether power saving spares an app.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum PowerExemption {
    /// It does not.
    None,
    /// The system or the user chose it.
    Permanent,
    /// For a while.
    Temporary,
}

/// How short memory is: `ADJ_MEM_FACTOR_*`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum MemoryName {
    /// There is enough.
    Normal,
    /// A little.
    Moderate,
    /// Much.
    Low,
    /// As short as it gets.
    Critical,
}

/// A network.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkName {
    /// None.
    None,
    /// Wi-Fi, not metered, 20 Mbit/s down and 5 up.
    Wifi,
    /// Wi-Fi that is metered.
    MeteredWifi,
    /// Cellular at home.
    Cellular,
    /// Cellular abroad.
    Roaming,
}

/// Doze of the device.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum DozeName {
    /// Awake.
    Off,
    /// Light.
    Light,
    /// Deep.
    Deep,
}

/// What the person at the device does.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PersonAction {
    /// Opens an app: its activity is on top and visible.
    Opens(String),
    /// Leaves an app: its activity is no longer visible.
    Leaves(String),
    /// Agrees when an app asks to capture the screen (`createScreenCaptureIntent`).
    LetsCaptureScreen(String),
    /// Ends an app's capture of the screen.
    EndsScreenCapture(String),
    /// Presses Stop beside an app in the Task Manager.
    StopsApp(String),
    /// Force-stops an app in its settings.
    ForceStops(String),
    /// Clears the data of an app.
    ClearsData(String),
    /// Closes an app that does not respond.
    ClosesApp(String),
    /// Waits for an app that does not respond.
    WaitsForApp(String),
    /// Taps a notification that starts a service: `package/request-code` of its pending intent.
    Taps(String),
    /// Swipes a notification away: `package/id`.
    Dismisses(String),
}

/// What the system does by itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SystemAction {
    /// Installs or updates a package.
    Installs(PackageSpec),
    /// Removes a package.
    Removes(String),
    /// Starts the process of a package.
    StartsProcess(String),
    /// The process of a package dies.
    ProcessDies(String),
    /// The process of a package reports an exception that nobody caught, and dies.
    ProcessCrashes(String),
    /// Grants a permission, by package.
    Grants(BTreeMap<String, String>),
    /// Takes a permission away, by package.
    Denies(BTreeMap<String, String>),
    /// Gives a role, by package: its full name, or without `android.app.role.`.
    GivesRole(BTreeMap<String, String>),
    /// Takes a role away, by package.
    TakesRole(BTreeMap<String, String>),
    /// Sets app-ops: package, op, mode.
    SetsAppOps(BTreeMap<String, BTreeMap<String, String>>),
    /// The system UI cannot show a notification: `package/id`.
    CannotShow(String),
    /// Wants to hear of user-visible jobs, as the Task Manager does.
    WatchesUserVisibleJobs(Empty),
    /// Says something of a package, a service (`package/.Class`) or the `device` that rooms ask about:
    /// `frozen`, `firewalled`, `shutting-down`, … (docs/scenarios.md lists them).
    Marks(BTreeMap<String, String>),
    /// Takes such a mark away.
    Unmarks(BTreeMap<String, String>),
    /// Names the packages that a package may be associated with.
    Associates(BTreeMap<String, Vec<String>>),
    /// Lets the uid of a package start foreground services for a while.
    Allowlists(BTreeMap<String, Allowlisting>),
    /// A process that a package was to be started in never came up.
    ProcessStartTimesOut(String),
    /// Disables a service: `package/.Class`.
    DisablesService(String),
    /// A user starts.
    StartsUser(u32),
    /// A user stops.
    StopsUser(u32),
}

/// A place on the temporary list for foreground-service starts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Allowlisting {
    /// For how long.
    #[serde(rename = "for")]
    pub lasts: Millis,
    /// `PowerExemptionManager.REASON_*`, without the prefix.
    pub reason: String,
}

/// What an app does.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum AppAction {
    /// `JobScheduler.schedule`; `null` passes none.
    Schedule(Option<Box<JobSpec>>),
    /// `JobScheduler.schedule`, once for each id from `first` to `last`, up to the first exception.
    ScheduleEach {
        /// The first id.
        first: i32,
        /// The last id.
        last: i32,
        /// The job, whatever its id.
        job: Box<JobSpec>,
    },
    /// `JobScheduler.enqueue`.
    Enqueue {
        /// The job.
        job: Box<JobSpec>,
        /// The work item.
        work: WorkSpec,
    },
    /// `JobScheduler.cancel`: an id, or `namespace/id`.
    Cancel(JobName),
    /// `JobScheduler.cancelAll`, in the default namespace.
    CancelAll(Empty),
    /// `JobScheduler.cancelInAllNamespaces`.
    CancelInAllNamespaces(Empty),
    /// `JobScheduler.getPendingJob`.
    GetPendingJob(JobName),
    /// `JobScheduler.getPendingJobReason`.
    GetPendingJobReason(JobName),
    /// `JobScheduler.canRunUserInitiatedJobs`.
    CanRunUserInitiatedJobs(Empty),
    /// `JobService.jobFinished`.
    JobFinished {
        /// Which job.
        job: JobName,
        /// Wants it again.
        #[serde(default)]
        reschedule: bool,
    },
    /// `JobService.setNotification`.
    SetNotification {
        /// Which job.
        job: JobName,
        /// The id of the notification.
        id: i32,
        /// The channel.
        #[serde(default = "default_channel")]
        channel: String,
        /// 0 detach, 1 remove.
        #[serde(default)]
        end_policy: i32,
        /// It has a small icon.
        #[serde(default = "yes")]
        small_icon: bool,
        /// There is one at all; `false` passes `null`.
        #[serde(default = "yes")]
        notification: bool,
    },
    /// `JobService.updateEstimatedNetworkBytes`.
    UpdateEstimatedNetworkBytes {
        /// Which job.
        job: JobName,
        /// Bytes down.
        download: Bytes,
        /// Bytes up.
        upload: Bytes,
    },
    /// `JobService.updateTransferredNetworkBytes`.
    UpdateTransferredNetworkBytes {
        /// Which job.
        job: JobName,
        /// Bytes down.
        download: Bytes,
        /// Bytes up.
        upload: Bytes,
    },
    /// `JobParameters.dequeueWork`.
    DequeueWork(JobName),
    /// `JobParameters.completeWork`.
    CompleteWork {
        /// Which job.
        job: JobName,
        /// As delivered.
        work_id: i32,
    },
    /// `Context.startService`: `.Class`, or `other.package/.Class`.
    StartService(String),
    /// `Context.startForegroundService`.
    StartForegroundService(String),
    /// `PendingIntent.getService`, or `getForegroundService`.
    CreatePendingIntent {
        /// Which service.
        service: String,
        /// `getForegroundService`.
        #[serde(default)]
        foreground: bool,
        /// Chosen by the app.
        #[serde(default)]
        request_code: i32,
    },
    /// `PendingIntent.send` of one that this or another app made.
    SendPendingIntent {
        /// `package/request-code` of its creator.
        intent: String,
        /// What the sender lends: `system-defined`, `allowed`, `denied`.
        #[serde(default)]
        background_starts: LentStarts,
    },
    /// `PendingIntent.cancel`: the request code.
    CancelPendingIntent(i32),
    /// `Context.stopService`.
    StopService(String),
    /// `Context.bindService`, with `BIND_AUTO_CREATE`.
    BindService(String),
    /// `Context.unbindService`.
    UnbindService(String),
    /// `Service.stopSelf`.
    StopSelf(String),
    /// `Service.startForeground`.
    StartForeground(Box<StartForeground>),
    /// `Service.stopForeground`.
    StopForeground {
        /// Which service.
        service: String,
        /// The notification goes, too.
        #[serde(default = "yes")]
        remove: bool,
    },
    /// `Service.getForegroundServiceType`.
    GetForegroundServiceType(String),
    /// `NotificationManager.cancel`.
    CancelNotification(i32),
    /// `NotificationManager.createNotificationChannel`.
    CreateChannel(String),
    /// `NotificationManager.deleteNotificationChannel`.
    DeleteChannel(String),
}

/// `Service.startForeground`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StartForeground {
    /// Which service.
    pub service: String,
    /// The id of the notification; 0 is an error.
    #[serde(default = "first_id")]
    pub id: i32,
    /// Types by name; not said: those of the manifest.
    #[serde(default)]
    pub types: Option<Vec<String>>,
    /// The channel of the notification.
    #[serde(default = "default_channel")]
    pub channel: String,
    /// It comes with a notification.
    #[serde(default = "yes")]
    pub notification: bool,
}

/// `MODE_BACKGROUND_ACTIVITY_START_*`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum LentStarts {
    /// No choice.
    #[default]
    SystemDefined,
    /// They are lent.
    Allowed,
    /// They are not.
    Denied,
}

/// A job of the acting app: an id, or `namespace/id`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "the id of a job, or `namespace/id`")]
pub enum JobName {
    /// In the default namespace.
    Id(i32),
    /// In a namespace.
    Namespaced(String),
}

/// A call without arguments is written `{}`.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

fn default_channel() -> String {
    DEFAULT_CHANNEL.to_owned()
}

/// The channel every app of a scenario has from the start.
pub(super) const DEFAULT_CHANNEL: &str = "transfers";

fn first_id() -> i32 {
    1
}

fn yes() -> bool {
    true
}
