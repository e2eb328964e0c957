//! Durations and sizes as people write them: `90s`, `1h 30m`, `5MB`, `64KiB`.

use schemars::{json_schema, JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;

/// A duration in whole milliseconds, never negative.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Millis(pub i64);

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Millis;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration with its unit, such as `10s`, `1h 30m` or `250ms`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Millis, E> {
                let duration = humantime::parse_duration(text)
                    .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))?;
                i64::try_from(duration.as_millis())
                    .map(Millis)
                    .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0).unwrap_or_default();
        humantime::format_duration(std::time::Duration::from_millis(millis)).fmt(f)
    }
}

impl JsonSchema for Millis {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^\\d+ ?[a-z]+( ?\\d+ ?[a-z]+)*$",
            "description": "A duration with its unit, such as `10s`, `1h 30m` or `250ms`.",
        })
    }
}

/// A size in bytes; -1 stands for unknown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bytes(pub i64);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a size such as `5MB` or `64KiB`, a number of bytes, or `unknown`")
            }

            fn visit_i64<E: de::Error>(self, bytes: i64) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }

            fn visit_u64<E: de::Error>(self, bytes: u64) -> Result<Bytes, E> {
                i64::try_from(bytes)
                    .map(Bytes)
                    .map_err(|_| E::invalid_value(Unexpected::Unsigned(bytes), &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Bytes, E> {
                if text == "unknown" {
                    return Ok(Bytes(-1));
                }
                let wrong = || E::invalid_value(Unexpected::Str(text), &self);
                let size: bytesize::ByteSize = text.parse().map_err(|_| wrong())?;
                i64::try_from(size.as_u64()).map(Bytes).map_err(|_| wrong())
            }
        }
        deserializer.deserialize_any(Text)
    }
}

impl JsonSchema for Bytes {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "description": "A size such as `5MB` or `64KiB`, a number of bytes, or `unknown`.",
        })
    }
}
