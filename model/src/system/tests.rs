//! What rooms hear of each other in a whole model.

use crate::effect::{Effect, ProcessEffect, ServiceEffect};
use crate::fgs::call::ServiceCall;
use crate::input::{Input, ProcessEvent};
use crate::package::{Event, PackageDescription, ServiceDescription};
use crate::{
    Caller, ComponentName, Exception, Model, Now, Output, Pid, Platform, Reply, Uid, UserId, Wall,
};

const USER: UserId = UserId(0);
const APP: Uid = Uid(10_123);
const PACKAGE: &str = "com.example";
const REMOTE: &str = "com.example:remote";

struct World {
    model: Model,
    out: Output,
}

impl World {
    fn with_app(target_sdk: i32) -> Self {
        let model = Model::new(Platform::android_14());
        let mut world = Self { model, out: Output::new() };
        let service = |class: &str, process: Option<&str>| ServiceDescription {
            class: class.to_owned(),
            process: process.map(str::to_owned),
            ..ServiceDescription::default()
        };
        let package = PackageDescription {
            name: PACKAGE.to_owned(),
            app_id: APP.app_id(),
            target_sdk,
            services: vec![service("Here", None), service("There", Some(REMOTE))],
            ..PackageDescription::default()
        };
        world.apply(Input::Package {
            change: Event::Installed { package: Box::new(package), user: USER },
        });
        world.start_process(1, PACKAGE);
        world
    }

    fn apply(&mut self, input: Input) -> Option<Result<Reply, Exception>> {
        self.out.clear();
        self.model.apply(Now::at_boot(Wall(0)).awake_for(60_000), input, &mut self.out);
        self.out.reply.take()
    }

    fn start_process(&mut self, pid: i32, name: &str) {
        let (name, package) = (name.to_owned(), PACKAGE.to_owned());
        let change = ProcessEvent::Started { pid: Pid(pid), uid: APP, name, package };
        self.apply(Input::Process { change });
    }

    fn start_service(&mut self, class: &str) -> Option<Result<Reply, Exception>> {
        let call = ServiceCall::StartService {
            service: ComponentName::new(PACKAGE, class),
            calling_package: Some(PACKAGE.to_owned()),
            user: USER,
        };
        self.apply(Input::Service { caller: Caller { uid: APP, pid: Some(Pid(1)) }, call })
    }

    fn processes_asked_for(&self) -> usize {
        let asked =
            |it: &&Effect| matches!(it, Effect::Process(ProcessEffect::StartProcess { .. }));
        self.out.effects.iter().filter(asked).count()
    }

    fn has_created(&self, class: &str) -> bool {
        self.out.effects.iter().any(|it| {
            matches!(it, Effect::Service(ServiceEffect::CreateService { class: it, .. }) if it == class)
        })
    }
}

#[test]
fn fgs_start_028_a_process_on_its_way_is_not_asked_for_again() {
    let mut world = World::with_app(25);
    world.start_service("There");
    assert_eq!(world.processes_asked_for(), 1);
    world.start_service("There");
    assert_eq!(world.processes_asked_for(), 0, "it is on its way");
    world.start_process(2, REMOTE);
    assert!(world.has_created("There"));
    world.apply(Input::Process { change: ProcessEvent::Died { pid: Pid(2) } });
    world.start_service("There");
    assert_eq!(world.processes_asked_for(), 1, "the one that came is gone");
}

#[test]
fn fgs_start_019_a_legacy_app_may_start_services_until_its_op_says_no() {
    let mut world = World::with_app(25);
    let started = Reply::Component(Some(ComponentName::new(PACKAGE, "Here")));
    assert_eq!(world.start_service("Here"), Some(Ok(started)));
    assert!(world.has_created("Here"));

    let mut world = World::with_app(26);
    let reply = world.start_service("Here").expect("a reply").expect("no exception");
    let Reply::Component(Some(name)) = reply else { panic!("{reply:?}") };
    assert_eq!(&*name.package, "?", "{name:?}");
    assert!(!world.has_created("Here"));
}
