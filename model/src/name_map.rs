//! Maps by name that are ordered by a digest of the name: a look-up among thousands compares numbers that lie side by
//! side, and one name at its end. The order of a walk means nothing; there is none.

use std::borrow::Borrow;
use std::collections::{btree_map, BTreeMap};

use crate::ids::ComponentName;

/// What has a digest: equal names have equal ones.
pub(crate) trait Digest: Ord {
    /// The same on every machine and in every run.
    fn digest(&self) -> u64;
}

/// FNV-1a. Names that collide stand side by side in their order, so nobody gains by making them.
fn fnv(seed: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(seed, |digest, &byte| (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

impl Digest for str {
    fn digest(&self) -> u64 {
        fnv(SEED, self.as_bytes())
    }
}

impl Digest for String {
    fn digest(&self) -> u64 {
        self.as_str().digest()
    }
}

impl Digest for ComponentName {
    fn digest(&self) -> u64 {
        fnv(fnv(SEED, self.package.as_bytes()), self.class.as_bytes())
    }
}

/// A map by name.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct NameMap<K, V> {
    /// By digest; nearly always one, never none.
    entries: BTreeMap<u64, Vec<(K, V)>>,
}

impl<K, V> Default for NameMap<K, V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new() }
    }
}

impl<K, V> NameMap<K, V> {
    fn place<Q: Digest + ?Sized>(entries: &[(K, V)], name: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        entries.binary_search_by(|(known, _)| known.borrow().cmp(name))
    }

    /// The value of a name.
    pub(crate) fn get<Q: Digest + ?Sized>(&self, name: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let entries = self.entries.get(&name.digest())?;
        Self::place(entries, name).ok().map(|index| &entries[index].1)
    }

    /// The value of a name, to be changed.
    pub(crate) fn get_mut<Q: Digest + ?Sized>(&mut self, name: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let entries = self.entries.get_mut(&name.digest())?;
        Self::place(entries, name).ok().map(|index| &mut entries[index].1)
    }

    /// Puts a value in the place of what was there.
    pub(crate) fn insert(&mut self, name: K, value: V)
    where
        K: Digest,
    {
        let entries = self.entries.entry(name.digest()).or_default();
        match Self::place::<K>(entries, &name) {
            Ok(index) => entries[index].1 = value,
            Err(index) => entries.insert(index, (name, value)),
        }
    }

    /// Takes a value out.
    pub(crate) fn remove<Q: Digest + ?Sized>(&mut self, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let btree_map::Entry::Occupied(mut entries) = self.entries.entry(name.digest()) else {
            return None;
        };
        let index = Self::place(entries.get(), name).ok()?;
        let (_, value) = entries.get_mut().remove(index);
        if entries.get().is_empty() {
            entries.remove();
        }
        Some(value)
    }

    /// Keeps what `keep` says.
    pub(crate) fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        self.entries.retain(|_, entries| {
            entries.retain(|(name, _)| keep(name));
            !entries.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A name whose digest says little, so that names collide.
    #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
    struct Name(u8);

    impl Digest for Name {
        fn digest(&self) -> u64 {
            u64::from(self.0 % 3)
        }
    }

    proptest! {
        #[test]
        fn a_name_map_is_a_map(acts in prop::collection::vec((any::<Option<u16>>(), 0_u8..12), 0..100)) {
            let (mut map, mut plain) = (NameMap::default(), BTreeMap::new());
            for (value, name) in acts {
                let name = Name(name);
                match value {
                    Some(value) => {
                        map.insert(name, value);
                        plain.insert(name, value);
                    }
                    None => prop_assert_eq!(map.remove(&name), plain.remove(&name)),
                }
                prop_assert_eq!(map.get(&name), plain.get(&name));
                prop_assert_eq!(map.get_mut(&name), plain.get_mut(&name));
            }
            map.retain(|name| name.0 % 2 == 0);
            plain.retain(|name, _| name.0 % 2 == 0);
            let mut rebuilt = NameMap::default();
            for (name, value) in plain.into_iter().rev() {
                rebuilt.insert(name, value);
            }
            prop_assert_eq!(map, rebuilt, "equal whatever the way there");
        }
    }

    #[test]
    fn digests_are_the_published_ones() {
        assert_eq!("".digest(), 0xcbf2_9ce4_8422_2325);
        assert_eq!("foobar".digest(), 0x8594_4171_f739_67e8);
    }
}
