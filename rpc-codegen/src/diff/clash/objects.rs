//! Objects: members that are missing, unknown, or called otherwise.

use super::{Clash, Comparison, What};
use crate::diff::defaults;
use crate::diff::sample::sample;
use crate::model::{Field, Kind, Rest, Type};
use crate::place::Place;
use crate::value::{Object, Value};

/// What the two types are made of, and a value of the writer to show things in.
struct Pair<'t> {
    w: &'t Type,
    r: &'t Type,
    written: &'t [Field],
    read: &'t [Field],
    base: Object,
}

impl Pair<'_> {
    fn clash(&self, what: What, (writer, reader): (&Place, &Place), value: Value) -> Clash {
        Clash {
            what,
            writer: writer.clone(),
            reader: reader.clone(),
            value,
        }
    }

    fn with(&self, name: &str, value: Value) -> Value {
        let mut members = self.base.clone();
        members.insert(name.to_owned(), value);
        Value::Object(members)
    }

    fn without(&self, name: &str) -> Value {
        let mut members = self.base.clone();
        members.shift_remove(name);
        Value::Object(members)
    }

    /// The member of the reader that takes this one of the writer.
    fn reader_of(&self, field: &Field) -> Option<&Field> {
        let same = self.read.iter().find(|it| it.name == field.name);
        same.or_else(|| self.read.iter().find(|it| it.is_read_as(&field.name)))
    }

    /// The member of the writer that the reader takes for this one.
    fn writer_of(&self, field: &Field) -> Option<&Field> {
        let same = self.written.iter().find(|it| it.name == field.name);
        same.or_else(|| self.written.iter().find(|it| field.is_read_as(&it.name)))
    }

    /// The member of the writer that replaces this one of the reader: the writer's schema has the old name as an alias.
    fn renamed(&self, field: &Field) -> Option<&Field> {
        let mut all = self.written.iter();
        all.find(|it| it.name != field.name && it.is_read_as(&field.name))
    }
}

impl Comparison<'_> {
    pub(super) fn objects(&mut self, w: &Type, r: &Type) -> Vec<Clash> {
        let base = sample(self.writer, w);
        let base = base.as_ref().and_then(Value::as_object).cloned();
        let pair = Pair {
            w,
            r,
            written: fields(w),
            read: fields(r),
            base: base.unwrap_or_default(),
        };
        let mut found = Vec::new();
        for field in pair.read {
            found.extend(self.read_field(&pair, field));
        }
        for field in pair.written {
            found.extend(self.written_field(&pair, field));
        }
        found.extend(self.others(&pair));
        found.extend(self.keys(&pair));
        found
    }

    /// A member that the reader looks for.
    fn read_field(&mut self, pair: &Pair<'_>, field: &Field) -> Vec<Clash> {
        let own = pair.writer_of(field);
        let places = (
            own.map_or(&pair.w.place, |own| &own.ty.place),
            &field.ty.place,
        );
        if let (None, Some(other)) = (own, pair.renamed(field)) {
            let what = What::Renamed {
                field: field.name.clone(),
                to: other.name.clone(),
            };
            let value = sample(self.writer, &other.ty).unwrap_or(Value::Null);
            return vec![pair.clash(what, places, pair.with(&other.name, value))];
        }
        let mut found = Vec::new();
        if field.required && own.is_none_or(|own| !own.required) {
            let what = What::Missing {
                field: field.name.clone(),
                never: own.is_none(),
            };
            let name = own.map_or(&field.name, |own| &own.name);
            found.push(pair.clash(what, places, pair.without(name)));
        }
        let name = own.map_or(&field.name, |own| &own.name);
        if let Some(own) = own {
            found.extend(self.same_field(pair, own, field));
        }
        if let Some(ty) = own.map(|own| &own.ty).or(rest(pair.w)) {
            for mut clash in self.compare(ty, &field.ty) {
                clash.value = pair.with(name, clash.value);
                found.push(clash);
            }
        }
        found
    }

    /// The aliases and the default of a member that both have.
    fn same_field(&mut self, pair: &Pair<'_>, own: &Field, field: &Field) -> Vec<Clash> {
        let places = (&own.ty.place, &field.ty.place);
        let value = sample(self.writer, &own.ty).unwrap_or(Value::Null);
        let mut found = Vec::new();
        let known = own.aliases.iter();
        for alias in known.filter(|alias| !field.is_read_as(alias)) {
            let mut members = pair.base.clone();
            members.shift_remove(&own.name);
            members.insert(alias.clone(), value.clone());
            let what = What::Alias {
                field: own.name.clone(),
                alias: alias.clone(),
            };
            found.push(pair.clash(what, places, Value::Object(members)));
        }
        let (writer, reader) = ((self.writer, &own.ty), (self.reader, &field.ty));
        if !own.required
            && !field.required
            && let Some((old, new)) = defaults::changed(writer, reader)
        {
            let what = What::Default {
                field: field.name.clone(),
                old,
                new,
            };
            found.push(pair.clash(what, places, pair.without(&own.name)));
        }
        found
    }

    /// A member of the writer that the reader's schema does not name.
    fn written_field(&mut self, pair: &Pair<'_>, field: &Field) -> Vec<Clash> {
        let replaces = |it: &Field| pair.writer_of(it).is_none() && field.is_read_as(&it.name);
        if let Some(twice) = self.merged_field(pair, field) {
            return vec![twice];
        }
        if pair.reader_of(field).is_some() || pair.read.iter().any(replaces) {
            return Vec::new();
        }
        if let Some(ty) = rest(pair.r) {
            let mut found = self.compare(&field.ty, ty);
            for clash in &mut found {
                let value = std::mem::replace(&mut clash.value, Value::Null);
                clash.value = pair.with(&field.name, value);
            }
            return found;
        }
        let what = match is_closed(pair.r) {
            true => What::Unknown {
                field: field.name.clone(),
                always: field.required,
            },
            false => What::Ignored {
                field: field.name.clone(),
            },
        };
        let value = sample(self.writer, &field.ty).unwrap_or(Value::Null);
        let places = (&field.ty.place, &pair.r.place);
        vec![pair.clash(what, places, pair.with(&field.name, value))]
    }

    /// A member that the reader takes for another one, which the writer sends too: readers refuse a member that is there twice.
    fn merged_field(&self, pair: &Pair<'_>, field: &Field) -> Option<Clash> {
        let reader = pair.reader_of(field)?;
        let other = pair
            .writer_of(reader)
            .filter(|other| other.name != field.name)?;
        let value = |field: &Field| sample(self.writer, &field.ty).unwrap_or(Value::Null);
        let mut members = pair.base.clone();
        members.insert(other.name.clone(), value(other));
        members.insert(field.name.clone(), value(field));
        let what = What::Unknown {
            field: field.name.clone(),
            always: field.required && other.required,
        };
        let places = (&field.ty.place, &pair.r.place);
        Some(pair.clash(what, places, Value::Object(members)))
    }

    /// Members without a name in the schema.
    fn others(&mut self, pair: &Pair<'_>) -> Vec<Clash> {
        let Some(one) = rest(pair.w) else {
            return self.open(pair).into_iter().collect();
        };
        if let Some(two) = rest(pair.r) {
            let mut found = self.compare(one, two);
            for clash in &mut found {
                let value = std::mem::replace(&mut clash.value, Value::Null);
                clash.value = pair.with(OTHER, value);
            }
            return found;
        }
        // An open object without any named member is a map of anything, which takes all.
        if pair.read.is_empty() && !is_closed(pair.r) {
            return Vec::new();
        }
        let field = OTHER.to_owned();
        let what = match is_closed(pair.r) {
            true => What::Unknown {
                field,
                always: false,
            },
            false => What::Ignored { field },
        };
        let value = sample(self.writer, one).unwrap_or(Value::Null);
        vec![pair.clash(what, (&one.place, &pair.r.place), pair.with(OTHER, value))]
    }

    /// Members that an open object may have. One without any named member is a map of anything.
    fn open(&self, pair: &Pair<'_>) -> Option<Clash> {
        let is_open = matches!(
            pair.w.kind,
            Kind::Object {
                rest: Rest::Open,
                ..
            }
        );
        let places = (&pair.w.place, &pair.r.place);
        if !pair.written.is_empty() {
            let value = pair.with(OTHER, Value::Bool(true));
            let is_clash = is_open && is_closed(pair.r);
            return is_clash.then(|| pair.clash(What::Closed, places, value));
        }
        let all = [
            Value::Bool(true),
            Value::Null,
            Value::String(OTHER.to_owned()),
        ];
        let mut all = all.into_iter().map(|value| pair.with(OTHER, value));
        let refused = all.find(|value| self.reader.check(value, pair.r).is_err());
        let value = refused.filter(|_| is_open && (is_closed(pair.r) || rest(pair.r).is_some()))?;
        Some(pair.clash(What::Constraint("set of members"), places, value))
    }

    /// The names of a map.
    fn keys(&mut self, pair: &Pair<'_>) -> Option<Clash> {
        let keys = |ty: &Type| match &ty.kind {
            Kind::Map { keys, .. } => keys.as_deref().map(|keys| keys.kind.clone()),
            _ => None,
        };
        let wanted = keys(pair.r)?;
        let is_same = keys(pair.w).is_some_and(|own| own == wanted);
        let value = || {
            let value = rest(pair.w).and_then(|ty| sample(self.writer, ty));
            pair.with(OTHER, value.unwrap_or(Value::Null))
        };
        (!is_same).then(|| {
            let places = (&pair.w.place, &pair.r.place);
            pair.clash(What::Constraint("form of the names"), places, value())
        })
    }
}

/// A name that a schema may not know.
const OTHER: &str = "other";

fn is_closed(ty: &Type) -> bool {
    matches!(
        ty.kind,
        Kind::Object {
            rest: Rest::Closed,
            ..
        }
    )
}

fn fields(ty: &Type) -> &[Field] {
    match &ty.kind {
        Kind::Object { fields, .. } => fields,
        _ => &[],
    }
}

/// The type of the members without a name of their own.
fn rest(ty: &Type) -> Option<&Type> {
    match &ty.kind {
        Kind::Map { values, .. } => Some(values),
        Kind::Object {
            rest: Rest::Typed(ty),
            ..
        } => Some(ty),
        _ => None,
    }
}
