//! A foreground service of type shortService that hears its time is up and does not care.

use jobwarden_service::client::app::{Running, Service};
use jobwarden_service::ipc::aidl::IForegroundServices as fgs;
use jobwarden_service::ipc::aidl::Notification::Notification;

use super::CHANNEL;

/// The service.
pub(super) struct Overstay;

impl Service for Overstay {
    fn on_start_command(&mut self, service: &Running, start_id: i32) -> i32 {
        println!("onStartCommand {start_id}");
        let notification = Notification {
            channel: CHANNEL.to_owned(),
            smallIcon: true,
            title: "Just a moment".to_owned(),
            ..Notification::default()
        };
        let short = fgs::FOREGROUND_SERVICE_TYPE_SHORT_SERVICE;
        match service.services.startForeground(service.token, 7, Some(&notification), short) {
            Ok(()) => println!("startForeground shortService"),
            Err(status) => println!("startForeground was refused: {status}"),
        }
        fgs::START_NOT_STICKY
    }

    fn on_timeout(&mut self, _service: &Running, start_id: i32) {
        println!("onTimeout {start_id}, ignored");
    }

    fn on_destroy(&mut self, _service: &Running) {
        println!("onDestroy");
    }
}
