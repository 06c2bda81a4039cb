//! Distinct types with one name. schemars numbers them in the order of their first use, so a new method could rename them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::schema::TypeSchema;

/// Two distinct types with one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collision {
    /// The name of both.
    pub(super) name: String,
    /// The types with their modules, if schemars tells.
    pub(super) types: Vec<String>,
}

/// Finds two types with one name among those that a generator has described. `again` describes them with another one.
pub(super) fn find(
    described: &SchemaGenerator,
    again: impl FnOnce() -> SchemaGenerator,
    types: impl Iterator<Item = TypeSchema>,
) -> Option<Collision> {
    let taken: BTreeSet<&str> = described.definitions().keys().map(|name| &**name).collect();
    let numbered: Vec<(&str, &str)> = taken
        .iter()
        .filter_map(|name| Some((*name, without_number(name, &taken)?)))
        .collect();
    if numbered.is_empty() {
        return None;
    }
    // A name such as `Point2` is either the type's own, or a second `Point`. If all names are taken already, the first
    // becomes `Point22`, and the second does not.
    let mut generator = again();
    for name in &taken {
        reserve(&mut generator, name);
    }
    for ty in types {
        ty.describe(&mut generator);
    }
    let is_own = |name: &str| {
        let next = (2..).map(|number: u32| format!("{name}{number}"));
        let mut free = next.filter(|next| !taken.contains(&**next));
        free.next()
            .is_some_and(|next| generator.definitions().contains_key(&next))
    };
    let (second, name) = numbered.into_iter().find(|(second, _)| !is_own(second))?;
    Some(Collision {
        name: name.to_owned(),
        types: [name, second]
            .into_iter()
            .filter_map(|name| type_of(described, name))
            .collect(),
    })
}

/// `Page` of `Page2`, if there is a `Page`.
fn without_number<'a>(name: &'a str, taken: &BTreeSet<&str>) -> Option<&'a str> {
    let lengths = (1..name.len()).rev();
    let splits = lengths.filter_map(|length| name.split_at_checked(length));
    let mut numbered =
        splits.take_while(|(_, number)| number.bytes().all(|it| it.is_ascii_digit()));
    let found = numbered
        .find(|(base, number)| taken.contains(base) && !number.starts_with('0') && *number != "1");
    found.map(|(base, _)| base)
}

/// Takes a name in a generator.
fn reserve(generator: &mut SchemaGenerator, name: &str) {
    thread_local! {
        static NAME: RefCell<String> = const { RefCell::new(String::new()) };
    }

    struct Reserved;

    impl JsonSchema for Reserved {
        fn schema_name() -> Cow<'static, str> {
            NAME.with_borrow(|name| name.clone().into())
        }

        fn schema_id() -> Cow<'static, str> {
            NAME.with_borrow(|name| format!("reserved {name}").into())
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({})
        }
    }

    NAME.set(name.to_owned());
    generator.subschema_for::<Reserved>();
}

/// The type that a name was given to, with its module. schemars tells it only to people who debug, so it may be unknown.
fn type_of(generator: &SchemaGenerator, name: &str) -> Option<String> {
    let text = format!("{generator:?}");
    let ids = &text[text.find("schema_id_to_name")?..];
    let end = format!("): {name:?}");
    let (before, _) = ids.split_once(&end)?;
    let (_, id) = before.rsplit_once("SchemaUid(\"")?;
    id.split_once('"').map(|(id, _)| id.to_owned())
}
