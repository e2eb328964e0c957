//! Starts and binds that wait for the end of an update of their package. Rule: FGS-START-022.

use super::active_services::{ActiveServices, Context};
use super::effect::ServiceToken;
use super::start::StartRequest;
use crate::facts;
use crate::ids::UserId;
use crate::rules::fgs_start as rule;

/// What is done when the package is no longer frozen.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum PendingBringUp {
    /// The start is performed.
    Start {
        /// As it came.
        request: Box<StartRequest>,
        /// As FGS-START-017 and FGS-START-021 left it.
        fg_required: bool,
        /// The caller was in the foreground.
        caller_fg: bool,
    },
    /// The service is brought up for a client.
    Bind {
        /// The caller was in the foreground.
        caller_fg: bool,
    },
}

impl ActiveServices {
    /// Whether a start has to wait.
    pub(super) fn defer_start_if_frozen(
        &mut self,
        token: ServiceToken,
        request: &StartRequest,
        fg_required: bool,
        caller_fg: bool,
        cx: &mut Context<'_>,
    ) -> bool {
        let request = Box::new(request.clone());
        self.defer_if_frozen(token, PendingBringUp::Start { request, fg_required, caller_fg }, cx)
    }

    /// Whether a bind has to wait.
    pub(super) fn defer_bind_if_frozen(
        &mut self,
        token: ServiceToken,
        caller_fg: bool,
        cx: &mut Context<'_>,
    ) -> bool {
        self.defer_if_frozen(token, PendingBringUp::Bind { caller_fg }, cx)
    }

    fn defer_if_frozen(
        &mut self,
        token: ServiceToken,
        pending: PendingBringUp,
        cx: &mut Context<'_>,
    ) -> bool {
        let record = self.record_mut(token);
        if !cx.neighbours.package_frozen(record.package(), record.user) {
            return false;
        }
        cx.out.decide(&rule::FGS_START_022, "the package is frozen", || facts!(token));
        self.pending_bring_ups.entry(token).or_default().push(pending);
        true
    }

    /// The update is over: what was asked for last is done first.
    pub fn package_unfrozen(&mut self, user: UserId, package: &str, cx: &mut Context<'_>) {
        let meant: Vec<ServiceToken> = self
            .pending_bring_ups
            .keys()
            .filter(|token| {
                self.record(**token).is_some_and(|it| it.user == user && it.package() == package)
            })
            .copied()
            .collect();
        for token in meant.into_iter().rev() {
            let waiting = self.pending_bring_ups.get(&token).cloned().unwrap_or_default();
            for pending in waiting.into_iter().rev() {
                if self.pending_bring_ups.contains_key(&token) {
                    self.replay(token, pending, cx);
                }
            }
            self.pending_bring_ups.remove(&token);
        }
    }

    fn replay(&mut self, token: ServiceToken, pending: PendingBringUp, cx: &mut Context<'_>) {
        cx.out.decide(&rule::FGS_START_022, "replayed", || facts!(token));
        match pending {
            PendingBringUp::Start { request, fg_required, caller_fg } => {
                if !self.permission_review_pending(token, caller_fg, cx) {
                    self.start_service_inner(token, &request, fg_required, caller_fg, cx);
                }
            }
            PendingBringUp::Bind { caller_fg } => {
                if !self.permission_review_pending(token, caller_fg, cx) {
                    let outcome = self.bring_up_service(token, caller_fg, false, false, cx);
                    if let Err(why) = outcome {
                        cx.out.decide(&rule::FGS_START_029, "not brought up", || facts!(why));
                    }
                }
            }
        }
    }
}
