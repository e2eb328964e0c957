//! From elements to a [`Manifest`], as the platform's package parser understands them.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::fgs::types::ForegroundServiceType;

use super::document::{shortened, within, Attribute, Element, Tag, Value};
use super::{
    limit, Assumed, DeclaredTypes, Manifest, Place, Problem, ReadError, Service, UsesPermission,
    PLATFORM_SDK,
};

/// The target SDK of an app that says nothing about it.
const SDK_DEFAULT: i32 = 1;

/// How many unknown keywords of one attribute are worth telling.
const UNKNOWN_MAX: usize = 16;

/// Takes elements in the order of the document.
pub(super) struct Collector<'a> {
    assumed: &'a Assumed,
    /// Compiled: the build has said everything that it will say.
    compiled: bool,
    /// The open elements, outermost first. Merge instructions and what is inside them are `Other`.
    open: Vec<Tag>,
    root: Option<Place>,
    package: Option<String>,
    sdk: Sdk,
    application: Option<Application>,
    permissions: Vec<UsesPermission>,
    features: BTreeSet<String>,
    actions: BTreeSet<String>,
    services: Vec<Service>,
    /// Whether each service says itself who may use it.
    exported: Vec<Option<bool>>,
}

/// What `uses-sdk` says.
#[derive(Default)]
struct Sdk {
    declared: bool,
    min: Option<i32>,
    target: Option<i32>,
}

/// What the components inherit.
#[derive(Default)]
struct Application {
    permission: Option<String>,
    process: Option<String>,
    debuggable: bool,
}

impl<'a> Collector<'a> {
    pub(super) fn new(assumed: &'a Assumed, compiled: bool) -> Self {
        Self {
            assumed,
            compiled,
            open: Vec::new(),
            root: None,
            package: assumed.package.clone(),
            sdk: Sdk::default(),
            application: None,
            permissions: Vec::new(),
            features: BTreeSet::new(),
            actions: BTreeSet::new(),
            services: Vec::new(),
            exported: Vec::new(),
        }
    }

    /// An element begins.
    pub(super) fn start(&mut self, element: &Element) -> Result<(), ReadError> {
        let tag = match removed_by_the_build(element) {
            true => Tag::Other,
            false => element.tag,
        };
        self.open.push(tag);
        let [ancestors @ .., _] = &self.open[..] else { return Ok(()) };
        match (ancestors, tag) {
            ([], Tag::Manifest) => self.manifest(element),
            ([], _) => Err(element.fault(Problem::WrongRoot)),
            ([Tag::Manifest], Tag::UsesSdk) => self.uses_sdk(element),
            ([Tag::Manifest], Tag::UsesPermission) => self.uses_permission(element),
            ([Tag::Manifest], Tag::UsesFeature) => {
                self.features.extend(text(element, Attribute::Name)?);
                Ok(())
            }
            ([Tag::Manifest], Tag::Application) => self.application(element),
            ([Tag::Manifest, Tag::Application], Tag::Service) => self.service(element),
            ([Tag::Manifest, Tag::Application, .., Tag::IntentFilter], Tag::Action) => {
                self.actions.extend(text(element, Attribute::Name)?);
                Ok(())
            }
            ([Tag::Manifest, Tag::Application, Tag::Service], Tag::IntentFilter) => {
                if let Some(service) = self.services.last_mut() {
                    service.has_intent_filter = true;
                }
                Ok(())
            }
            ([Tag::Manifest, Tag::Application, Tag::Service], Tag::Property) => {
                self.property(element)
            }
            // Anything else, and these where the platform does not look for them.
            _ => Ok(()),
        }
    }

    /// The innermost element ends.
    pub(super) fn end(&mut self) {
        self.open.pop();
    }

    /// Everything that was said.
    pub(super) fn finish(self) -> Result<Manifest, ReadError> {
        let Some(place) = self.root else { return Err(ReadError::Empty) };
        let mut services = self.services;
        for (service, exported) in services.iter_mut().zip(self.exported) {
            service.exported = exported.unwrap_or(service.has_intent_filter);
        }
        // A source file without any leaves it to the build; a compiled one that is silent is old.
        let unsaid = match self.compiled || self.sdk.declared {
            true => SDK_DEFAULT,
            false => PLATFORM_SDK,
        };
        let said = self.assumed.target_sdk.or(self.sdk.target).or(self.sdk.min);
        Ok(Manifest {
            package: self.package,
            target_sdk: said.unwrap_or(unsaid),
            debuggable: self.application.unwrap_or_default().debuggable,
            permissions: self.permissions,
            features: self.features,
            actions: self.actions,
            services,
            place,
        })
    }

    fn manifest(&mut self, element: &Element) -> Result<(), ReadError> {
        self.root = Some(element.place());
        if self.package.is_none() {
            self.package = name(element, Attribute::Package)?;
        }
        match &self.package {
            None if self.compiled => Err(element.fault(Problem::Missing("package"))),
            Some(package) if !is_package(package) && !is_open(package) => {
                Err(element.fault(bad_name(Attribute::Package, package)))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn uses_sdk(&mut self, element: &Element) -> Result<(), ReadError> {
        self.sdk.declared = true;
        if self.assumed.target_sdk.is_some() {
            return Ok(());
        }
        self.sdk.min = number(element, Attribute::MinSdkVersion)?.or(self.sdk.min);
        self.sdk.target = number(element, Attribute::TargetSdkVersion)?.or(self.sdk.target);
        Ok(())
    }

    fn uses_permission(&mut self, element: &Element) -> Result<(), ReadError> {
        let name = required(element, name(element, Attribute::Name)?)?;
        let max_sdk = number(element, Attribute::MaxSdkVersion)?;
        self.permissions.push(UsesPermission { name, max_sdk, place: element.place() });
        Ok(())
    }

    fn application(&mut self, element: &Element) -> Result<(), ReadError> {
        if self.application.is_some() {
            // The platform passes over a second one and all in it.
            if let Some(tag) = self.open.last_mut() {
                *tag = Tag::Other;
            }
            return Ok(());
        }
        let process = name(element, Attribute::Process)?.map(|process| self.process(process));
        self.application = Some(Application {
            permission: name(element, Attribute::Permission)?.filter(|name| !name.is_empty()),
            process,
            debuggable: boolean(element, Attribute::Debuggable)?.unwrap_or(false),
        });
        Ok(())
    }

    fn service(&mut self, element: &Element) -> Result<(), ReadError> {
        let count = self.services.len() + 1;
        within(count, limit::SERVICES_MAX, "services", element)?;
        let class = self.class(required(element, name(element, Attribute::Name)?)?);
        let inherited = self.application.as_ref();
        let permission = match name(element, Attribute::Permission)? {
            // An empty one is none, and hides that of the application.
            Some(own) => Some(own).filter(|own| !own.is_empty()),
            None => inherited.and_then(|application| application.permission.clone()),
        };
        let own_process = name(element, Attribute::Process)?.map(|process| self.process(process));
        let process = own_process.or_else(|| inherited.and_then(|all| all.process.clone()));
        let place = Place { element: format!("service {class}"), line: element.line };
        self.exported.push(boolean(element, Attribute::Exported)?);
        self.services.push(Service {
            class,
            permission,
            process: process.filter(|process| Some(process) != self.package.as_ref()),
            exported: false,
            types: types(element)?,
            properties: BTreeMap::new(),
            has_intent_filter: false,
            place,
        });
        Ok(())
    }

    fn property(&mut self, element: &Element) -> Result<(), ReadError> {
        let name = required(element, name(element, Attribute::Name)?)?;
        let given = element.get(Attribute::Value).or_else(|| element.get(Attribute::Resource));
        let value = match given {
            None => return Err(element.fault(Problem::Missing("android:value"))),
            Some(Value::Text(text)) => without_nul(element, Attribute::Value, text)?,
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Boolean(boolean)) => boolean.to_string(),
            Some(Value::Float(float)) => float.to_string(),
            Some(Value::Reference(id)) => reference(*id),
            Some(Value::Other) => String::new(),
        };
        if let Some(service) = self.services.last_mut() {
            service.properties.insert(name, value);
        }
        Ok(())
    }

    /// `buildClassName`: what is relative is relative to the package.
    fn class(&self, class: String) -> String {
        match &self.package {
            Some(package) if class.starts_with('.') => format!("{package}{class}"),
            Some(package) if !class.contains('.') && !is_open(&class) => {
                format!("{package}.{class}")
            }
            Some(_) | None => class,
        }
    }

    /// `buildProcessName`: what begins with a colon is private to the package.
    fn process(&self, process: String) -> String {
        match &self.package {
            Some(package) if process.starts_with(':') => format!("{package}{process}"),
            Some(_) | None => process,
        }
    }
}

/// Whether `tools:node` has the build take the element away.
fn removed_by_the_build(element: &Element) -> bool {
    matches!(element.get(Attribute::ToolsNode),
        Some(Value::Text(text)) if text == "remove" || text == "removeAll")
}

/// Whether the build fills something in.
fn is_open(text: &str) -> bool {
    text.contains("${")
}

/// Whether the platform takes it as the name of a package.
fn is_package(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.chars().all(|other| other.is_ascii_alphanumeric() || other == '_')
    };
    text.split('.').all(part)
}

fn reference(id: u32) -> String {
    format!("@0x{id:08x}")
}

fn bad_name(attribute: Attribute, value: &str) -> Problem {
    Problem::BadName { attribute: attribute.name(), value: shortened(value).to_owned() }
}

fn required(element: &Element, name: Option<String>) -> Result<String, ReadError> {
    let name = name.ok_or_else(|| element.fault(Problem::Missing("android:name")))?;
    match name.is_empty() {
        true => Err(element.fault(bad_name(Attribute::Name, &name))),
        false => Ok(name),
    }
}

fn without_nul(element: &Element, attribute: Attribute, text: &str) -> Result<String, ReadError> {
    match text.contains('\0') {
        true => Err(element.fault(Problem::Nul(attribute.name()))),
        false => Ok(text.to_owned()),
    }
}

/// A text attribute, if there is one.
fn text(element: &Element, attribute: Attribute) -> Result<Option<String>, ReadError> {
    match element.get(attribute) {
        Some(Value::Text(text)) => without_nul(element, attribute, text).map(Some),
        Some(Value::Reference(id)) => Ok(Some(reference(*id))),
        Some(Value::Number(_) | Value::Boolean(_) | Value::Float(_) | Value::Other) | None => {
            Ok(None)
        }
    }
}

/// A text attribute that names something: short, and printable.
fn name(element: &Element, attribute: Attribute) -> Result<Option<String>, ReadError> {
    let Some(text) = text(element, attribute)? else { return Ok(None) };
    let unusable = |c: char| c.is_control() || c.is_whitespace();
    if text.len() > limit::NAME_BYTES_MAX || text.contains(unusable) {
        return Err(element.fault(bad_name(attribute, &text)));
    }
    Ok(Some(text))
}

fn number(element: &Element, attribute: Attribute) -> Result<Option<i32>, ReadError> {
    let unusable = |value: &str| {
        let (attribute, value) = (attribute.name(), shortened(value).to_owned());
        Err(element.fault(Problem::NotANumber { attribute, value }))
    };
    match element.get(attribute) {
        None => Ok(None),
        Some(Value::Number(number)) => Ok(Some(*number)),
        Some(Value::Text(text)) => match text.trim().parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => unusable(text),
        },
        Some(Value::Reference(id)) => unusable(&reference(*id)),
        Some(Value::Boolean(boolean)) => unusable(&boolean.to_string()),
        Some(Value::Float(float)) => unusable(&float.to_string()),
        Some(Value::Other) => unusable("?"),
    }
}

/// A truth value; one behind a reference, or one that the build fills in, counts as not given.
fn boolean(element: &Element, attribute: Attribute) -> Result<Option<bool>, ReadError> {
    match element.get(attribute) {
        Some(Value::Boolean(boolean)) => Ok(Some(*boolean)),
        Some(Value::Number(number)) => Ok(Some(*number != 0)),
        Some(Value::Text(text)) => match text.trim() {
            "true" | "TRUE" | "True" => Ok(Some(true)),
            "false" | "FALSE" | "False" => Ok(Some(false)),
            open if open.starts_with(['@', '?']) || is_open(open) => Ok(None),
            other => {
                let (attribute, value) = (attribute.name(), shortened(other).to_owned());
                Err(element.fault(Problem::NotABoolean { attribute, value }))
            }
        },
        Some(Value::Reference(_) | Value::Float(_) | Value::Other) | None => Ok(None),
    }
}

/// `foregroundServiceType`, part by part: one unknown keyword does not hide the others.
fn types(element: &Element) -> Result<DeclaredTypes, ReadError> {
    let attribute = Attribute::ForegroundServiceType;
    let mut types = DeclaredTypes::default();
    match element.get(attribute) {
        Some(Value::Number(mask)) => types.mask = ForegroundServiceType(*mask),
        Some(Value::Reference(id)) => types.unknown.push(reference(*id)),
        Some(Value::Text(text)) => {
            let text = without_nul(element, attribute, text)?;
            let parts: BTreeSet<&str> = text.split('|').map(str::trim).collect();
            for part in parts {
                match ForegroundServiceType::from_manifest_attribute(part) {
                    Ok(one) => types.mask = types.mask.with(one),
                    Err(_) if types.unknown.len() < UNKNOWN_MAX => {
                        types.unknown.push(shortened(part).to_owned());
                    }
                    Err(_) => {}
                }
            }
        }
        Some(Value::Boolean(_) | Value::Float(_) | Value::Other) | None => {}
    }
    Ok(types)
}
