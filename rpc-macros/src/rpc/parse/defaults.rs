//! [`Defaults`]: what the trait's options say about all of its methods.

use super::names::Prefix;
use crate::case::Case;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::Style;

/// The values of the option `params`.
pub(super) const STYLES: &[(&str, Style)] =
    &[("positional", Style::Positional), ("named", Style::Named)];

pub(super) struct Defaults {
    pub(super) prefix: Prefix,
    pub(super) case: Option<Case>,
    pub(super) style: Style,
}

impl Defaults {
    pub(super) fn read(options: &RpcOptions, errors: &mut Errors) -> Self {
        Defaults {
            prefix: Prefix::read(options, errors),
            case: options.choice("rename_all", &Case::ALL, errors),
            style: options
                .choice("params", STYLES, errors)
                .unwrap_or(Style::Positional),
        }
    }
}
