//! Runs the model for real: locks, timers, outboxes, journal, sensors and Binder.
