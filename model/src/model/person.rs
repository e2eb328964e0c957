//! What the person at the device does, and what apps ask of the notification manager.

use super::events::illegal;
use super::{Model, Turn};
use crate::exception::Exception;
use crate::facts;
use crate::fgs::{NotificationPolicy, START_CANCELED};
use crate::ids::{Caller, Pid, Uid, UserId};
use crate::input::PersonAct;
use crate::job::call::JobSchedulerCall;
use crate::job::scheduler::PackageEvent;
use crate::notification::call::NotificationCall;
use crate::notification::{Importance, Key, Notification, Post};
use crate::reply::Reply;
use crate::rules::job_userstop::{JOB_USERSTOP_001, JOB_USERSTOP_006};

type Answer = Result<Reply, Exception>;

impl Model {
    pub(super) fn on_person(&mut self, act: PersonAct, turn: &mut Turn<'_>) -> Answer {
        match act {
            PersonAct::StopApp { package, user } => self.stop_app(&package, user, turn),
            PersonAct::ForceStop { package, user } => {
                let uid = self.uid_of(&package, user)?;
                self.kill_package(uid, &package, user, "force stop", turn);
                let event = PackageEvent::Restarted;
                self.with_jobs(turn, |jobs, world| {
                    jobs.on_package_event(event, &package, uid, world);
                });
                Ok(Reply::Nothing)
            }
            PersonAct::ClearData { package, user } => {
                let uid = self.uid_of(&package, user)?;
                self.kill_package(uid, &package, user, "clear data", turn);
                let event = PackageEvent::DataCleared;
                self.with_jobs(turn, |jobs, world| {
                    jobs.on_package_event(event, &package, uid, world);
                });
                Ok(Reply::Nothing)
            }
            PersonAct::AnswerNotResponding { pid, close } => {
                self.system.answer_not_responding(pid, close, turn.out).map(|()| Reply::Nothing)
            }
            PersonAct::TapNotification { intent } => {
                let sent = self.with_services(turn, |services, cx| {
                    services.send_pending_intent_of_notification(&intent, cx)
                });
                match sent {
                    START_CANCELED => Err(illegal(format!("no pending intent {intent:?}"))),
                    _ => Ok(Reply::Nothing),
                }
            }
            PersonAct::NotificationError { package, user, tag, id } => {
                let key = Key { user, package, tag, id };
                self.system.notifications.on_error(&key, &mut self.looper, turn.out);
                Ok(Reply::Nothing)
            }
            PersonAct::ClickNotification { package, user, tag, id } => {
                let key = Key { user, package, tag, id };
                self.system.notifications.on_click(&key, &mut self.looper);
                Ok(Reply::Nothing)
            }
            PersonAct::ClearNotifications { user } => {
                self.system.notifications.on_clear_all(user, &mut self.looper);
                Ok(Reply::Nothing)
            }
            PersonAct::SetChannelImportance { package, user, channel, importance } => {
                let unknown = || illegal(format!("no importance {importance}"));
                let importance = Importance::from_level(importance).ok_or_else(unknown)?;
                let (looper, out) = (&mut self.looper, &mut *turn.out);
                self.system
                    .notifications
                    .on_channel_importance(user, &package, &channel, importance, looper, out);
                Ok(Reply::Nothing)
            }
            PersonAct::DismissNotification { package, user, tag, id } => {
                let key = Key { user, package, tag, id };
                self.system.notifications.on_dismiss(&key, &mut self.looper);
                Ok(Reply::Nothing)
            }
        }
    }

    /// The stop button of the Task Manager: the scheduler is told first, then the app is killed.
    /// Rules: JOB-USERSTOP-001, JOB-USERSTOP-006.
    fn stop_app(&mut self, package: &str, user: UserId, turn: &mut Turn<'_>) -> Answer {
        turn.out.decide(&JOB_USERSTOP_001, "stop in the Task Manager", || facts!(package, user));
        let note = JobSchedulerCall::NotePendingUserRequestedAppStop {
            package: Some(package.to_owned()),
            user: i32::try_from(user.0).map_err(|_| illegal(format!("no user {user}")))?,
            debug_reason: Some("stopped in the Task Manager".to_owned()),
        };
        let system = Caller { uid: Uid::SYSTEM, pid: None };
        self.with_jobs(turn, |jobs, world| jobs.call(system, note, world))?;
        let Some(uid) = self.system.packages.uid_of(package, user) else {
            return Ok(Reply::Nothing);
        };
        let roles = self.system.activities.roles();
        if roles.is_device_owner(uid) || roles.profile_owners.contains(&uid) {
            turn.out.decide(&JOB_USERSTOP_006, "protected by policy", || facts!(package, uid));
            return Ok(Reply::Nothing);
        }
        turn.out.decide(&JOB_USERSTOP_006, "its processes are killed", || facts!(package, uid));
        self.kill_package(uid, package, user, "user requested: stop app", turn);
        Ok(Reply::Nothing)
    }

    /// Finishes the activities of a package, kills its processes but persistent ones, then brings its services
    /// down. Rule: JOB-USERSTOP-006.
    fn kill_package(
        &mut self,
        uid: Uid,
        package: &str,
        user: UserId,
        reason: &str,
        turn: &mut Turn<'_>,
    ) {
        self.system.forget_starting_processes(uid);
        let of_package: Vec<(Pid, bool)> = self
            .system
            .processes
            .of_uid(uid)
            .filter(|process| process.packages().iter().any(|name| name == package))
            .map(|process| (process.pid(), process.is_fixed()))
            .collect();
        for &(pid, _) in &of_package {
            self.system.finish_activities(pid);
        }
        for (pid, _) in of_package.into_iter().filter(|&(_, persistent)| !persistent) {
            self.system.kill(pid, reason, turn.out);
        }
        self.with_services(turn, |services, cx| services.bring_down_package(user, package, cx));
        self.update_processes(turn);
    }

    fn uid_of(&self, package: &str, user: UserId) -> Result<Uid, Exception> {
        let unknown = || illegal(format!("package `{package}` is not installed for user {user}"));
        self.system.packages.uid_of(package, user).ok_or_else(unknown)
    }

    pub(super) fn on_notification(
        &mut self,
        caller: Caller,
        call: NotificationCall,
        turn: &mut Turn<'_>,
    ) -> Answer {
        if let NotificationCall::Notify { package, tag: None, id, notification } = call {
            return self.on_untagged_notification(caller, (package, id), notification, turn);
        }
        let policy = NotificationPolicy::NotForegroundService;
        let (manager, mut neighbours) = self.system.notification_room(Some(&self.services), policy);
        manager.call(caller, call, &mut neighbours, &mut self.looper, turn.out)
    }

    /// A notification that may be that of a foreground service: the service code decides whether it is
    /// displayed now, and then hears whether it was. Rules: FGS-DEFER-006, FGS-DEFER-007.
    fn on_untagged_notification(
        &mut self,
        caller: Caller,
        (package, id): (String, i32),
        mut notification: Box<Notification>,
        turn: &mut Turn<'_>,
    ) -> Answer {
        let user = caller.uid.user();
        let (manager, neighbours) =
            self.system.notification_room(None, NotificationPolicy::NotForegroundService);
        // A call that is refused is none of the service code's business.
        manager.check_notify(caller, &package, &notification, &neighbours)?;
        let policy = self.with_services(turn, |services, cx| {
            let noti = &mut notification;
            services.apply_foreground_service_notification(user, &package, id, noti, cx)
        });
        let post = Post {
            key: Key { user, package: package.clone(), tag: None, id },
            uid: caller.uid,
            notification: (*notification).clone(),
            policy: Some(policy),
        };
        let (manager, mut neighbours) = self.system.notification_room(None, policy);
        let shown = manager.enqueue(post, &mut neighbours, &mut self.looper, turn.out);
        if policy != NotificationPolicy::NotForegroundService {
            self.with_services(turn, |services, cx| {
                let noti = &notification;
                services
                    .on_foreground_service_notification_update(shown, user, &package, id, noti, cx);
            });
        }
        Ok(Reply::Nothing)
    }
}
