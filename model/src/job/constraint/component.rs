//! Whether the job service is there, as the platform's `ComponentController` knows it. Rules:
//! CTRL-COMP-001 to CTRL-COMP-006.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts;
use crate::ids::{ComponentName, UserId};
use crate::job::scheduler::{Board, World};
use crate::job::RecordId;
use crate::name_map::NameMap;
use crate::rules::ctrl_comp::{CTRL_COMP_001, CTRL_COMP_003};

/// What the controller remembers: every look-up, those that found nothing included. Rule: CTRL-COMP-002.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct ComponentController {
    processes: BTreeMap<UserId, NameMap<ComponentName, Option<Arc<str>>>>,
}

impl ComponentController {
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        self.update(board, record, world);
    }

    /// A package was replaced, or some of its components changed. Rule: CTRL-COMP-003. A
    /// fresh install does not come here: CTRL-COMP-004.
    pub(super) fn on_package_changed(
        &mut self,
        board: &mut Board,
        package: &str,
        user: UserId,
        world: &mut World<'_>,
    ) {
        self.on_app_removed(package, user);
        let records: Vec<_> = match world.neighbours.package_uid(package, user) {
            Some(uid) => board.store.of_uid(uid).collect(),
            // A package that is gone leaves its jobs to whoever removes them.
            None => Vec::new(),
        };
        let records = records.into_iter().filter(|&record| {
            board.job(record).is_some_and(|job| *job.service_component().package == *package)
        });
        let records: Vec<_> = records.collect();
        self.update_and_report(board, records, world);
    }

    /// A user was unlocked, or stopped. Rule: CTRL-COMP-003.
    pub(super) fn on_user_unlock_changed(
        &mut self,
        board: &mut Board,
        user: UserId,
        world: &mut World<'_>,
    ) {
        self.processes.remove(&user);
        let records: Vec<_> = board
            .store
            .of_user(user)
            .into_iter()
            .filter(|&record| board.job(record).is_some_and(|job| job.user() == user))
            .collect();
        self.update_and_report(board, records, world);
    }

    /// A package is gone.
    pub(super) fn on_app_removed(&mut self, package: &str, user: UserId) {
        if let Some(of_user) = self.processes.get_mut(&user) {
            of_user.retain(|component| *component.package != *package);
        }
    }

    /// A user is gone.
    pub(super) fn on_user_removed(&mut self, user: UserId) {
        self.processes.remove(&user);
    }

    fn update_and_report(
        &mut self,
        board: &mut Board,
        records: Vec<RecordId>,
        world: &mut World<'_>,
    ) {
        let changed: Vec<_> =
            records.into_iter().filter(|&record| self.update(board, record, world)).collect();
        world.out.decide(&CTRL_COMP_003, "components looked up anew", || {
            facts!(changed = changed.len())
        });
        board.on_controller_state_changed(changed, world);
    }

    /// Rule: CTRL-COMP-001.
    fn update(&mut self, board: &mut Board, record: RecordId, world: &mut World<'_>) -> bool {
        let Some(job) = board.job_mut(record) else { return false };
        let process = self.process_of(job.service_component(), job.user(), world);
        world.out.decide(&CTRL_COMP_001, "process of the service", || {
            facts!(record = record, process = process)
        });
        let changed = job.service_process_name != process;
        job.service_process_name = process;
        changed
    }

    fn process_of(
        &mut self,
        component: &ComponentName,
        user: UserId,
        world: &World<'_>,
    ) -> Option<Arc<str>> {
        let of_user = self.processes.entry(user).or_default();
        if let Some(known) = of_user.get(component) {
            return known.clone();
        }
        let process = world
            .neighbours
            .service_info(component, user)
            .filter(|service| service.direct_boot_aware || world.neighbours.is_user_unlocked(user))
            .map(|service| Arc::from(service.process_name));
        of_user.insert(component.clone(), process.clone());
        process
    }
}
