//! What both notations of XML have in common: elements with the attributes that matter here.

use super::collect::Collector;
use super::{binary, limit, text, Assumed, Fault, Manifest, Place, Problem, ReadError};

/// Declares the elements that are looked at.
macro_rules! tags {
    ($($name:ident = $($text:literal)|+;)*) => {
        /// An element, by its name.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Tag {
            $($name,)*
            /// Any other.
            Other,
        }

        impl Tag {
            /// The element of this name, outside of any namespace.
            pub(super) fn of(name: &str) -> Self {
                match name {
                    $($($text)|+ => Self::$name,)*
                    _ => Self::Other,
                }
            }

            /// Its name, for messages.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => [$($text),+][0],)*
                    Self::Other => "?",
                }
            }
        }
    };
}

tags! {
    Manifest = "manifest";
    UsesSdk = "uses-sdk";
    UsesPermission = "uses-permission" | "uses-permission-sdk-23" | "uses-permission-sdk-m";
    UsesFeature = "uses-feature";
    Application = "application";
    Service = "service";
    IntentFilter = "intent-filter";
    Action = "action";
    Property = "property";
}

/// Declares the attributes that are looked at: name, resource id.
macro_rules! attributes {
    ($($name:ident = $text:literal, $id:literal;)*) => {
        /// An attribute, by its name as text and by its resource id in binary XML.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Attribute {
            $($name,)*
            /// `package`: the one without a namespace, and so without an id.
            Package,
            /// `tools:node`: an instruction to the build.
            ToolsNode,
        }

        impl Attribute {
            /// By its name in the namespace of the platform.
            pub(super) fn of_android(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }

            /// By its resource id.
            pub(super) fn of_id(id: u32) -> Option<Self> {
                match id { $($id => Some(Self::$name),)* _ => None }
            }

            /// As one writes it.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("android:", $text),)*
                    Self::Package => "package",
                    Self::ToolsNode => "tools:node",
                }
            }
        }
    };
}

attributes! {
    Name = "name", 0x0101_0003;
    Permission = "permission", 0x0101_0006;
    Debuggable = "debuggable", 0x0101_000f;
    Exported = "exported", 0x0101_0010;
    Process = "process", 0x0101_0011;
    Value = "value", 0x0101_0024;
    Resource = "resource", 0x0101_0025;
    MinSdkVersion = "minSdkVersion", 0x0101_020c;
    TargetSdkVersion = "targetSdkVersion", 0x0101_0270;
    MaxSdkVersion = "maxSdkVersion", 0x0101_0271;
    ForegroundServiceType = "foregroundServiceType", 0x0101_0599;
}

/// A value, as the notation has it: text has nothing but text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(i32),
    Boolean(bool),
    Float(f32),
    /// To a resource of this id.
    Reference(u32),
    /// Of a type that no attribute here has.
    Other,
}

/// The beginning of an element.
pub(super) struct Element {
    pub(super) tag: Tag,
    pub(super) line: Option<u32>,
    /// Those that matter; the first one wins.
    pub(super) attributes: Vec<(Attribute, Value)>,
}

impl Element {
    pub(super) fn new(tag: Tag, line: Option<u32>) -> Self {
        Self { tag, line, attributes: Vec::new() }
    }

    pub(super) fn get(&self, attribute: Attribute) -> Option<&Value> {
        self.attributes.iter().find(|(name, _)| *name == attribute).map(|(_, value)| value)
    }

    /// Where it stands.
    pub(super) fn place(&self) -> Place {
        let mut element = self.tag.name().to_owned();
        if let Some(Value::Text(name)) = self.get(Attribute::Name) {
            element.push(' ');
            element.push_str(shortened(name));
        }
        Place { element, line: self.line }
    }

    pub(super) fn fault(&self, problem: Problem) -> ReadError {
        ReadError::Element(Box::new(Fault { place: self.place(), problem }))
    }
}

/// What fits in a message.
pub(super) fn shortened(text: &str) -> &str {
    match text.char_indices().nth(80) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// What a message may repeat of a document: in part, and nothing that a terminal would obey.
pub(super) fn printable(text: &str) -> String {
    let mut printable = String::new();
    for c in text.chars().take(400) {
        match c {
            '\'' | '"' | '\\' => printable.push(c),
            c => printable.extend(c.escape_debug()),
        }
    }
    printable
}

/// Counts what a document may not have too much of; both readers go through it.
#[derive(Default)]
pub(super) struct Meter {
    depth: usize,
    elements: usize,
    text_bytes: usize,
    closed: bool,
}

impl Meter {
    /// An element begins.
    pub(super) fn open(&mut self, element: &Element) -> Result<(), ReadError> {
        if self.closed {
            return Err(element.fault(Problem::SecondRoot));
        }
        self.depth += 1;
        self.elements += 1;
        within(self.depth, limit::DEPTH_MAX, "levels of elements", element)?;
        within(self.elements, limit::ELEMENTS_MAX, "elements", element)
    }

    /// An element ends; `false`: none was open.
    pub(super) fn close(&mut self) -> bool {
        let open = self.depth > 0;
        self.depth = self.depth.saturating_sub(1);
        self.closed = self.depth == 0;
        open
    }

    /// A value was read.
    pub(super) fn text(&mut self, bytes: usize, element: &Element) -> Result<(), ReadError> {
        within(bytes, limit::VALUE_BYTES_MAX, "bytes in a value", element)?;
        self.text_bytes += bytes;
        within(self.text_bytes, limit::TEXT_BYTES_MAX, "bytes in all values", element)
    }

    /// Whether there was a root and it has ended.
    pub(super) fn is_complete(&self) -> bool {
        self.closed
    }
}

/// Refuses what exceeds a limit.
pub(super) fn within(
    count: usize,
    max: usize,
    what: &'static str,
    element: &Element,
) -> Result<(), ReadError> {
    match count > max {
        true => Err(element.fault(Problem::TooMany { what, max })),
        false => Ok(()),
    }
}

/// Reads a manifest in binary XML.
pub(super) fn read_binary(bytes: &[u8], assumed: &Assumed) -> Result<Manifest, ReadError> {
    if !binary::is_binary(bytes) {
        return Err(ReadError::NotBinary);
    }
    let mut collector = Collector::new(assumed, true);
    binary::read(bytes, &mut collector)?;
    collector.finish()
}

/// Reads a manifest as text.
pub(super) fn read_text(bytes: &[u8], assumed: &Assumed) -> Result<Manifest, ReadError> {
    let mut collector = Collector::new(assumed, false);
    text::read(bytes, &mut collector)?;
    collector.finish()
}
