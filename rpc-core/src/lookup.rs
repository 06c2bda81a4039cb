//! [`Lookup`]: finds a method's index by its name. The cost is the same for ten methods and for a thousand.
//!
//! The hash table is built at compile time, after `cfg` attributes have been applied. A service therefore costs nothing
//! to construct, and two methods with the same name don't compile. `NameHasher` hashes names in the same way for tables
//! that change at run time.

use std::hash::Hasher;

/// A hash table of method names, with open addressing. Create it with [`Lookup::new`] in a `static`.
#[derive(Debug)]
pub struct Lookup<const SLOTS: usize> {
    names: &'static [(&'static str, usize)],
    /// Index into `names`, plus one; zero is empty.
    slots: [u32; SLOTS],
}

/// The number of slots for a table of `names` names: a power of two, at least twice as many as the names.
pub const fn lookup_slots(names: usize) -> usize {
    (names * 2).next_power_of_two()
}

impl<const SLOTS: usize> Lookup<SLOTS> {
    /// A table that maps names to indices.
    ///
    /// # Panics
    ///
    /// If two names are equal. In a `static`, this is a compile-time error.
    pub const fn new(names: &'static [(&'static str, usize)]) -> Self {
        let mut slots = [0; SLOTS];
        let mut index = 0;
        while index < names.len() {
            let name = names[index].0.as_bytes();
            let mut slot = first_slot(name, SLOTS);
            while slots[slot] != 0 {
                if equal(names[slots[slot] as usize - 1].0.as_bytes(), name) {
                    duplicate(name);
                }
                slot = (slot + 1) % SLOTS;
            }
            index += 1;
            slots[slot] = index as u32;
        }
        Lookup { names, slots }
    }

    /// The index for a name.
    #[inline]
    pub fn find(&self, name: &str) -> Option<usize> {
        let mut slot = first_slot(name.as_bytes(), SLOTS);
        loop {
            let entry = (self.slots[slot] as usize).checked_sub(1)?;
            let (known, index) = self.names[entry];
            if is_same(known.as_bytes(), name.as_bytes()) {
                return Some(index);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

const fn duplicate(name: &[u8]) -> ! {
    const BEFORE: &[u8] = b"two methods of this trait have the same name on the wire: ";
    let mut message = [0; 256];
    let (head, tail) = message.split_at_mut(BEFORE.len());
    head.copy_from_slice(BEFORE);
    let length = if name.len() < tail.len() {
        name.len()
    } else {
        0
    };
    let (tail, _) = tail.split_at_mut(length);
    tail.copy_from_slice(name.split_at(length).0);
    match std::str::from_utf8(message.split_at(BEFORE.len() + length).0) {
        Ok(message) => panic!("{}", message),
        Err(_) => panic!("two methods of this trait have the same name on the wire"),
    }
}

const fn first_slot(name: &[u8], slots: usize) -> usize {
    hash(name) as usize % slots
}

/// Hashes a name, eight bytes in each step.
///
/// The names in a table come from the program, not from the network, so an attacker can't make them collide. A weak,
/// fast hash is enough.
const fn hash(name: &[u8]) -> u64 {
    let mut hash = name.len() as u64;
    let mut rest = name;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        hash = mix(hash ^ u64::from_le_bytes(*chunk));
        rest = tail;
    }
    let mut last = 0;
    while let Some((byte, tail)) = rest.split_first() {
        last = last << 8 | *byte as u64;
        rest = tail;
    }
    mix(hash.rotate_left(32) ^ last)
}

/// Lets each bit change about half of all bits. The multiplier is 2^64 divided by the golden ratio.
const fn mix(word: u64) -> u64 {
    const MULTIPLIER: u128 = 0x9e37_79b9_7f4a_7c15;
    // A multiplication mixes upwards, so the upper half of the product is folded onto the lower half.
    let product = word as u128 * MULTIPLIER;
    product as u64 ^ (product >> 64) as u64
}

/// Hashes one name, for tables that change at run time.
#[derive(Debug, Default)]
pub(crate) struct NameHasher(u64);

impl Hasher for NameHasher {
    #[inline]
    fn write(&mut self, name: &[u8]) {
        self.0 = hash(name);
    }

    /// `str` marks its end with this. There is nothing after a name.
    #[inline]
    fn write_u8(&mut self, _: u8) {}

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

/// Whether two names are the same. For short ones, a call of the comparison would cost more than the comparison.
#[inline]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    const SHORT: usize = 8;
    match a.len() == b.len() && a.len() <= SHORT {
        true => a.iter().zip(b).all(|(a, b)| a == b),
        false => a == b,
    }
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_name_and_no_other() {
        static NAMES: &[(&str, usize)] = &[
            ("add", 0),
            ("orders.place", 1),
            ("orders.list", 2),
            ("orders.all", 2),
            ("é", 3),
        ];
        static LOOKUP: Lookup<{ lookup_slots(NAMES.len()) }> = Lookup::new(NAMES);
        for (name, index) in NAMES {
            assert_eq!(LOOKUP.find(name), Some(*index), "{name}");
        }
        for name in ["", "ad", "addd", "orders.place ", "orders.plac", "e"] {
            assert_eq!(LOOKUP.find(name), None, "{name}");
        }
    }

    #[test]
    fn names_of_many_shapes_hash_apart() {
        use std::collections::HashSet;
        use std::hash::{BuildHasher, BuildHasherDefault};

        let shapes = |number: usize| {
            [
                format!("{number}"),
                format!("orders.{number}"),
                format!("get_{number}_by_id"),
                format!("{number:08}"),
            ]
        };
        let names: Vec<String> = (0..1_000).flat_map(shapes).collect();
        let hasher = BuildHasherDefault::<NameHasher>::default();
        let hashes = names.iter().map(|name| hasher.hash_one(name.as_str()));
        let hashes: HashSet<u64> = hashes.collect();
        assert_eq!(hashes.len(), names.len());
        // A map takes its slot from the low bits, and tells the names in a slot apart by the high ones. A perfect hash would
        // fill 63 % of the slots.
        for shift in [0, 52] {
            let slots: HashSet<u64> = hashes.iter().map(|hash| (hash >> shift) & 0xfff).collect();
            assert!(slots.len() > 4096 / 2, "{shift}: {}", slots.len());
        }
    }

    #[test]
    fn a_table_without_names_finds_nothing() {
        static LOOKUP: Lookup<{ lookup_slots(0) }> = Lookup::new(&[]);
        assert_eq!(LOOKUP.find("add"), None);
    }
}
