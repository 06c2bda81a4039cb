//! [`Running`]: how the server runs a method.

use syn::Signature;

use super::stream;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::Execution;

pub(super) struct Running {
    pub(super) execution: Execution,
    pub(super) notification: bool,
    pub(super) cancel_on_disconnect: bool,
}

impl Running {
    /// Reads the options, and whether the method is async. Reports options that exclude each other.
    pub(super) fn read(sig: &Signature, options: &RpcOptions, errors: &mut Errors) -> Self {
        if stream::is_returned(&sig.output) {
            stream::refuse_options(options, errors);
            return Running {
                execution: match sig.asyncness {
                    Some(_) => Execution::Async,
                    None => Execution::InPlace,
                },
                notification: false,
                cancel_on_disconnect: false,
            };
        }
        let execution = execution(sig, options, errors);
        let notification = options.flag("notification", errors).is_some();
        Running {
            execution,
            notification,
            cancel_on_disconnect: cancel_on_disconnect(execution, notification, options, errors),
        }
    }
}

fn execution(sig: &Signature, options: &RpcOptions, errors: &mut Errors) -> Execution {
    match (sig.asyncness, options.flag("blocking", errors)) {
        (Some(_), None) => Execution::Async,
        (None, None) => Execution::InPlace,
        (None, Some(_)) => Execution::Blocking,
        (Some(_), Some(option)) => {
            errors.at(
                option,
                "`blocking` is only for a plain `fn`; remove `blocking` or `async`",
            );
            Execution::Async
        }
    }
}

/// Only what waits can be cancelled, and only if somebody waits for it.
fn cancel_on_disconnect(
    execution: Execution,
    notification: bool,
    options: &RpcOptions,
    errors: &mut Errors,
) -> bool {
    let Some(option) = options.flag("cancel_on_disconnect", errors) else {
        return false;
    };
    if notification {
        errors.at(
            option,
            "a notification always runs to its end; remove `cancel_on_disconnect`",
        );
    } else if execution != Execution::Async {
        errors.at(
            option,
            "only an `async fn` can be cancelled; remove `cancel_on_disconnect`",
        );
    }
    true
}
