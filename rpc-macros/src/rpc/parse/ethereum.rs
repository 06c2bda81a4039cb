//! [`Ethereum`]: the trait's option `subscriptions = "ethereum"`.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::names::Prefix;
use crate::errors::Errors;
use crate::options::RpcOptions;

/// The values of the trait's option `subscriptions`.
const FORMS: &[(&str, ())] = &[("ethereum", ())];

/// `subscriptions = "ethereum"`: all streams of the trait are opened with one method, closed with another one, and told apart by
/// the first param.
pub(super) struct Ethereum {
    /// `eth_subscribe`
    pub(super) subscribe: String,
    /// `eth_unsubscribe`
    pub(super) unsubscribe: String,
    /// `eth_subscription`
    pub(super) item: String,
    /// The option.
    pub(super) tokens: TokenStream,
}

impl Ethereum {
    pub(super) fn read(options: &RpcOptions, prefix: &Prefix, errors: &mut Errors) -> Option<Self> {
        options.choice("subscriptions", FORMS, errors)?;
        let option = options.get("subscriptions")?;
        if prefix.is_empty() && options.get("namespace").is_none() {
            errors.at(
                option,
                "the names of the methods that open and close subscriptions begin with the namespace; add `namespace = \"eth\"`",
            );
        }
        Some(Ethereum {
            subscribe: prefix.with("subscribe"),
            unsubscribe: prefix.with("unsubscribe"),
            item: prefix.with("subscription"),
            tokens: option.to_token_stream(),
        })
    }

    /// The method with this name and this topic, as the contract names it.
    pub(super) fn full_name(&self, topic: &str) -> String {
        format!("{} {topic}", self.subscribe)
    }
}
