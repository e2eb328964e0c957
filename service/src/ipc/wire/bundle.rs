//! Bundles: a tree on our side, a list in pre-order on the wire.

use jobwarden_aidl::aidl::dev::jobwarden::BundleEntry::BundleEntry;
use jobwarden_aidl::aidl::dev::jobwarden::IBundleTypes as types;
use jobwarden_model::job::info::{Bundle, BundleValue};

use super::{count, Budget, InvalidParcel, Wire, MAX_BUNDLE, MAX_DEPTH};

/// Builds the tree that a list spells. Recursion is bounded by [`MAX_DEPTH`], not by the sender.
pub(crate) fn bundle_from_wire(entries: &[BundleEntry], budget: &mut Budget) -> Wire<Bundle> {
    count("bundle", entries.len(), MAX_BUNDLE)?;
    let mut rest = entries;
    let bundle = bundle_at(0, &mut rest, budget)?;
    if rest.is_empty() {
        Ok(bundle)
    } else {
        Err(InvalidParcel::Bundle("an entry is deeper than its place allows"))
    }
}

/// The entries that come next at exactly this depth, as named values.
fn bundle_at(depth: usize, rest: &mut &[BundleEntry], budget: &mut Budget) -> Wire<Bundle> {
    let mut bundle = Bundle::new();
    while let Some(entry) = next_at(depth, rest) {
        let Some(key) = &entry.key else {
            return Err(InvalidParcel::Bundle("a value has no key"));
        };
        let key = budget.text("bundle key", key)?;
        let value = value_of(entry, depth, rest, budget)?;
        if bundle.insert(key, value).is_some() {
            return Err(InvalidParcel::Bundle("a key is given twice"));
        }
    }
    Ok(bundle)
}

/// The entries that come next at exactly this depth, as elements.
fn list_at(depth: usize, rest: &mut &[BundleEntry], budget: &mut Budget) -> Wire<Vec<BundleValue>> {
    let mut list = Vec::new();
    while let Some(entry) = next_at(depth, rest) {
        if entry.key.is_some() {
            return Err(InvalidParcel::Bundle("an element of a list has a key"));
        }
        list.push(value_of(entry, depth, rest, budget)?);
    }
    Ok(list)
}

fn next_at<'a>(depth: usize, rest: &mut &'a [BundleEntry]) -> Option<&'a BundleEntry> {
    let (first, others) = rest.split_first()?;
    if usize::try_from(first.depth) != Ok(depth) {
        return None;
    }
    *rest = others;
    Some(first)
}

fn value_of(
    entry: &BundleEntry,
    depth: usize,
    rest: &mut &[BundleEntry],
    budget: &mut Budget,
) -> Wire<BundleValue> {
    let below = depth + 1;
    match entry.r#type {
        types::BOOLEAN => match entry.number {
            0 => Ok(BundleValue::Boolean(false)),
            1 => Ok(BundleValue::Boolean(true)),
            value => Err(InvalidParcel::Number { what: "boolean of a bundle", value }),
        },
        types::LONG => Ok(BundleValue::Long(entry.number)),
        types::STRING => match &entry.text {
            Some(text) => budget.text("bundle value", text).map(BundleValue::String),
            None => Err(InvalidParcel::Bundle("a string is null")),
        },
        types::LIST | types::BUNDLE if below > MAX_DEPTH => {
            Err(InvalidParcel::Bundle("it nests too deep"))
        }
        types::LIST => list_at(below, rest, budget).map(BundleValue::List),
        types::BUNDLE => bundle_at(below, rest, budget).map(BundleValue::Bundle),
        value => Err(InvalidParcel::Number { what: "type of a bundle value", value: value.into() }),
    }
}

/// Spells a tree as a list.
pub(crate) fn bundle_to_wire(bundle: &Bundle) -> Vec<BundleEntry> {
    let mut entries = Vec::new();
    for (key, value) in bundle {
        spell(Some(key), value, 0, &mut entries);
    }
    entries
}

fn spell(key: Option<&String>, value: &BundleValue, depth: i32, entries: &mut Vec<BundleEntry>) {
    let mut entry = BundleEntry { depth, key: key.cloned(), ..BundleEntry::default() };
    match value {
        BundleValue::Boolean(value) => {
            (entry.r#type, entry.number) = (types::BOOLEAN, i64::from(*value));
        }
        BundleValue::Long(value) => (entry.r#type, entry.number) = (types::LONG, *value),
        BundleValue::String(value) => {
            (entry.r#type, entry.text) = (types::STRING, Some(value.clone()));
        }
        BundleValue::List(_) => entry.r#type = types::LIST,
        BundleValue::Bundle(_) => entry.r#type = types::BUNDLE,
    }
    entries.push(entry);
    match value {
        BundleValue::List(list) => {
            list.iter().for_each(|value| spell(None, value, depth + 1, entries));
        }
        BundleValue::Bundle(bundle) => {
            bundle.iter().for_each(|(key, value)| spell(Some(key), value, depth + 1, entries));
        }
        BundleValue::Boolean(_) | BundleValue::Long(_) | BundleValue::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(depth: i32, key: Option<&str>, r#type: i32) -> BundleEntry {
        BundleEntry { depth, key: key.map(str::to_owned), r#type, ..BundleEntry::default() }
    }

    fn read(entries: &[BundleEntry]) -> Wire<Bundle> {
        bundle_from_wire(entries, &mut Budget::default())
    }

    #[test]
    fn a_tree_survives_the_wire() {
        let inner = Bundle::from([("deep".to_owned(), BundleValue::Boolean(true))]);
        let list =
            vec![BundleValue::Long(-1), BundleValue::Bundle(inner), BundleValue::List(vec![])];
        let bundle = Bundle::from([
            ("a".to_owned(), BundleValue::List(list)),
            ("b".to_owned(), BundleValue::String("text".to_owned())),
            ("c".to_owned(), BundleValue::Bundle(Bundle::new())),
        ]);
        assert_eq!(read(&bundle_to_wire(&bundle)), Ok(bundle));
    }

    #[test]
    fn what_spells_no_tree_is_refused_with_its_reason() {
        let string = |text: Option<&str>| BundleEntry {
            text: text.map(str::to_owned),
            ..entry(0, Some("k"), types::STRING)
        };
        let boolean = BundleEntry { number: 2, ..entry(0, Some("k"), types::BOOLEAN) };
        let table = [
            (
                vec![entry(1, Some("k"), types::LONG)],
                "bundle: an entry is deeper than its place allows",
            ),
            (
                vec![entry(-1, Some("k"), types::LONG)],
                "bundle: an entry is deeper than its place allows",
            ),
            (vec![entry(0, None, types::LONG)], "bundle: a value has no key"),
            (
                vec![entry(0, Some("k"), types::LIST), entry(1, Some("x"), types::LONG)],
                "bundle: an element of a list has a key",
            ),
            (
                vec![entry(0, Some("k"), types::LONG), entry(0, Some("k"), types::LONG)],
                "bundle: a key is given twice",
            ),
            (vec![entry(0, Some("k"), 6)], "type of a bundle value cannot be 6"),
            (vec![boolean], "boolean of a bundle cannot be 2"),
            (vec![string(None)], "bundle: a string is null"),
            (vec![string(Some("a\0b"))], "bundle value contains a NUL"),
        ];
        for (entries, reason) in table {
            assert_eq!(read(&entries).unwrap_err().to_string(), reason, "{entries:?}");
        }
    }

    #[test]
    fn depth_and_size_have_an_exact_limit() {
        let nested = |levels: i32| -> Vec<BundleEntry> {
            (0..levels).map(|depth| entry(depth, Some("k"), types::BUNDLE)).collect()
        };
        assert!(read(&nested(16)).is_ok());
        assert_eq!(read(&nested(17)), Err(InvalidParcel::Bundle("it nests too deep")));
        let flat = |count: usize| -> Vec<BundleEntry> {
            (0..count).map(|n| entry(0, Some(&n.to_string()), types::LONG)).collect()
        };
        assert!(read(&flat(MAX_BUNDLE)).is_ok());
        assert!(matches!(read(&flat(MAX_BUNDLE + 1)), Err(InvalidParcel::TooMany { .. })));
    }
}
