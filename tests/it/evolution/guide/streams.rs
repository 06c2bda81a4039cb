//! Changes of methods that return a stream.

use std::future::IntoFuture;

use futures_util::{StreamExt, TryStreamExt};
use rpc_core::{CallError, MethodError, RpcError, Streaming, Tracked};

use super::{check, client_of, outcome};

/// What every version gives.
const ITEMS: [u64; 3] = [1, 2, 3];

/// What a version's client reads: it is to be [`ITEMS`].
async fn items<E: MethodError + PartialEq>(
    call: impl IntoFuture<Output = Result<Streaming<u64, E>, CallError<E>>>,
) -> &'static str {
    let items = match call.await {
        Ok(stream) => stream.try_collect().await,
        Err(error) => Err(error),
    };
    outcome(items, Ok(ITEMS.to_vec()))
}

async fn tracked<E: MethodError + PartialEq>(
    call: impl IntoFuture<Output = Result<Streaming<Tracked<u64, u64>, E>, CallError<E>>>,
) -> &'static str {
    let items = match call.await {
        Ok(stream) => stream.map_ok(|item| item.value).try_collect().await,
        Err(error) => Err(error),
    };
    outcome(items, Ok(ITEMS.to_vec()))
}

async fn list<E: PartialEq>(
    call: impl IntoFuture<Output = Result<Vec<u64>, CallError<E>>>,
) -> &'static str {
    outcome(call.await, Ok(ITEMS.to_vec()))
}

/// The first item of a stream that may have no end.
async fn first<E: MethodError + PartialEq>(
    call: impl IntoFuture<Output = Result<Streaming<u64, E>, CallError<E>>>,
) -> &'static str {
    match call.await {
        Ok(mut stream) => outcome(stream.next().await.transpose(), Ok(Some(ITEMS[0]))),
        Err(error) => outcome(Err(error), Ok(Some(ITEMS[0]))),
    }
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
enum Failed {
    #[error("failed")]
    #[rpc(code = 1001)]
    Failed,
}

/// A row and its two versions, with the call that each one's client makes, and how it reads what that gives.
macro_rules! row {
    (
        $module:ident: $row:literal,
        old { $($old_method:tt)* } calls f($($old_argument:expr),*) reads $old_reads:ident,
        new { $($new_method:tt)* } calls f($($new_argument:expr),*) reads $new_reads:ident
    ) => {
        mod $module {
            #[allow(unused_imports, reason = "each version uses some of it")]
            mod old { crate::evolution::guide::streams::version! { { $($old_method)* } f($($old_argument),*) $old_reads } }
            #[allow(unused_imports, reason = "each version uses some of it")]
            mod new { crate::evolution::guide::streams::version! { { $($new_method)* } f($($new_argument),*) $new_reads } }

            #[tokio::test]
            async fn is_what_the_guide_says() {
                let old_client = old::outcome(super::client_of(new::server())).await;
                let new_client = new::outcome(super::client_of(old::server())).await;
                super::check($row, &[old_client, new_client]);
            }
        }
    };
}

/// A version of a contract. The method has a body, so that the server needs no code of its own.
macro_rules! version {
    ({ $($method:tt)* } f($($argument:expr),*) $reads:ident) => {
        use futures_util::stream::{self, Stream};
        use rpc_core::{Client, Dispatcher, Tracked, rpc};

        use super::super::{Failed, ITEMS, $reads};

        #[rpc(params = "named")]
        trait Feed {
            $($method)*
        }

        struct Server;

        impl Feed for Server {}

        pub fn server() -> Dispatcher {
            Dispatcher::new().service(FeedServer::new(Server))
        }

        pub async fn outcome(client: Client) -> &'static str {
            $reads(FeedClient::new(client).f($($argument),*)).await
        }
    };
}

use version;

row! {
    made_resumable: "stream made resumable with `stream(resume)`",
    old {
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads items,
    new {
        #[rpc(stream(resume))]
        fn f(&self, #[rpc(cursor)] after: Option<u64>) -> impl Stream<Item = Tracked<u64, u64>> {
            assert_eq!(after, None);
            stream::iter(ITEMS.map(|item| Tracked::new(item, item)))
        }
    } calls f(None) reads tracked
}

row! {
    streamed: "list turned into a stream",
    old {
        async fn f(&self) -> Vec<u64> { ITEMS.to_vec() }
    } calls f() reads list,
    new {
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads items
}

row! {
    streamed_on_request: "list turned into a stream with `stream(token = \"…\")`",
    old {
        async fn f(&self) -> Vec<u64> { ITEMS.to_vec() }
    } calls f() reads list,
    new {
        #[rpc(stream(token = "partialResultToken"))]
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads items
}

row! {
    subscribed: "stream turned into a subscription",
    old {
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads first,
    new {
        #[rpc(subscription(unsubscribe = "stop"))]
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads first
}

row! {
    fails_at_opening: "stream can be refused now, and is",
    old {
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads items,
    new {
        async fn f(&self) -> Result<impl Stream<Item = u64>, Failed> {
            Err::<stream::Empty<u64>, _>(Failed::Failed)
        }
    } calls f() reads items
}

row! {
    fails_later: "stream can fail now, and does",
    old {
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads items,
    new {
        fn f(&self) -> impl Stream<Item = Result<u64, Failed>> {
            stream::iter([Ok(1), Err(Failed::Failed)])
        }
    } calls f() reads items
}

row! {
    can_fail: "stream can fail now, and does not",
    old {
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads items,
    new {
        async fn f(&self) -> Result<impl Stream<Item = Result<u64, Failed>>, Failed> {
            Ok(stream::iter(ITEMS.map(Ok)))
        }
    } calls f() reads items
}

row! {
    no_longer_streamed: "stream turned into a list",
    old {
        fn f(&self) -> impl Stream<Item = u64> { stream::iter(ITEMS) }
    } calls f() reads items,
    new {
        async fn f(&self) -> Vec<u64> { ITEMS.to_vec() }
    } calls f() reads list
}
