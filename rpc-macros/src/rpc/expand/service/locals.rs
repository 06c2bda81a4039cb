//! [`Locals`]: the variables of the generated functions.

use proc_macro2::{Ident, Span};

/// Variables that can't clash with the user's parameters, even if their names are the same.
pub(super) struct Locals {
    pub(super) server: Ident,
    pub(super) params: Ident,
    pub(super) cx: Ident,
    pub(super) responder: Ident,
    pub(super) service: Ident,
    pub(super) blocking: Ident,
    pub(super) default: Ident,
    pub(super) peer: Ident,
}

impl Locals {
    pub(super) fn new() -> Self {
        let local = |name| Ident::new(name, Span::mixed_site());
        Locals {
            server: local("server"),
            params: local("params"),
            cx: local("cx"),
            responder: local("responder"),
            service: local("service"),
            blocking: local("blocking"),
            default: local("default"),
            peer: local("peer"),
        }
    }
}
