//! Tests of this room, by area of the specification.
