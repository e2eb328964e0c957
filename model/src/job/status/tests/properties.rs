//! Readiness under any history, against a reference that remembers nothing but the last words.

use proptest::prelude::*;

use super::*;

/// What controllers and others tell a record.
#[derive(Clone, Copy, Debug)]
enum Told {
    Constraint(usize, bool),
    Dozing(bool, bool),
    Background(bool, bool),
    Approval(bool, bool),
    Bucket(usize),
    Active(bool),
    Process(bool),
    Override(usize),
    Deferral,
}

fn told() -> impl Strategy<Value = Told> {
    let flag = any::<bool>;
    prop_oneof![
        4 => (0..Constraints::NAMED.len(), flag()).prop_map(|(c, state)| Told::Constraint(c, state)),
        1 => (flag(), flag()).prop_map(|(state, fact)| Told::Dozing(state, fact)),
        1 => (flag(), flag()).prop_map(|(state, fact)| Told::Background(state, fact)),
        1 => (flag(), flag()).prop_map(|(quota, tare)| Told::Approval(quota, tare)),
        1 => (0..StandbyBucket::ALL.len()).prop_map(Told::Bucket),
        1 => flag().prop_map(Told::Active),
        1 => flag().prop_map(Told::Process),
        1 => (0..OverrideState::ALL.len()).prop_map(Told::Override),
        1 => Just(Told::Deferral),
    ]
}

fn tell(status: &mut JobStatus, told: Told) {
    match told {
        Told::Constraint(index, state) => {
            status.set_constraint_satisfied(Constraints::NAMED[index].0, NOW, state);
        }
        Told::Dozing(state, fact) => {
            status.set_device_not_dozing_constraint_satisfied(NOW, state, fact);
        }
        Told::Background(state, fact) => {
            status.set_background_not_restricted_constraint_satisfied(NOW, state, fact);
        }
        Told::Approval(quota, tare) => {
            status.set_expedited_job_quota_approved(NOW, quota);
            status.set_expedited_job_tare_approved(NOW, tare);
        }
        Told::Bucket(index) => status.set_standby_bucket(StandbyBucket::ALL[index]),
        Told::Active(active) => {
            status.set_uid_active(active);
        }
        Told::Process(known) => {
            status.service_process_name = known.then(|| "com.example".into());
        }
        Told::Override(index) => status.override_state = OverrideState::ALL[index],
        Told::Deferral => status.disallow_run_in_battery_saver_and_doze(),
    }
}

/// Any description, also such as no builder makes.
fn described() -> impl Strategy<Value = JobInfo> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (0..16_i32, 0..64_i32, 0..8_i32, flags, any::<i64>()).prop_map(
        |(constraints, flags, preferred, (network, early, late, periodic), delay)| {
            info(|job| {
                job.constraint_flags = constraints;
                job.preferred_constraint_flags = preferred;
                job.flags = flags;
                job.required_network = NetworkRequest::of_type(i32::from(network), None);
                job.has_early_constraint = early;
                job.has_late_constraint = late;
                job.is_periodic = periodic;
                job.min_latency_millis = delay;
                job.max_execution_delay_millis = delay.wrapping_neg();
                job.interval_millis = delay;
                job.flex_millis = delay;
            })
        },
    )
}

/// The formula of CTRL-GEN-007, worked out from the bits alone. Doze is left out: what is remembered
/// of it depends on the past.
fn ready_but_for_doze(status: &JobStatus) -> bool {
    let holds = |one| status.is_constraint_satisfied(one);
    let imposed = status.dynamic_constraints();
    let made_up = (!imposed.is_empty() && holds(imposed)) || status.should_treat_as_expedited_job();
    let affordable = holds(Constraints::WITHIN_QUOTA) && holds(Constraints::TARE_WEALTH);
    let deadline = holds(Constraints::DEADLINE)
        && status.has_deadline_constraint()
        && !status.job().is_periodic;
    let lenient = match status.override_state {
        OverrideState::Full => !Constraints::NONE,
        OverrideState::Soft => Constraints::SOFT_OVERRIDE,
        OverrideState::None | OverrideState::Sorting => Constraints::NONE,
    };
    let wanted = (status.required_constraints() & Constraints::OF_INTEREST).without(lenient);
    (affordable || made_up)
        && status.effective_standby_bucket() != StandbyBucket::Never
        && holds(Constraints::BACKGROUND_NOT_RESTRICTED)
        && status.service_process_name.is_some()
        && (deadline || holds(wanted))
}

proptest! {
    #[test]
    fn readiness_is_that_of_the_formula(
        job in described(),
        history in prop::collection::vec(told(), 0..40),
    ) {
        let mut status = JobStatus::create_from_job_info(job, Origin::own(RecordId(1), UID), NOW);
        for event in history {
            tell(&mut status, event);
            prop_assert_eq!(status.is_ready(), status.obstacle().is_none());
            let dozing = status.obstacle() == Some(Obstacle::Dozing);
            if !status.is_constraint_satisfied(Constraints::DEVICE_NOT_DOZING) || dozing {
                prop_assert!(!status.is_ready() || ready_but_for_doze(&status));
            } else {
                prop_assert_eq!(status.is_ready(), ready_but_for_doze(&status));
            }
        }
    }

    #[test]
    fn asking_what_if_changes_nothing_and_agrees_with_what_happens(
        job in described(),
        history in prop::collection::vec(told(), 0..20),
        index in 0..Constraints::NAMED.len(),
    ) {
        let mut status = JobStatus::create_from_job_info(job, Origin::own(RecordId(1), UID), NOW);
        for event in history {
            tell(&mut status, event);
        }
        let before = status.clone();
        let constraint = Constraints::NAMED[index].0;
        let would_be = status.would_be_ready_with_constraint(constraint);
        prop_assert_eq!(&status, &before);
        let imposed = status.dynamic_constraints();
        let blind_spot = imposed.intersects(Constraints::DYNAMIC_EXPEDITED_DEFERRAL);
        status.set_constraint_satisfied(Constraints::FLEXIBLE, NOW, true);
        status.set_constraint_satisfied(constraint, NOW, true);
        // The deadline is assumed even where there is none; imposed implicit constraints are not seen.
        if constraint != Constraints::DEADLINE && constraint != Constraints::FLEXIBLE && !blind_spot
            && !imposed.intersects(constraint)
        {
            prop_assert_eq!(would_be, status.is_ready());
        }
    }
}
