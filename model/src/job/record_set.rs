//! Sets and maps of records: ordered from the oldest to the newest, and dense, because records are numbered as they
//! are made. A tree of pages instead of a tree of records keeps a look-up among a million within few cache lines.

use std::collections::BTreeMap;

use super::RecordId;

/// A set of records.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct RecordSet {
    /// Sixty-four neighbours a page, one bit each; no page is empty.
    pages: BTreeMap<u64, u64>,
    len: usize,
}

impl RecordSet {
    const PER_PAGE: u64 = u64::BITS as u64;

    fn place(record: RecordId) -> (u64, u64) {
        (record.0 / Self::PER_PAGE, 1 << (record.0 % Self::PER_PAGE))
    }

    /// Whether it was not there yet.
    pub(super) fn insert(&mut self, record: RecordId) -> bool {
        let (page, bit) = Self::place(record);
        let bits = self.pages.entry(page).or_default();
        let is_new = *bits & bit == 0;
        *bits |= bit;
        self.len += usize::from(is_new);
        is_new
    }

    /// Whether it was there.
    pub(super) fn remove(&mut self, record: RecordId) -> bool {
        let (page, bit) = Self::place(record);
        let Some(bits) = self.pages.get_mut(&page).filter(|bits| **bits & bit != 0) else {
            return false;
        };
        *bits &= !bit;
        if *bits == 0 {
            self.pages.remove(&page);
        }
        self.len -= 1;
        true
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Those of both, oldest first.
    pub(super) fn union<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = RecordId> + 'a {
        let (mut ours, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        std::iter::from_fn(move || match (ours.peek(), theirs.peek()) {
            (Some(one), Some(another)) if one == another => {
                theirs.next();
                ours.next()
            }
            (Some(one), Some(another)) if another < one => theirs.next(),
            (Some(_), _) => ours.next(),
            (None, _) => theirs.next(),
        })
    }

    /// All of them, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.pages.iter().flat_map(|(page, &bits)| {
            let present = (0..Self::PER_PAGE).filter(move |bit| bits >> bit & 1 == 1);
            present.map(move |bit| RecordId(page * Self::PER_PAGE + bit))
        })
    }
}

/// What is known of each record.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct RecordMap<T> {
    /// No page is empty.
    pages: BTreeMap<u64, Page<T>>,
}

/// A few neighbours, boxed one by one: a page is small, however large a value is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Page<T>(Box<[Option<Box<T>>; PER_PAGE]>);

const PER_PAGE: usize = 32;

impl<T> Default for RecordMap<T> {
    fn default() -> Self {
        Self { pages: BTreeMap::new() }
    }
}

impl<T> RecordMap<T> {
    fn place(record: RecordId) -> (u64, usize) {
        let per_page = PER_PAGE as u64;
        (record.0 / per_page, (record.0 % per_page) as usize)
    }

    /// Puts a value in the place of what was there.
    pub(super) fn insert(&mut self, record: RecordId, value: Box<T>) {
        let (page, index) = Self::place(record);
        let empty = || Page(Box::new(std::array::from_fn(|_| None)));
        let page = self.pages.entry(page).or_insert_with(empty);
        page.0[index] = Some(value);
    }

    /// Takes a value out.
    pub(super) fn remove(&mut self, record: RecordId) -> Option<Box<T>> {
        let (number, index) = Self::place(record);
        let page = self.pages.get_mut(&number)?;
        let taken = page.0[index].take()?;
        if page.0.iter().all(Option::is_none) {
            self.pages.remove(&number);
        }
        Some(taken)
    }

    /// The value of a record.
    pub(super) fn get(&self, record: RecordId) -> Option<&T> {
        let (page, index) = Self::place(record);
        self.pages.get(&page)?.0[index].as_deref()
    }

    /// The value of a record, to be changed.
    pub(super) fn get_mut(&mut self, record: RecordId) -> Option<&mut T> {
        let (page, index) = Self::place(record);
        self.pages.get_mut(&page)?.0[index].as_deref_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_record_set_is_a_set_in_order(
            acts in prop::collection::vec((any::<bool>(), 0_u64..200), 0..300),
            others in prop::collection::vec(0_u64..200, 0..100),
        ) {
            let (mut set, mut plain) = (RecordSet::default(), BTreeSet::new());
            for (insert, number) in acts {
                let record = RecordId(number);
                if insert {
                    prop_assert_eq!(set.insert(record), plain.insert(record));
                } else {
                    prop_assert_eq!(set.remove(record), plain.remove(&record));
                }
                prop_assert_eq!(set.len(), plain.len());
            }
            prop_assert!(set.iter().eq(plain.iter().copied()));
            let others: BTreeSet<_> = others.into_iter().map(RecordId).collect();
            let mut other = RecordSet::default();
            for &record in &others {
                other.insert(record);
            }
            prop_assert!(set.union(&other).eq(plain.union(&others).copied()));
            let rebuilt = plain.iter().fold(RecordSet::default(), |mut set, &record| {
                set.insert(record);
                set
            });
            prop_assert_eq!(set, rebuilt, "equal whatever the way there");
        }

        #[test]
        fn a_record_map_is_a_map(acts in prop::collection::vec((any::<Option<u8>>(), 0_u64..100), 0..300)) {
            let (mut map, mut plain) = (RecordMap::default(), BTreeMap::new());
            for (value, number) in acts {
                let record = RecordId(number);
                match value {
                    Some(value) => {
                        map.insert(record, Box::new(value));
                        plain.insert(record, value);
                    }
                    None => prop_assert_eq!(map.remove(record).map(|it| *it), plain.remove(&record)),
                }
                prop_assert_eq!(map.get(record).copied(), plain.get(&record).copied());
                prop_assert_eq!(map.get_mut(record).copied(), plain.get(&record).copied());
            }
            let rebuilt = plain.iter().fold(RecordMap::default(), |mut map, (&record, &value)| {
                map.insert(record, Box::new(value));
                map
            });
            prop_assert_eq!(map, rebuilt, "equal whatever the way there");
        }
    }
}
