//! One test for each rule of chapter 08 and of FGS-EXC that the service code follows.

mod background;
mod combination;
mod contract;
mod defer;
mod device;
mod exception;
mod exemption;
mod oom;
mod pending_intent;
mod promote;
mod restart;
mod restriction;
mod short;
mod start;
mod stop;
mod while_in_use;
mod world;
