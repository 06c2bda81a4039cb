//! The fields of a variant, and their names on the wire.

use std::collections::HashMap;

use syn::ext::IdentExt;
use syn::{Fields, Member};

use super::serde;
use crate::case::Case;
use crate::errors::Errors;
use crate::options::{RpcOption, RpcOptions};
use crate::rpc_error::model::Field;

const FIELD_OPTIONS: &[&str] = &["name", "skip", "from"];

/// What a variant says about its fields.
#[derive(Clone, Copy)]
pub(super) struct FieldRules {
    /// How to write the names of fields that have no other name.
    pub(super) case: Option<Case>,
    /// Whether they are sent.
    pub(super) are_sent: bool,
}

pub(super) fn read(fields: Fields, rules: FieldRules, errors: &mut Errors) -> Vec<Field> {
    let members: Vec<Member> = fields.members().collect();
    let fields = fields.into_iter().zip(members);
    let fields: Vec<Field> = fields
        .map(|(field, member)| read_field(field, member, rules, errors))
        .collect();
    check_names(&fields, errors);
    fields
}

fn read_field(
    mut field: syn::Field,
    member: Member,
    rules: FieldRules,
    errors: &mut Errors,
) -> Field {
    serde::refuse(&field.attrs, errors);
    let options = RpcOptions::take(&mut field.attrs, FIELD_OPTIONS, errors);
    let skip = options.flag("skip", errors).is_some();
    let given = options.string("name", errors);
    if let Some((_, option)) = &given {
        check_has_name(option, &member, rules.are_sent && !skip, errors);
    }
    Field {
        name: match given {
            Some((name, _)) => name,
            None => own_name(&member, rules.case),
        },
        from: options.flag("from", errors).is_some(),
        member,
        ty: field.ty,
        skip,
    }
}

fn check_has_name(option: &RpcOption, member: &Member, is_sent: bool, errors: &mut Errors) {
    if !is_sent {
        errors.at(
            option,
            "this field is not sent, so it has no name; remove `name`",
        );
    } else if let Member::Unnamed(_) = member {
        errors.at(
            option,
            "an unnamed field has no name on the wire; remove `name`, or name the field",
        );
    } else if option.value.is_some() && is_empty(option) {
        errors.at(&option.value, "the name of a field can't be empty");
    }
}

fn is_empty(option: &RpcOption) -> bool {
    let name = option.value.as_ref().and_then(crate::literal::string);
    name.is_some_and(|name| name.is_empty())
}

fn own_name(member: &Member, case: Option<Case>) -> String {
    match (member, case) {
        (Member::Named(ident), Some(case)) => case.rename(&ident.unraw().to_string()),
        (Member::Named(ident), None) => ident.unraw().to_string(),
        (Member::Unnamed(index), _) => index.index.to_string(),
    }
}

/// Reports names that two fields have.
fn check_names(fields: &[Field], errors: &mut Errors) {
    let mut taken: HashMap<&str, &Member> = HashMap::new();
    for field in fields.iter().filter(|field| !field.skip) {
        if taken.insert(&field.name, &field.member).is_some() {
            let Field { name, member, .. } = field;
            errors.at(
                member,
                format_args!("another field already has the name \"{name}\"; choose another"),
            );
        }
    }
}
