//! [`Table`]: a dispatcher's methods by name.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::described;
use super::error::{AliasError, DuplicateMethod};
use super::function::Function;
use super::route::{FunctionRoute, ServiceRoute, route};
use crate::contract::{Contract, Method};
use crate::lookup::NameHasher;
use crate::service::{MethodRef, ResolvedMethod, Service};

/// A dispatcher's methods by name. An alias has an entry of its own.
#[derive(Default)]
pub(super) struct Table(HashMap<Box<str>, Entry, BuildHasherDefault<NameHasher>>);

#[derive(Clone)]
pub(super) struct Entry {
    resolved: ResolvedMethod,
    /// Shared by all names of one method.
    identity: Arc<()>,
    /// The contract that the method belongs to.
    contract: Arc<Source>,
}

/// The contract that an entry came with.
struct Source {
    /// Contracts are listed in the order in which they were added. The functions' contract comes first.
    number: u64,
    /// Without its methods. The table knows which of them are left.
    contract: Contract,
    /// What added the methods, for [`DuplicateMethod`].
    owner: String,
}

impl Source {
    fn of_functions() -> Arc<Self> {
        Arc::new(Source {
            number: 0,
            contract: Contract::new("", "", &[]),
            owner: "a function".to_owned(),
        })
    }

    fn of_contract(contract: &Contract, owner: &str) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let mut head = Contract::new("", "", &[]);
        head.name = contract.name.clone();
        head.docs = contract.docs.clone();
        head.version = contract.version;
        head.namespace = contract.namespace;
        head.lenient = contract.lenient;
        Arc::new(Source {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            contract: head,
            owner: owner.to_owned(),
        })
    }
}

/// Entries to be added together.
pub(super) type Entries = Vec<(Box<str>, Entry)>;

/// A function with a name.
pub(super) fn function<M: 'static>(name: &str, function: impl Function<M>) -> Entry {
    let names = function.description().names;
    let method = described::method(&function, name);
    Entry {
        resolved: ResolvedMethod::routed(method.into(), route(FunctionRoute::new(function, names))),
        identity: Arc::default(),
        contract: Source::of_functions(),
    }
}

/// All methods of a service, with a prefix in front of their names and aliases.
pub(super) fn service<S: Service>(service: S, prefix: &str) -> Entries {
    let owner = format!("`{}`", std::any::type_name::<S>());
    let service = Arc::new(service);
    let mut entries = Vec::new();
    for contract in service.contracts() {
        let source = Source::of_contract(&contract, &owner);
        for method in &*contract.methods {
            let identity = Arc::new(());
            for name in names_of(method) {
                let Some(resolved) = service.find(name) else {
                    continue;
                };
                let method = match prefix {
                    "" => resolved.method_ref().clone(),
                    prefix => with_prefix(resolved.method(), prefix).into(),
                };
                let service = Arc::clone(&service);
                let route = route(ServiceRoute { service, resolved });
                let entry = Entry {
                    resolved: ResolvedMethod::routed(method, route),
                    identity: Arc::clone(&identity),
                    contract: Arc::clone(&source),
                };
                entries.push((format!("{prefix}{name}").into(), entry));
            }
        }
    }
    entries
}

fn names_of(method: &Method) -> impl Iterator<Item = &str> {
    let aliases = method.aliases.iter().map(|alias| &**alias);
    std::iter::once(&*method.name).chain(aliases)
}

/// A method's metadata, with a prefix in front of its names.
fn with_prefix(method: &Method, prefix: &str) -> Method {
    let mut method = method.clone();
    method.name = format!("{prefix}{}", method.name).into();
    let aliases = method.aliases.iter();
    method.aliases = aliases
        .map(|alias| format!("{prefix}{alias}").into())
        .collect();
    if let Some(subscription) = method.subscription_form_mut() {
        subscription.unsubscribe = format!("{prefix}{}", subscription.unsubscribe).into();
        subscription.item = format!("{prefix}{}", subscription.item).into();
    }
    method
}

/// Checks that no name occurs twice.
pub(super) fn check_distinct(entries: &Entries) -> Result<(), DuplicateMethod> {
    Table::default().check_free(entries)
}

// An entry that leaves the table belongs to the application, and dropping it may run any code. These methods therefore
// return it, so that the caller can drop it after releasing the table's lock.
impl Table {
    pub(super) fn find(&self, name: &str) -> Option<&ResolvedMethod> {
        self.0.get(name).map(|entry| &entry.resolved)
    }

    /// All names and aliases, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.keys().map(|name| String::from(&**name)).collect();
        names.sort_unstable();
        names
    }

    /// The contracts, with the methods that are left, sorted by name.
    pub(super) fn contracts(&self) -> Vec<Contract> {
        // An alias is not a method of its own.
        let is_name = |name: &str, entry: &Entry| *name == *entry.resolved.method().name;
        let mut methods: Vec<&Entry> = self
            .0
            .iter()
            .filter(|(name, entry)| is_name(name, entry))
            .map(|(_, it)| it)
            .collect();
        methods.sort_unstable_by(|a, b| {
            let key = |entry: &Entry| entry.contract.number;
            let by_name = || a.resolved.method().name.cmp(&b.resolved.method().name);
            key(a).cmp(&key(b)).then_with(by_name)
        });
        let of_one_contract = |a: &&Entry, b: &&Entry| a.contract.number == b.contract.number;
        let contracts = methods.chunk_by(of_one_contract).map(|entries| {
            let mut contract = entries[0].contract.contract.clone(); // chunks are never empty
            let methods = entries.iter().map(|entry| entry.resolved.method().clone());
            contract.methods = methods.collect();
            contract
        });
        contracts.collect()
    }

    /// Adds all entries, or none if one of their names is taken.
    pub(super) fn add(&mut self, entries: &mut Entries) -> Result<(), DuplicateMethod> {
        self.check_free(entries)?;
        self.0.extend(entries.drain(..));
        Ok(())
    }

    /// Adds an entry and replaces the one with the same name. The replaced method keeps its other names.
    #[must_use]
    pub(super) fn replace(&mut self, name: &str, entry: Entry) -> Option<Entry> {
        let replaced = self.take_name(name);
        self.0.insert(name.into(), entry);
        replaced
    }

    /// Adds entries, and removes those that [`take_prefix`](Self::take_prefix) would remove.
    #[must_use]
    pub(super) fn replace_prefix(&mut self, prefix: &str, entries: Entries) -> Vec<Entry> {
        let replaced = self.take_prefix(prefix);
        self.0.extend(entries);
        replaced
    }

    pub(super) fn add_alias(&mut self, alias: Box<str>, name: &str) -> Result<(), AliasError> {
        let Some(mut entry) = self.0.get(name).cloned() else {
            return Err(AliasError::NoSuchMethod(name.to_owned()));
        };
        let mut entries = vec![(alias.clone(), entry.clone())];
        self.check_free(&entries).map_err(AliasError::Duplicate)?;
        entries.clear();
        let mut method = entry.resolved.method().clone();
        method.aliases.to_mut().push(alias.to_string().into());
        let method = MethodRef::from(method);
        entry.resolved = entry.resolved.with_method(method.clone());
        let identity = Arc::clone(&entry.identity);
        self.0.insert(alias, entry);
        self.update_metadata(&identity, &method);
        Ok(())
    }

    /// Removes one name of a method. The method keeps its other names.
    #[must_use]
    pub(super) fn take_name(&mut self, name: &str) -> Option<Entry> {
        let removed = self.0.remove(name)?;
        self.keep_other_names(&removed, |it| it == name);
        Some(removed)
    }

    /// Removes the method with this name or alias, under all of its names.
    #[must_use]
    pub(super) fn take_method(&mut self, name: &str) -> Vec<Entry> {
        let Some(removed) = self.0.remove(name) else {
            return Vec::new();
        };
        let same = |entry: &Entry| Arc::ptr_eq(&entry.identity, &removed.identity);
        let others = self.0.extract_if(|_, entry| same(entry));
        let mut taken: Vec<Entry> = others.map(|(_, entry)| entry).collect();
        taken.push(removed);
        taken
    }

    /// Removes all methods whose names begin with a prefix, under all of their names, and all aliases that begin with
    /// it.
    #[must_use]
    pub(super) fn take_prefix(&mut self, prefix: &str) -> Vec<Entry> {
        let is_nested = |entry: &Entry| entry.resolved.method().name.starts_with(prefix);
        let removed = self
            .0
            .extract_if(|name, entry| name.starts_with(prefix) || is_nested(entry));
        let removed: Vec<Entry> = removed.map(|(_, entry)| entry).collect();
        for alias in removed.iter().filter(|entry| !is_nested(entry)) {
            self.keep_other_names(alias, |name| name.starts_with(prefix));
        }
        removed
    }

    /// Updates a method that has lost some of its names. If its name is gone, the first remaining alias becomes the
    /// name.
    fn keep_other_names(&mut self, removed: &Entry, is_gone: impl Fn(&str) -> bool) {
        let mut method = removed.resolved.method().clone();
        method.aliases.to_mut().retain(|alias| !is_gone(alias));
        if is_gone(&method.name) && !method.aliases.is_empty() {
            method.name = method.aliases.to_mut().remove(0);
        }
        self.update_metadata(&removed.identity, &method.into());
    }

    /// Replaces the metadata of a method under all names that the new metadata lists.
    fn update_metadata(&mut self, identity: &Arc<()>, method: &MethodRef) {
        for name in names_of(method) {
            if let Some(entry) = self.0.get_mut(name)
                && Arc::ptr_eq(&entry.identity, identity)
            {
                entry.resolved = entry.resolved.clone().with_method(method.clone());
            }
        }
    }

    /// Checks that each name is free and occurs only once.
    fn check_free(&self, entries: &Entries) -> Result<(), DuplicateMethod> {
        let mut names = HashSet::new();
        for (name, entry) in entries {
            let is_new = names.insert(name);
            let first = match self.0.get(name) {
                Some(taken) => &taken.contract.owner,
                // Entries that are added together have the same owner.
                None if !is_new => &entry.contract.owner,
                None => continue,
            };
            return Err(DuplicateMethod {
                name: String::from(&**name),
                first: first.clone(),
                second: entry.contract.owner.clone(),
            });
        }
        Ok(())
    }
}
