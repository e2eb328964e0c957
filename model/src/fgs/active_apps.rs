//! The apps that have foreground services, and for how long the user was shown that.
//!
//! Rules: FGS-STOP-052, FGS-STOP-053. The trap: the review that takes a restricted app's services out
//! of the foreground passes by an app that was shown for long enough.

use super::active_services::{ActiveServices, Context};
use super::constants::Constants;
use super::effect::ServiceToken;
use super::{Message, Posted};
use crate::facts;
use crate::ids::{Uid, UserId};
use crate::looper;
use crate::process::ProcState;
use crate::rules::fgs_stop as rule;
use crate::time::Elapsed;

/// One app with foreground services.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct ActiveForegroundApp {
    pub uid: Uid,
    pub start_time: Elapsed,
    pub start_visible_time: Elapsed,
    /// When its last foreground service went; 0: one is there.
    pub end_time: Elapsed,
    pub num_active: i32,
    pub app_on_top: bool,
    pub shown_while_top: bool,
    pub shown_while_screen_on: bool,
}

/// Whether an app was shown for long enough, or when it will have been.
enum Shown {
    Enough,
    Until(Elapsed),
}

impl ActiveForegroundApp {
    /// Rule: FGS-STOP-053, "shown enough".
    fn shown_enough(&self, now: Elapsed, screen_on: bool, constants: &Constants) -> Shown {
        if self.shown_while_top {
            return Shown::Enough;
        }
        if screen_on || self.shown_while_screen_on {
            let span = if self.start_time == self.start_visible_time {
                constants.fgservice_min_shown_time
            } else {
                constants.fgservice_screen_on_after_time
            };
            let minimum = self.start_visible_time.plus(span);
            if now >= minimum {
                return Shown::Enough;
            }
            return Shown::Until(minimum.max(now.plus(constants.fgservice_min_report_time)));
        }
        let minimum = self.end_time.plus(constants.fgservice_screen_on_before_time);
        if now >= minimum {
            Shown::Enough
        } else {
            Shown::Until(minimum)
        }
    }
}

impl ActiveServices {
    /// A service of the app enters the foreground state. Rule: FGS-STOP-053.
    pub(super) fn inc_active_foreground_app(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let now = cx.now.elapsed;
        let screen_on = cx.neighbours.screen_on();
        let record = self.record_mut(token);
        let (user, uid, package) = (record.user, record.info.uid, record.package().to_owned());
        let on_top = record.app.is_some()
            && cx.neighbours.uid(uid).is_some_and(|uid| uid.cur_proc_state <= ProcState::Top);
        let apps = &mut self.user_mut(user).active_apps;
        let new = !apps.contains_key(&package);
        let app = apps.entry(package).or_insert(ActiveForegroundApp {
            uid,
            start_time: now,
            start_visible_time: now,
            end_time: Elapsed(0),
            num_active: 0,
            app_on_top: on_top,
            shown_while_top: on_top,
            shown_while_screen_on: screen_on,
        });
        app.num_active += 1;
        if new {
            cx.out.decide(&rule::FGS_STOP_053, "a new entry", || facts!(uid, on_top));
            cx.post(Posted::UpdateForegroundApps { user });
        }
    }

    /// A service of the app leaves the foreground state. Rule: FGS-STOP-053.
    pub(super) fn dec_active_foreground_app(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let now = cx.now.elapsed;
        let constants = self.constants.clone();
        let record = self.record_mut(token);
        let (user, package) = (record.user, record.package().to_owned());
        let Some(app) = self.user_mut(user).active_apps.get_mut(&package) else { return };
        app.num_active -= 1;
        if app.num_active > 0 {
            return;
        }
        app.end_time = now;
        cx.out.decide(&rule::FGS_STOP_053, "the last one goes", || facts!(package, now));
        match app.shown_enough(now, cx.neighbours.screen_on(), &constants) {
            Shown::Enough => {
                self.user_mut(user).active_apps.remove(&package);
                cx.post(Posted::UpdateForegroundApps { user });
            }
            Shown::Until(at) => request_update(user, at, cx),
        }
    }

    /// A review of the entries of a user. Rule: FGS-STOP-052 (a).
    pub(super) fn update_foreground_apps(&mut self, user: UserId, cx: &mut Context<'_>) {
        let now = cx.now.elapsed;
        let constants = self.constants.clone();
        let packages: Vec<String> = self.user_mut(user).active_apps.keys().cloned().collect();
        let (mut next, mut gone) = (None::<Elapsed>, Vec::new());
        for package in packages.into_iter().rev() {
            let Some(app) = self.user_mut(user).active_apps.get(&package).cloned() else {
                continue;
            };
            if app.end_time.0 != 0 {
                match app.shown_enough(now, cx.neighbours.screen_on(), &constants) {
                    Shown::Enough => {
                        gone.push(package);
                        continue;
                    }
                    Shown::Until(at) => next = Some(next.map_or(at, |it| it.min(at))),
                }
            }
            if !app.app_on_top && !self.allowed_under_restriction_by_name(app.uid, &package, cx) {
                cx.out.decide(&rule::FGS_STOP_052, "no longer on top", || facts!(package));
                self.stop_all_foreground_services(app.uid, &package, cx);
            }
        }
        for package in gone {
            self.user_mut(user).active_apps.remove(&package);
        }
        drop_requests(user, cx);
        if let Some(at) = next {
            request_update(user, at, cx);
        }
    }

    /// The user's uid has come to the top, or left it, while one of its processes has foreground
    /// services. Rule: FGS-STOP-052 (a).
    pub(super) fn foreground_service_proc_state_changed(&mut self, uid: Uid, cx: &mut Context<'_>) {
        let user = uid.user();
        let state = cx.neighbours.uid(uid).map_or(ProcState::Nonexistent, |uid| uid.cur_proc_state);
        let on_top = state <= ProcState::Top;
        let mut changed = false;
        for app in self.user_mut(user).active_apps.values_mut().filter(|app| app.uid == uid) {
            changed |= app.app_on_top != on_top;
            app.app_on_top = on_top;
            app.shown_while_top |= on_top;
        }
        if changed {
            cx.out.decide(&rule::FGS_STOP_053, "to or from the top", || facts!(uid, on_top));
            cx.post(Posted::UpdateForegroundApps { user });
        }
    }

    /// The screen turned on. Rule: FGS-STOP-053.
    pub fn on_screen_on(&mut self, cx: &mut Context<'_>) {
        let now = cx.now.elapsed;
        let constants = self.constants.clone();
        for user in self.users.keys().copied().collect::<Vec<_>>() {
            let (mut changed, mut next) = (false, None::<Elapsed>);
            self.user_mut(user).active_apps.retain(|_, app| {
                if app.end_time.0 == 0 {
                    if !app.shown_while_screen_on {
                        app.shown_while_screen_on = true;
                        app.start_visible_time = now;
                    }
                    return true;
                }
                if !app.shown_while_screen_on && app.start_visible_time == app.start_time {
                    app.end_time = now;
                    app.start_visible_time = now;
                }
                match app.shown_enough(now, true, &constants) {
                    Shown::Enough => {
                        changed = true;
                        false
                    }
                    Shown::Until(at) => {
                        next = Some(next.map_or(at, |it: Elapsed| it.min(at)));
                        true
                    }
                }
            });
            if changed {
                cx.post(Posted::UpdateForegroundApps { user });
            } else if let Some(at) = next {
                request_update(user, at, cx);
            }
        }
    }

    /// The package is stopped for good. Rule: FGS-STOP-063.
    pub(super) fn forget_active_app(&mut self, package: &str, user: UserId, cx: &mut Context<'_>) {
        if self.user_mut(user).active_apps.remove(package).is_some() {
            cx.post(Posted::UpdateForegroundApps { user });
        }
    }
}

/// Asks for a review at a time of the elapsed clock; the message itself waits on uptime.
fn request_update(user: UserId, at: Elapsed, cx: &mut Context<'_>) {
    let due = cx.now.uptime.plus(at.since(cx.now.elapsed));
    cx.send_at(Message::UpdateForegroundApps { user, at: due }, due);
}

/// Drops every review that was asked for.
fn drop_requests(user: UserId, cx: &mut Context<'_>) {
    let posted = looper::Posted::Service(Posted::UpdateForegroundApps { user });
    cx.looper.remove_posted(|it| *it == posted);
    cx.looper.remove_messages(|it| {
        matches!(it, looper::Message::Service(Message::UpdateForegroundApps { user: of, .. }) if *of == user)
    });
}
