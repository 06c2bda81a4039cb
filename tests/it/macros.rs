//! Each feature of `#[rpc]` and `#[derive(RpcError)]`, over the in-process transport.

use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::hash::Hash;
use std::sync::Mutex;

use rpc_core::contract::ParamsStyle;
use rpc_core::{CallError, Contract, Internal, RpcError, code, memory, rpc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

fn names(contract: &Contract) -> Vec<&str> {
    contract
        .methods
        .iter()
        .map(|method| &*method.name)
        .collect()
}

mod generic {
    use super::*;

    #[rpc(namespace = "store")]
    pub(crate) trait Store<K, V>
    where
        K: Serialize + DeserializeOwned + Sync + Hash + Eq,
        V: Serialize + DeserializeOwned + Sync + Clone,
    {
        async fn put(&self, key: K, value: &V) -> Option<V>;

        async fn all(&self, keys: &[K]) -> Vec<(K, V)>;

        async fn first(&self, keys: Option<&K>) -> Result<V, Missing<K>>;
    }

    struct Memory<K, V>(Mutex<HashMap<K, V>>);

    impl<K, V> Store<K, V> for Memory<K, V>
    where
        K: Serialize + DeserializeOwned + Send + Sync + Hash + Eq + Clone,
        V: Serialize + DeserializeOwned + Send + Sync + Clone,
    {
        async fn put(&self, key: K, value: &V) -> Option<V> {
            self.0.lock().unwrap().insert(key, value.clone())
        }

        async fn all(&self, keys: &[K]) -> Vec<(K, V)> {
            let map = self.0.lock().unwrap();
            let found = keys
                .iter()
                .filter_map(|key| Some((key.clone(), map.get(key)?.clone())));
            found.collect()
        }

        async fn first(&self, key: Option<&K>) -> Result<V, Missing<K>> {
            let key = key.ok_or(Missing::Nothing)?;
            let map = self.0.lock().unwrap();
            map.get(key)
                .cloned()
                .ok_or_else(|| Missing::Key(key.clone()))
        }
    }

    /// The type parameter has no bounds: the derive adds those it needs.
    #[derive(Debug, PartialEq, thiserror::Error, RpcError)]
    pub(crate) enum Missing<K> {
        #[error("no such key")]
        #[rpc(code = 1)]
        Key(K),
        #[error("no key at all")]
        #[rpc(code = 2)]
        Nothing,
    }

    #[tokio::test]
    async fn generic_types_and_errors_round_trip() {
        let server = StoreServer::new(Memory::<String, u32>(Mutex::new(HashMap::new())));
        let store = StoreClient::<String, u32, _>::new(memory::connect(server));
        assert_eq!(store.put("a".into(), &1).await.unwrap(), None);
        assert_eq!(store.put("a".into(), &2).await.unwrap(), Some(1));
        assert_eq!(
            store.all(&["a".into(), "b".into()]).await.unwrap(),
            [("a".to_owned(), 2)]
        );
        assert_eq!(store.first(Some(&"a".into())).await.unwrap(), 2);
        assert!(matches!(
            store.first(Some(&"b".into())).await,
            Err(CallError::Method(Missing::Key(key))) if key == "b"
        ));
        assert!(matches!(
            store.first(None).await,
            Err(CallError::Method(Missing::Nothing))
        ));
    }

    #[rpc]
    trait Ring<const N: usize>: Debug {
        async fn turn(&self, by: usize) -> usize;
    }

    #[derive(Debug)]
    struct Turner;

    impl<const N: usize> Ring<N> for Turner {
        async fn turn(&self, by: usize) -> usize {
            by % N
        }
    }

    #[tokio::test]
    async fn const_generics_and_supertraits_work() {
        let server = RingServer::<_, 5>::new(Turner);
        let ring = RingClient::<5, _>::new(memory::connect(server));
        assert_eq!(ring.turn(7).await.unwrap(), 2);
    }
}

mod visibility {
    use super::*;

    mod inner {
        use super::*;

        #[rpc]
        pub(in crate::macros) trait Shared {
            fn one(&self) -> u8;
        }

        #[rpc]
        trait Private {
            fn two(&self) -> u8;
        }

        pub(super) struct Numbers;

        impl Shared for Numbers {
            fn one(&self) -> u8 {
                1
            }
        }

        impl Private for Numbers {
            fn two(&self) -> u8 {
                2
            }
        }

        #[tokio::test]
        async fn a_private_trait() {
            let client = PrivateClient::new(memory::connect(PrivateServer::new(Numbers)));
            assert_eq!(client.two().await.unwrap(), 2);
        }
    }

    #[tokio::test]
    async fn a_trait_with_restricted_visibility() {
        let server = inner::SharedServer::new(inner::Numbers);
        let client = inner::SharedClient::new(memory::connect(server));
        assert_eq!(client.one().await.unwrap(), 1);
    }
}

mod cfg {
    use super::*;

    #[rpc]
    trait Conditional {
        #[cfg(any())]
        #[rpc(alias = "off_alias")]
        async fn off(&self, missing: NoSuchType) -> NoSuchType;

        #[cfg(not(any()))]
        #[rpc(alias = "on_alias")]
        async fn on(&self) -> u8;

        #[cfg(any())]
        async fn either(&self) -> String;

        #[cfg(not(any()))]
        async fn either(&self, a: u8) -> u8;

        #[cfg_attr(all(), doc = "Documented.")]
        #[cfg_attr(all(), allow(unused_variables))]
        #[allow(clippy::needless_lifetimes)]
        async fn last(&self, a: u8) -> u8 {
            0
        }
    }

    struct Service;

    impl Conditional for Service {
        async fn on(&self) -> u8 {
            1
        }

        async fn either(&self, a: u8) -> u8 {
            a
        }
    }

    #[rpc]
    #[cfg(any())]
    trait Absent {
        async fn hello(&self, missing: NoSuchType);
    }

    #[tokio::test]
    async fn cfg_removes_methods() {
        let client = memory::connect(ConditionalServer::new(Service));
        let stub = ConditionalClient::new(client.clone());
        assert_eq!(stub.on().await.unwrap(), 1);
        assert_eq!(stub.either(7).await.unwrap(), 7);
        assert_eq!(stub.last(7).await.unwrap(), 0);
        let aliased: u8 = client.call("on_alias", ()).await.unwrap();
        assert_eq!(aliased, 1);
        for name in ["off", "off_alias"] {
            let refused = client.call::<_, u8>(name, ()).await.unwrap_err();
            assert_eq!(
                refused.object().map(|object| object.code()),
                Some(code::METHOD_NOT_FOUND)
            );
        }
        let contract = ConditionalServer::<Service>::CONTRACT;
        assert_eq!(names(contract), ["on", "either", "last"]);
    }
}

mod bodies {
    use super::*;

    #[rpc]
    trait Counter {
        async fn add(&self, a: i64, b: i64) -> i64;

        fn twice(&self, a: i64) -> i64 {
            a * 2
        }

        async fn sum(&self, all: &[i64], note: Option<&str>) -> Result<i64, Internal> {
            let mut sum = 0;
            for one in all {
                sum = self.add(sum, *one).await;
            }
            match note {
                Some("twice") => Ok(self.twice(sum)),
                Some(_) => Err("no such note")?,
                None => Ok(sum),
            }
        }
    }

    struct Service;

    impl Counter for Service {
        async fn add(&self, a: i64, b: i64) -> i64 {
            a + b
        }
    }

    #[tokio::test]
    async fn default_bodies_run() {
        let client = CounterClient::new(memory::connect(CounterServer::new(Service)));
        assert_eq!(client.sum(&[1, 2, 3], None).await.unwrap(), 6);
        assert_eq!(client.sum(&[1, 2, 3], Some("twice")).await.unwrap(), 12);
        let failed = client.sum(&[], Some("")).await.unwrap_err();
        assert_eq!(
            failed.object().map(|object| object.code()),
            Some(code::INTERNAL_ERROR)
        );
    }
}

/// User names that the generated code also uses.
mod hygiene {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Args(u8);
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Index(u8);
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Method(u8);
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Params(u8);
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct ContextId(u8);
    #[allow(dead_code, reason = "only its name matters")]
    pub struct Service;
    #[allow(dead_code, reason = "only its name matters")]
    pub mod core {}
    #[allow(dead_code, reason = "only its name matters")]
    pub mod std {}

    pub(crate) type OneResult<T> = Result<T, Internal>;

    #[allow(clippy::too_many_arguments, reason = "one method has all the names")]
    #[rpc]
    trait Clash<C, S>
    where
        C: Serialize + DeserializeOwned + Sync,
        S: Serialize + DeserializeOwned + Sync,
    {
        async fn types(
            &self,
            a: Args,
            b: Index,
            c: Method,
            d: &Params,
            e: ContextId,
        ) -> (Args, Index, Method, Params, ContextId);

        async fn generics(&self, c: C, s: &S) -> (C, Option<S>);

        async fn locals(
            &self,
            params: u8,
            cx: u8,
            responder: &str,
            args: u8,
            method: u8,
            service: u8,
            client: u8,
            self_: u8,
            #[rpc(context)] context: &rpc_core::Context,
            #[rpc(default = "d")] default: &str,
            name: u8,
            index: Option<&str>,
        ) -> OneResult<String>;

        #[rpc(blocking)]
        fn block(
            &self,
            responder: &str,
            service: u8,
            blocking: u8,
            cx: u8,
            #[rpc(context)] held: &rpc_core::Context,
        ) -> ::std::result::Result<String, Internal>;

        async fn r#match(&self, r#type: &str, r#async: u8) -> String;

        async fn client(&self) -> u8;

        async fn call(&self) -> u8;
    }

    struct Both;

    impl Clash<u8, String> for Both {
        async fn types(
            &self,
            a: Args,
            b: Index,
            c: Method,
            d: &Params,
            e: ContextId,
        ) -> (Args, Index, Method, Params, ContextId) {
            (a, b, c, d.clone(), e)
        }

        async fn generics(&self, c: u8, s: &String) -> (u8, Option<String>) {
            (c, Some(s.clone()))
        }

        async fn locals(
            &self,
            params: u8,
            cx: u8,
            responder: &str,
            args: u8,
            method: u8,
            service: u8,
            client: u8,
            self_: u8,
            context: &rpc_core::Context,
            default: &str,
            name: u8,
            index: Option<&str>,
        ) -> OneResult<String> {
            let sum = params + cx + args + method + service + client + self_ + name;
            Ok(format!(
                "{sum} {responder} {default} {index:?} {}",
                context.method_name()
            ))
        }

        fn block(
            &self,
            responder: &str,
            service: u8,
            blocking: u8,
            cx: u8,
            held: &rpc_core::Context,
        ) -> Result<String, Internal> {
            let sum = service + blocking + cx;
            Ok(format!("{sum} {responder} {}", held.method_name()))
        }

        async fn r#match(&self, r#type: &str, r#async: u8) -> String {
            format!("{type} {async}", r#type = r#type, r#async = r#async)
        }

        async fn client(&self) -> u8 {
            1
        }

        async fn call(&self) -> u8 {
            2
        }
    }

    #[tokio::test]
    async fn names_do_not_clash() {
        let raw = memory::connect(ClashServer::<_, u8, String>::new(Both));
        let client = ClashClient::<u8, String, _>::new(raw.clone());
        let all = (Args(1), Index(2), Method(3), Params(4), ContextId(5));
        let (a, b, c, d, e) = all.clone();
        assert_eq!(client.types(a, b, c, &d, e).await.unwrap(), all);
        assert_eq!(
            client.generics(1, &"s".into()).await.unwrap(),
            (1, Some("s".into()))
        );
        assert_eq!(
            client
                .locals(1, 1, "r", 1, 1, 1, 1, 1, "d", 1, Some("i"))
                .await
                .unwrap(),
            r#"8 r d Some("i") locals"#
        );
        assert_eq!(client.block("r", 1, 1, 1).await.unwrap(), "3 r block");
        assert_eq!(client.r#match("t", 1).await.unwrap(), "t 1");
        assert_eq!(client.client().await.unwrap(), 1);
        assert_eq!(client.call().await.unwrap(), 2);
        let by_name: String = raw
            .call("match", json!({ "type": "x", "async": 2 }))
            .await
            .unwrap();
        assert_eq!(by_name, "x 2");
    }
}

mod renaming {
    use super::*;

    macro_rules! renamed {
        ($($module:ident $case:literal $method:literal $parameter:literal)*) => {
            $(mod $module {
                use super::*;

                #[rpc(rename_all = $case)]
                trait Renamed {
                    async fn list_all_2(&self, item_name: u8) -> u8;
                }

                struct Service;

                impl Renamed for Service {
                    async fn list_all_2(&self, item_name: u8) -> u8 {
                        item_name
                    }
                }

                #[tokio::test]
                async fn renames_methods_and_parameters() {
                    let client = memory::connect(RenamedServer::new(Service));
                    let params = json!({ $parameter: 4 });
                    let four: u8 = client.call($method, params).await.unwrap();
                    assert_eq!(four, 4);
                    assert_eq!(RenamedClient::new(client).list_all_2(5).await.unwrap(), 5);
                }
            })*
        };
    }

    renamed! {
        camel "camelCase" "listAll2" "itemName"
        snake "snake_case" "list_all_2" "item_name"
        kebab "kebab-case" "list-all-2" "item-name"
        pascal "PascalCase" "ListAll2" "ItemName"
        lower "lowercase" "listall2" "itemname"
        upper "UPPERCASE" "LISTALL2" "ITEMNAME"
        screaming "SCREAMING_SNAKE_CASE" "LIST_ALL_2" "ITEM_NAME"
        screaming_kebab "SCREAMING-KEBAB-CASE" "LIST-ALL-2" "ITEM-NAME"
    }

    #[rpc(namespace = "a;b", separator = "/", params = "named")]
    trait Odd {
        #[rpc(name = "say\"hi\"\\\u{1F600}\u{e9}", alias = ["$", "\u{fc}"])]
        async fn hi(&self, #[rpc(name = "p\u{e4}ram \"x\"")] x: u8) -> u8;
    }

    impl Odd for () {
        async fn hi(&self, x: u8) -> u8 {
            x
        }
    }

    #[tokio::test]
    async fn names_of_any_visible_characters() {
        let client = memory::connect(OddServer::new(()));
        assert_eq!(OddClient::new(client.clone()).hi(1).await.unwrap(), 1);
        for name in ["a;b/say\"hi\"\\\u{1F600}\u{e9}", "$", "\u{fc}"] {
            let params = json!({ "p\u{e4}ram \"x\"": 2 });
            let two: u8 = client.call(name, params).await.unwrap();
            assert_eq!(two, 2, "{name}");
        }
    }
}

mod places {
    use super::*;

    mod framework {
        pub(crate) use rpc_core as core;
    }

    #[framework::core::rpc(crate = "crate::macros::places::framework::core")]
    trait Reexported {
        async fn hello(&self) -> Result<u8, Never>;
    }

    #[derive(Debug, thiserror::Error, framework::core::RpcError)]
    #[error("never")]
    #[rpc(crate = "crate::macros::places::framework::core", code = 1)]
    struct Never;

    impl Reexported for () {
        async fn hello(&self) -> Result<u8, Never> {
            Err(Never)
        }
    }

    #[tokio::test]
    async fn through_a_re_export() {
        let client = ReexportedClient::new(memory::connect(ReexportedServer::new(())));
        assert!(matches!(
            client.hello().await,
            Err(CallError::Method(Never))
        ));
    }

    #[tokio::test]
    async fn inside_a_function() {
        #[derive(Serialize, Deserialize)]
        struct Local(u8);

        #[rpc]
        trait Inside {
            async fn unwrap(&self, local: Local) -> u8;
        }

        impl Inside for () {
            async fn unwrap(&self, local: Local) -> u8 {
                local.0
            }
        }

        let client = InsideClient::new(memory::connect(InsideServer::new(())));
        assert_eq!(client.unwrap(Local(3)).await.unwrap(), 3);
    }

    macro_rules! contract {
        ($name:ident, $method:ident, $parameter:ident: $t:ty = $default:expr, $reference:ty, $result:ty, $error:ty) => {
            #[rpc]
            trait $name {
                async fn $method(
                    &self,
                    #[rpc(default = $default)] $parameter: $t,
                    more: $reference,
                    cow: std::borrow::Cow<'_, str>,
                ) -> Result<$result, $error>;
            }

            impl $name for () {
                async fn $method(
                    &self,
                    $parameter: $t,
                    more: $reference,
                    cow: std::borrow::Cow<'_, str>,
                ) -> Result<$result, $error> {
                    Ok(($parameter, more.to_owned(), cow.into_owned()))
                }
            }
        };
    }

    contract!(Made, make, number: u8 = 9, &str, (u8, String, String), Internal);

    #[tokio::test]
    async fn inside_a_macro() {
        let raw = memory::connect(MadeServer::new(()));
        let client = MadeClient::new(raw.clone());
        let made = client.make(1, "m", "c".into()).await.unwrap();
        assert_eq!(made, (1, "m".into(), "c".into()));
        let made: Value = raw
            .call("make", json!({ "more": "m", "cow": "c" }))
            .await
            .unwrap();
        assert_eq!(made, json!([9, "m", "c"]));
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the test is about many parameters"
    )]
    #[rpc]
    trait Twenty {
        async fn sum(
            &self,
            a: u8,
            b: u8,
            c: u8,
            d: u8,
            e: u8,
            f: u8,
            g: u8,
            h: u8,
            i: u8,
            j: u8,
            k: u8,
            l: u8,
            m: u8,
            n: u8,
            o: u8,
            p: u8,
            q: u8,
            r: u8,
            s: u8,
            t: &str,
        ) -> String;
    }

    impl Twenty for () {
        async fn sum(
            &self,
            a: u8,
            b: u8,
            c: u8,
            d: u8,
            e: u8,
            f: u8,
            g: u8,
            h: u8,
            i: u8,
            j: u8,
            k: u8,
            l: u8,
            m: u8,
            n: u8,
            o: u8,
            p: u8,
            q: u8,
            r: u8,
            s: u8,
            t: &str,
        ) -> String {
            let all = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s];
            format!("{all:?} {t}")
        }
    }

    #[tokio::test]
    async fn twenty_parameters() {
        let client = TwentyClient::new(memory::connect(TwentyServer::new(())));
        let all = client
            .sum(
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, "t",
            )
            .await
            .unwrap();
        assert_eq!(
            all,
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19] t"
        );
    }
}

mod errors {
    use super::*;

    #[derive(Debug, Clone, PartialEq, thiserror::Error, RpcError)]
    enum Failure<T> {
        #[error("unit")]
        #[rpc(code = 1)]
        Unit,
        #[error("one {0:?}")]
        #[rpc(code = 2)]
        One(T),
        #[error("two {0} {1}")]
        #[rpc(code = 3)]
        Two(u8, String),
        #[error("named {a}")]
        #[rpc(code = -4)]
        Named {
            a: u8,
            #[rpc(skip)]
            trace: String,
            r#type: Option<u8>,
        },
        #[error("the secret is {0}")]
        #[rpc(internal)]
        Secret(String),
    }

    #[derive(Debug, Clone, PartialEq, thiserror::Error, RpcError)]
    #[error("named {left}")]
    #[rpc(code = 10)]
    struct Named {
        left: u8,
        #[rpc(skip)]
        trace: String,
    }

    #[derive(Debug, Clone, PartialEq, thiserror::Error, RpcError)]
    #[error("tuple {0}")]
    #[rpc(code = 11)]
    struct Tuple(u8, String);

    #[derive(Debug, Clone, PartialEq, thiserror::Error, RpcError)]
    #[error("unit")]
    #[rpc(code = 12)]
    struct Unit;

    #[rpc]
    trait Failing {
        async fn failure(&self, which: u8) -> Result<(), Failure<Vec<u8>>>;

        async fn named(&self) -> Result<(), Named>;

        async fn tuple(&self) -> Result<(), Tuple>;

        async fn unit(&self) -> std::result::Result<(), Unit>;
    }

    impl Failing for () {
        async fn failure(&self, which: u8) -> Result<(), Failure<Vec<u8>>> {
            Err(match which {
                0 => Failure::Unit,
                1 => Failure::One(vec![1]),
                2 => Failure::Two(2, "two".into()),
                3 => Failure::Named {
                    a: 3,
                    trace: "hidden".into(),
                    r#type: None,
                },
                _ => Failure::Secret("hidden".into()),
            })
        }

        async fn named(&self) -> Result<(), Named> {
            Err(Named {
                left: 1,
                trace: "hidden".into(),
            })
        }

        async fn tuple(&self) -> Result<(), Tuple> {
            Err(Tuple(1, "t".into()))
        }

        async fn unit(&self) -> Result<(), Unit> {
            Err(Unit)
        }
    }

    /// The method's own error, from a failed call.
    fn own<E: fmt::Debug>(result: Result<(), CallError<E>>) -> E {
        match result {
            Err(CallError::Method(error)) => error,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn variants_and_structs_come_back() {
        let client = FailingClient::new(memory::connect(FailingServer::new(())));
        let expected = [
            Failure::Unit,
            Failure::One(vec![1]),
            Failure::Two(2, "two".into()),
            Failure::Named {
                a: 3,
                trace: String::new(),
                r#type: None,
            },
        ];
        for (which, expected) in expected.into_iter().enumerate() {
            assert_eq!(own(client.failure(which as u8).await), expected);
        }
        let named = Named {
            left: 1,
            trace: String::new(),
        };
        assert_eq!(own(client.named().await), named);
        assert_eq!(own(client.tuple().await), Tuple(1, "t".into()));
        assert_eq!(own(client.unit().await), Unit);
    }

    #[tokio::test]
    async fn error_objects_on_the_wire() {
        let client = memory::connect(FailingServer::new(()));
        let mut replies = Vec::new();
        for call in [
            r#"{"jsonrpc":"2.0","id":1,"method":"failure","params":[0]}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"failure","params":[1]}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"failure","params":[2]}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"failure","params":[3]}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"failure","params":[4]}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"named"}"#,
        ] {
            let reply = client.send(call).await.unwrap().unwrap();
            let mut reply: Value = serde_json::from_str(&reply).unwrap();
            replies.push(reply["error"].take());
        }
        let expected = [
            json!({ "code": 1, "message": "unit" }),
            json!({ "code": 2, "message": "one [1]", "data": [1] }),
            json!({ "code": 3, "message": "two 2 two", "data": [2, "two"] }),
            json!({ "code": -4, "message": "named 3", "data": { "a": 3, "type": null } }),
            json!({ "code": -32603, "message": "Internal error" }),
            json!({ "code": 10, "message": "named 1", "data": { "left": 1 } }),
        ];
        assert_eq!(replies, expected);
    }
}

mod contract {
    use super::*;

    /// Orders placed
    /// with the shop.
    #[rpc(namespace = "shop", rename_all = "camelCase")]
    trait Table<T: Serialize + DeserializeOwned + Sync> {
        /// Places an order.
        ///
        /// In a second paragraph.
        #[rpc(alias = ["put", "shop.add"], idempotent)]
        #[deprecated(since = "2.0.0", note = "use `list`")]
        async fn place_order(
            &self,
            item_name: &str,
            #[rpc(context)] cx: &rpc_core::Context,
            #[rpc(default = 2 * 10)] limit: u32,
            #[rpc(default)] maybe: Option<Vec<T>>,
        ) -> Result<Vec<T>, Sold>;

        #[rpc(notification, params = "named")]
        async fn seen(&self, parcel: std::borrow::Cow<'_, str>);

        #[rpc(blocking)]
        #[deprecated]
        fn block(&self, #[rpc(flatten)] all: HashMap<String, u8>) -> u8;
    }

    #[derive(Debug, thiserror::Error, RpcError)]
    enum Sold {
        /// Nothing left.
        #[error("sold out")]
        #[rpc(code = 7)]
        Out,
        #[error("internal")]
        #[rpc(internal)]
        #[allow(dead_code, reason = "the test checks that it has no code in the table")]
        Internal,
    }

    #[allow(deprecated)]
    impl Table<u8> for () {
        async fn place_order(
            &self,
            _: &str,
            _: &rpc_core::Context,
            _: u32,
            _: Option<Vec<u8>>,
        ) -> Result<Vec<u8>, Sold> {
            Err(Sold::Out)
        }

        async fn seen(&self, _: std::borrow::Cow<'_, str>) {}

        fn block(&self, all: HashMap<String, u8>) -> u8 {
            all.into_values().sum()
        }
    }

    #[test]
    fn the_metadata_matches_the_trait() {
        let contract = TableServer::<(), u8>::CONTRACT;
        assert_eq!(contract.name, "Table");
        assert_eq!(contract.docs, "Orders placed\nwith the shop.");
        assert_eq!(
            names(contract),
            ["shop.placeOrder", "shop.seen", "shop.block"]
        );

        let place = contract.method("put").unwrap();
        assert_eq!(place.name, "shop.placeOrder");
        assert_eq!(place.aliases[..], ["put", "shop.add"]);
        assert_eq!(place.docs, "Places an order.\n\nIn a second paragraph.");
        assert_eq!(place.style, ParamsStyle::Positional);
        let params = place
            .params
            .iter()
            .map(|parameter| (parameter.name, parameter.ty, parameter.default));
        assert_eq!(
            params.collect::<Vec<_>>(),
            [
                ("itemName", "&str", None),
                ("limit", "u32", Some("2 * 10")),
                ("maybe", "Option<Vec<T>>", Some("Default::default()")),
            ]
        );
        assert_eq!(place.result, "Vec<T>");
        let errors = place
            .errors
            .iter()
            .map(|error| (error.code, error.name, error.docs));
        assert_eq!(errors.collect::<Vec<_>>(), [(7, "Out", "Nothing left.")]);
        assert_eq!(place.deprecated, Some("use `list`"));
        assert!(place.idempotent && !place.notification && !place.blocking);

        let seen = contract.method("shop.seen").unwrap();
        assert!(seen.notification && !seen.idempotent);
        assert_eq!(seen.style, ParamsStyle::Named);
        assert_eq!(seen.params[0].ty, "std::borrow::Cow<'_, str>");
        assert_eq!((seen.result, seen.docs.as_ref()), ("()", ""));
        assert_eq!((seen.errors, seen.deprecated), (&[][..], None));

        let block = contract.method("shop.block").unwrap();
        assert_eq!(
            (block.style, block.deprecated),
            (ParamsStyle::Whole, Some(""))
        );
        assert!(block.blocking);
    }

    #[tokio::test]
    #[allow(deprecated)]
    async fn calls_match_the_metadata() {
        let client = memory::connect(TableServer::<(), u8>::new(()));
        let stub = TableClient::<u8, _>::new(client.clone());
        assert!(matches!(
            stub.place_order("tea", 1, None).await,
            Err(CallError::Method(Sold::Out))
        ));
        let all = HashMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]);
        assert_eq!(stub.block(all).await.unwrap(), 3);
        stub.seen("parcel".into()).await.unwrap();
        let same = TableClient::<u8, rpc_core::memory::Memory<TableServer<(), u8>>>::CONTRACT;
        assert_eq!(names(same), names(TableServer::<(), u8>::CONTRACT));
    }
}
