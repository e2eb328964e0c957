//! The job scheduler around the activity manager's answer, for one query of `uijstate`.

use jobwarden_model::activity;
use jobwarden_model::job::call::JobSchedulerCall;
use jobwarden_model::job::neighbours::{ApplicationInfo, Neighbours, ServiceInfo};
use jobwarden_model::job::scheduler::{PlatformJobScheduler, World};
use jobwarden_model::package::{Change, Granted};
use jobwarden_model::process::ProcState;
use jobwarden_model::{Caller, ComponentName, Exception, Looper, Output, Pid, Reply, Uid, UserId};

use super::outside::View;
use super::Query;

/// What the scheduler sees of the world.
struct Around<'a> {
    world: &'a super::World,
    caller: Uid,
}

impl Neighbours for Around<'_> {
    fn package_uid(&self, package: &str, user: UserId) -> Option<Uid> {
        let uid = match package {
            "app" | "other" => super::APP,
            "client" => super::CLIENT,
            _ => return None,
        };
        Some(Uid::of(user, uid.app_id()))
    }

    fn packages_for_uid(&self, uid: Uid) -> Vec<String> {
        let packages: &[&str] = match uid {
            super::APP => &["app", "other"],
            super::CLIENT => &["client"],
            _ => &[],
        };
        packages.iter().map(|&package| package.to_owned()).collect()
    }

    fn application_info(&self, _: &str, _: UserId) -> Option<ApplicationInfo> {
        Some(ApplicationInfo::default())
    }

    /// Whoever calls owns the job service: that check is not what is recorded.
    fn service_info(&self, component: &ComponentName, _: UserId) -> Option<ServiceInfo> {
        Some(ServiceInfo {
            uid: self.caller,
            permission: Some("android.permission.BIND_JOB_SERVICE".to_owned()),
            process_name: component.package.to_string(),
            direct_boot_aware: false,
        })
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        activity::Neighbours::is_change_enabled(&self.world.outside, change, uid)
    }

    fn check_permission(&self, _: &str, _: Uid, _: Option<Pid>) -> Granted {
        Granted::Granted
    }

    fn check_run_user_initiated_jobs(&self, _: Uid, package: &str) -> Granted {
        match self.world.permission_states.get(package).map(String::as_str) {
            Some("SOFT_DENIED") => Granted::SoftDenied,
            Some("HARD_DENIED") => Granted::HardDenied,
            _ => Granted::Granted,
        }
    }

    fn user_exists(&self, _: UserId) -> bool {
        true
    }

    fn is_user_unlocked(&self, _: UserId) -> bool {
        true
    }

    fn is_uid_top(&self, uid: Uid) -> bool {
        self.world.outside.list.uid_proc_state(uid) == ProcState::Top
    }

    fn is_uid_active(&self, uid: Uid) -> bool {
        self.world.outside.list.is_uid_active(uid)
    }

    fn is_app_start_mode_disabled(&self, _: Uid, _: &str) -> bool {
        false
    }

    fn can_schedule_user_initiated_jobs(
        &self,
        uid: Uid,
        pid: Option<Pid>,
        package: &str,
        out: &mut Output,
    ) -> bool {
        let outside = &self.world.outside;
        let view = View { services: &self.world.services, outside };
        let who = activity::Identity { uid, pid, package };
        let now = self.world.now;
        outside.activities.can_schedule_user_initiated_jobs(who, outside, &view, now, out)
    }

    fn is_process_bad(&self, _: &str, _: Uid) -> bool {
        false
    }

    fn standby_bucket(&self, _: &str, _: UserId) -> i32 {
        10
    }
}

/// What a `schedule` or `scheduleAsPackage` of a user-initiated job by this app answers.
pub(super) fn schedule(
    world: &super::World,
    query: &Query,
    caller: Caller,
) -> Result<bool, Exception> {
    let job = query.job(caller.uid)?;
    let (namespace, job) = (None, Some(Box::new(job)));
    let call = match &query.source_package {
        None => JobSchedulerCall::Schedule { namespace, job },
        Some(source) => JobSchedulerCall::ScheduleAsPackage {
            namespace,
            job,
            package: Some(source.clone()),
            user: 0,
            tag: None,
        },
    };
    let mut around = Around { world, caller: caller.uid };
    let mut scheduler_world = World {
        now: world.now,
        neighbours: &mut around,
        looper: &mut Looper::default(),
        out: &mut Output::new(),
    };
    let reply = PlatformJobScheduler::new(1).call(caller, call, &mut scheduler_world)?;
    Ok(reply == Reply::Int(1))
}
