//! The binder side with forged peers: any uid, hostile parcels, clients that do not behave.

#![cfg(feature = "ipc")]

mod hostile;
mod hostile_services;
mod lifecycle;
mod peer;
mod privilege;
mod socket;
