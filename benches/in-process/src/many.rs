//! Contracts with up to 10,000 methods, each of which adds.

use jsonrpsee::RpcModule;
use jsonrpsee::types::ErrorObjectOwned;
use rpc_core::{Dispatcher, Server, Service};

use crate::contenders::{Handle, handle_with};
use crate::jsonrpsee::Module;

struct Many;

include!(concat!(env!("OUT_DIR"), "/many.rs"));

/// The name of the nth method, counting from one.
pub fn name(nth: usize) -> String {
    format!("method_{nth:05}")
}

/// A trait with 10, 100 or 1,000 methods. With 10,000, the compiler would take far too long.
pub fn as_trait(methods: usize) -> Option<Handle> {
    fn serve<S: Service>(service: S) -> Option<Handle> {
        Some(handle_with(Server::new(service)))
    }
    match methods {
        10 => serve(TenServer::new(Many)),
        100 => serve(HundredServer::new(Many)),
        1000 => serve(ThousandServer::new(Many)),
        _ => None,
    }
}

/// A [`Dispatcher`] with this many functions.
pub fn as_functions(methods: usize) -> Handle {
    let dispatcher = (1..=methods).fold(Dispatcher::new(), |dispatcher, nth| {
        dispatcher.method(name(nth), |a: i64, b: i64| async move { a + b })
    });
    handle_with(Server::new(dispatcher))
}

/// A jsonrpsee module with this many async methods.
pub fn with_jsonrpsee(methods: usize) -> Handle {
    let mut module = RpcModule::new(());
    for nth in 1..=methods {
        // jsonrpsee requires names with a static lifetime.
        let name: &'static str = name(nth).leak();
        let added = module.register_async_method(name, |params, _, _| async move {
            let mut params = params.sequence();
            let (a, b): (i64, i64) = (params.next()?, params.next()?);
            Ok::<_, ErrorObjectOwned>(a + b)
        });
        added.expect("each name is added once");
    }
    let module = Module::new(module);
    Box::new(move |message| module.handle(message))
}
