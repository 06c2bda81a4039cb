#[allow(dead_code)]
trait Store<K: Serialize + DeserializeOwned, const N: usize>: Debug
where
    K: Ord,
{
    fn put(
        &self,
        key: K,
    ) -> impl ::core::future::Future<Output = u64> + ::core::marker::Send;
    fn put_twice(
        &self,
        key: K,
    ) -> impl ::core::future::Future<Output = u64> + ::core::marker::Send
    where
        Self: ::core::marker::Sync,
    {
        async move { self.put(key).await }
    }
}
/**Calls [`Store`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct StoreClient<
    K,
    const N: usize,
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> (K,)>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<
    K: Serialize + DeserializeOwned,
    const N: usize,
    C: ::rpc_core::__private::Transport,
> StoreClient<K, N, C>
where
    K: Ord,
{
    ///Calls [`Store`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        StoreClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Calls `put`. The method itself can't fail.*/
    fn put(
        &self,
        key: K,
    ) -> ::rpc_core::__private::Call<C, u64, ::core::convert::Infallible> {
        self.client
            .start("put")
            .argument::<K>(::rpc_core::__private::ParamsStyle::Positional, "key", &key)
            .call::<u64, ::core::convert::Infallible>()
    }
    /**

Calls `put_twice`. The method itself can't fail.*/
    fn put_twice(
        &self,
        key: K,
    ) -> ::rpc_core::__private::Call<C, u64, ::core::convert::Infallible> {
        self.client
            .start("put_twice")
            .argument::<K>(::rpc_core::__private::ParamsStyle::Positional, "key", &key)
            .call::<u64, ::core::convert::Infallible>()
    }
}
impl<K, const N: usize, C: ::rpc_core::__private::Transport> ::core::clone::Clone
for StoreClient<K, N, C> {
    fn clone(&self) -> Self {
        StoreClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<K, const N: usize, C: ::rpc_core::__private::Transport> ::core::fmt::Debug
for StoreClient<K, N, C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Store`]. A clone shares it.
struct StoreServer<
    S: ?::core::marker::Sized + 'static,
    K: Serialize + DeserializeOwned,
    const N: usize,
>
where
    K: Ord,
{
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> (K,)>,
}
impl<
    S: Store<K, N> + ::rpc_core::__private::Shareable,
    K: Serialize + DeserializeOwned,
    const N: usize,
> StoreServer<S, K, N>
where
    K: Ord,
{
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<StoreServer<(), K, N>, S, __Form>,
    ) -> Self {
        StoreServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        StoreServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<
    S: Store<K, N> + ?::core::marker::Sized,
    K: Serialize + DeserializeOwned,
    const N: usize,
> ::rpc_core::__private::ImplementedBy<S> for StoreServer<(), K, N>
where
    K: Ord,
{}
impl<
    S: ?::core::marker::Sized + 'static,
    K: Serialize + DeserializeOwned,
    const N: usize,
> ::core::clone::Clone for StoreServer<S, K, N>
where
    K: Ord,
{
    fn clone(&self) -> Self {
        StoreServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<
    S: ?::core::marker::Sized + 'static,
    K: Serialize + DeserializeOwned,
    const N: usize,
> ::core::fmt::Debug for StoreServer<S, K, N>
where
    K: Ord,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(StoreServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    struct __Table<K: Serialize + DeserializeOwned, const N: usize>(
        ::core::marker::PhantomData<fn() -> (K,)>,
    )
    where
        K: Ord;
    impl<K: Serialize + DeserializeOwned, const N: usize> __Table<K, N>
    where
        K: Ord,
    {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("put", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("key", "K")],
                )
                .result("u64")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
            __rpc::Method::new("put_twice", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("key", "K")],
                )
                .result("u64")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Store",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"));
    }
    impl<
        K: Serialize + DeserializeOwned,
        const N: usize,
        C: __rpc::Transport,
    > StoreClient<K, N, C>
    where
        K: Ord,
    {
        ///What [`Store`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::<K, N>::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        put,
        put_twice,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const put: usize = __Index::put as usize;
        const put_twice: usize = __Index::put_twice as usize;
    }
    const __NAMES: &[(&str, usize)] = &[
        ("put", __Position::put),
        ("put_twice", __Position::put_twice),
    ];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de, K: Serialize + DeserializeOwned, const N: usize>
    where
        K: Ord,
    {
        put { key: K },
        put_twice { key: K },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> (K,)>,
            ::core::convert::Infallible,
        ),
    }
    impl<
        S: Store<K, N> + __rpc::Shareable,
        K: Serialize + DeserializeOwned,
        const N: usize,
    > StoreServer<S, K, N>
    where
        K: Ord,
    {
        ///What [`Store`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::<K, N>::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<
        S: Store<K, N> + __rpc::Shareable,
        K: Serialize + DeserializeOwned,
        const N: usize,
    > __rpc::Service for StoreServer<S, K, N>
    where
        K: Ord,
        K: ::core::marker::Send + 'static,
    {
        type Args<'de> = __Args<'de, K, N>;
        fn contracts(&self) -> ::std::vec::Vec<__rpc::Contract> {
            ::std::vec![::core::clone::Clone::clone(Self::CONTRACT)]
        }
        #[inline]
        fn find(&self, name: &str) -> ::core::option::Option<__rpc::ResolvedMethod> {
            let index = __LOOKUP.find(name)?;
            ::core::option::Option::Some(
                __rpc::ResolvedMethod::new(&Self::CONTRACT.methods[index], index),
            )
        }
        #[allow(unused_variables)]
        fn decode<'de>(
            &self,
            method: &__rpc::ResolvedMethod,
            params: __rpc::Params<'_, 'de>,
        ) -> ::core::result::Result<Self::Args<'de>, __rpc::InvalidParams> {
            match method.index() {
                __Position::put => {
                    let (key, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["key"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::put {
                        key: key.required("key")?,
                    })
                }
                __Position::put_twice => {
                    let (key, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["key"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::put_twice {
                        key: key.required("key")?,
                    })
                }
                _ => ::core::result::Result::Err(__rpc::InvalidParams::foreign_method()),
            }
        }
        #[allow(unused_variables, clippy::redundant_closure)]
        async fn call(
            &self,
            args: Self::Args<'_>,
            cx: &__rpc::Context,
            responder: __rpc::Responder,
        ) -> __rpc::Outcome {
            match args {
                __Args::put { key } => {
                    responder
                        .value::<u64>(<S as Store<K, N>>::put(&*self.service, key).await)
                }
                __Args::put_twice { key } => {
                    responder
                        .value::<
                            u64,
                        >(<S as Store<K, N>>::put_twice(&*self.service, key).await)
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
