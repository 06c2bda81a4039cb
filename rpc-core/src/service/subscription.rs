//! Subscriptions on the server: how they are opened and closed.

use super::context::Context;
use super::outcome::{Outcome, Responder};
use crate::contract::Subscription;
use crate::duplex::Duplex;
use crate::error::{ErrorObject, code};
use crate::json::id::Id;
use crate::params::SubscriptionId;
use crate::wire::{control, write};

impl Responder {
    /// Closes a subscription of this connection, and answers whether there was one. The context's method is the one that closes
    /// it.
    pub fn unsubscribe(self, cx: &Context, subscription: &SubscriptionId) -> Outcome {
        self.value(is_closed(cx, subscription))
    }

    /// Closes a subscription of this connection as Ethereum nodes do: an unknown one is error -32000.
    pub fn unsubscribe_known(self, cx: &Context, subscription: &SubscriptionId) -> Outcome {
        match is_closed(cx, subscription) {
            true => self.value(true),
            false => ErrorObject::new(code::UNKNOWN_SUBSCRIPTION, "subscription not found").into(),
        }
    }
}

fn is_closed(cx: &Context, subscription: &SubscriptionId) -> bool {
    let (Some(duplex), Some(method)) = (cx.metadata().duplex(), cx.method()) else {
        return false;
    };
    duplex.unsubscribe(subscription.id(), &method.name)
}

/// Answers a call with the id of its subscription, and returns the start of each item's message.
pub(super) fn open(
    duplex: &Duplex,
    slot: usize,
    cx: &Context,
    form: &Subscription,
    mut message: Vec<u8>,
) -> Vec<u8> {
    let id = duplex.subscribe(slot, form, |subscription| opened(cx, subscription));
    control::subscription_head(&mut message, &form.item, &id, "result");
    message
}

/// The response that names a subscription.
fn opened(cx: &Context, subscription: &Id) -> Vec<u8> {
    let mut response = write::RESULT_HEAD.to_vec();
    subscription.write(&mut response);
    let id = cx.id().unwrap_or(&Id::NULL);
    match cx.version_1 {
        true => write::version_1_response(Some(response), None, id),
        false => {
            write::end_response(&mut response, id);
            response
        }
    }
}
