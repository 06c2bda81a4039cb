//! [`Defaults`]: what the trait's options say about all of its methods.

use proc_macro2::TokenStream;
use syn::Expr;

use super::ethereum::Ethereum;
use super::names::Prefix;
use super::tags;
use crate::case::Case;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::Style;

/// The values of the option `params`.
pub(super) const STYLES: &[(&str, Style)] =
    &[("positional", Style::Positional), ("named", Style::Named)];

pub(super) struct Defaults {
    /// The private module of rpc-core.
    pub(super) root: TokenStream,
    pub(super) prefix: Prefix,
    pub(super) case: Option<Case>,
    pub(super) style: Style,
    /// How all streams are subscribed to, if the trait has Ethereum's form.
    pub(super) ethereum: Option<Ethereum>,
    /// What the trait's methods are all tagged with.
    pub(super) tags: Vec<Expr>,
}

impl Defaults {
    pub(super) fn read(options: &RpcOptions, errors: &mut Errors) -> Self {
        let prefix = Prefix::read(options, errors);
        Defaults {
            root: options.root(errors),
            ethereum: Ethereum::read(options, &prefix, errors),
            prefix,
            case: options.choice("rename_all", &Case::ALL, errors),
            style: options
                .choice("params", STYLES, errors)
                .unwrap_or(Style::Positional),
            tags: tags::read(options, &[], errors),
        }
    }
}
