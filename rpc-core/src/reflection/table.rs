//! The contract of the server's own methods.

use crate::contract::{Contract, Method, Parameter, ParamsStyle};
use crate::service::ResolvedMethod;

/// The methods with which every server describes the methods of its service, as data.
pub static CONTRACT: Contract = Contract::new(
    "Introspection",
    "Describes the methods of the server.",
    TABLE,
);

const TABLE: &[Method] = &[
    Method::new(METHODS, "The names of all methods, sorted.")
        .result("Vec<String>")
        .idempotent(),
    Method::new(HELP, "A method's documentation.")
        .params(ParamsStyle::Positional, NAME)
        .result("String")
        .idempotent(),
    Method::new(
        SIGNATURE,
        "A method's parameters, with types as written and defaults, its result and its errors.",
    )
    .params(ParamsStyle::Positional, NAME)
    .result("Signature")
    .idempotent(),
    #[cfg(feature = "schema")]
    Method::new(DISCOVER, "The OpenRPC document of the server.")
        .result("Document")
        .idempotent(),
];

pub(crate) const DISCOVER: &str = "rpc.discover";
pub(crate) const METHODS: &str = "rpc.methods";
pub(crate) const HELP: &str = "rpc.help";
pub(crate) const SIGNATURE: &str = "rpc.signature";
const NAME: &[Parameter] = &[Parameter::new("method", "String")];

/// The server's own method with this name.
pub(crate) fn find(name: &str) -> Option<ResolvedMethod> {
    let index = CONTRACT
        .methods
        .iter()
        .position(|method| method.name == name)?;
    Some(ResolvedMethod::new(&CONTRACT.methods[index], index))
}
