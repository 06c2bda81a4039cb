//! A trait with so many methods that the generated code splits them into groups.

use rpc_core::{Client, Context, Transport, code, memory, rpc};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A trait with these methods among others, its implementation, and a function that calls each through the stub.
macro_rules! many {
    ($($name:ident)*) => {
        /// The parameters have the same names as those of the generated functions.
        #[rpc]
        trait Many<T: Serialize + DeserializeOwned + Sync> {
            #[rpc(blocking)]
            fn first(&self, server: &str, #[rpc(context)] cx: &Context) -> String;

            $(async fn $name(&self, server: &str, args: T) -> (String, T);)*

            #[cfg(any())]
            async fn absent(&self) -> NoSuchType;

            async fn last(&self, #[rpc(context)] cx: &Context, responder: Option<&str>) -> String;
        }

        impl<T: Serialize + DeserializeOwned + Sync + Send + 'static> Many<T> for Here {
            fn first(&self, server: &str, cx: &Context) -> String {
                format!("{} {server}", cx.method_name())
            }

            $(async fn $name(&self, server: &str, args: T) -> (String, T) {
                (format!("{} {server}", stringify!($name)), args)
            })*

            async fn last(&self, cx: &Context, responder: Option<&str>) -> String {
                format!("{} {}", cx.method_name(), responder.unwrap_or("nobody"))
            }
        }

        async fn call_each<C: Transport>(many: ManyClient<u8, C>) -> usize {
            let mut called = 0;
            $(
                let (text, number) = many.$name("hi", called as u8).await.unwrap();
                assert_eq!((&*text, usize::from(number)), (concat!(stringify!($name), " hi"), called));
                called += 1;
            )*
            called
        }
    };
}

many! {
    m1 m2 m3 m4 m5 m6 m7 m8 m9 m10 m11 m12 m13 m14 m15 m16
    m17 m18 m19 m20 m21 m22 m23 m24 m25 m26 m27 m28 m29 m30 m31 m32
    m33 m34 m35 m36 m37 m38 m39 m40 m41 m42 m43 m44 m45 m46 m47 m48
    m49 m50 m51 m52 m53 m54 m55 m56 m57 m58 m59 m60 m61 m62 m63 m64
    m65 m66
}

struct Here;

fn client() -> Client<impl Transport> {
    memory::connect(ManyServer::<_, u8>::new(Here))
}

#[tokio::test]
async fn each_of_many_methods_is_called() {
    let client = client();
    let many = ManyClient::<u8, _>::new(client.clone());
    assert_eq!(call_each(many.clone()).await, 66);
    assert_eq!(many.first("hi").await.unwrap(), "first hi");
    assert_eq!(many.last(None).await.unwrap(), "last nobody");
    // The calls are `Send`.
    let spawned = tokio::spawn(many.last(Some("ann")));
    assert_eq!(spawned.await.unwrap().unwrap(), "last ann");
    let batch = client.batch([many.m1("a", 1), many.m66("b", 2)]);
    let results = batch.await.unwrap().map(Result::unwrap);
    assert_eq!(results, [("m1 a".to_owned(), 1), ("m66 b".to_owned(), 2)]);
}

#[tokio::test]
async fn wrong_calls_are_refused_as_in_a_small_trait() {
    for (method, params, expected) in [
        ("m1", vec!["hi"], code::INVALID_PARAMS),
        ("m66", vec!["hi", "7"], code::INVALID_PARAMS),
        ("absent", vec![], code::METHOD_NOT_FOUND),
        ("m67", vec!["hi"], code::METHOD_NOT_FOUND),
    ] {
        let error = client()
            .call::<_, String>(method, params)
            .await
            .unwrap_err();
        assert_eq!(error.object().unwrap().code(), expected, "{method}");
    }
}
