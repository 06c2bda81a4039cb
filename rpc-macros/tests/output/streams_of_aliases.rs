#[allow(dead_code)]
trait Prices {
    fn open(&self) -> PriceResult<impl Stream<Item = u32> + Send>;
    fn fallible(
        &self,
    ) -> impl ::core::future::Future<
        Output = impl Stream<Item = PriceResult<u32>> + ::core::marker::Send,
    > + ::core::marker::Send
    where
        Self: ::core::marker::Sync,
    {
        async move { stream::empty() }
    }
}
/**Calls [`Prices`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct PricesClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> PricesClient<C> {
    ///Calls [`Prices`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        PricesClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Opens the stream `open`.*/
    fn open(
        &self,
    ) -> ::rpc_core::__private::StreamCall<
        C,
        u32,
        <PriceResult<
            (),
        > as ::rpc_core::__private::MethodResult<
            {
                #[allow(unused_imports)]
                use ::rpc_core::__private::Unprobed as _;
                <::rpc_core::__private::Probe<PriceResult<()>>>::IS_RESULT
            },
        >>::Error,
    > {
        self.client
            .start("open")
            .stream::<
                u32,
                <PriceResult<
                    (),
                > as ::rpc_core::__private::MethodResult<
                    {
                        #[allow(unused_imports)]
                        use ::rpc_core::__private::Unprobed as _;
                        <::rpc_core::__private::Probe<PriceResult<()>>>::IS_RESULT
                    },
                >>::Error,
            >()
    }
    /**

Opens the stream `fallible`.*/
    fn fallible(
        &self,
    ) -> ::rpc_core::__private::StreamCall<
        C,
        <PriceResult<
            u32,
        > as ::rpc_core::__private::MethodResult<
            {
                #[allow(unused_imports)]
                use ::rpc_core::__private::Unprobed as _;
                <::rpc_core::__private::Probe<PriceResult<u32>>>::IS_RESULT
            },
        >>::Ok,
        <PriceResult<
            u32,
        > as ::rpc_core::__private::MethodResult<
            {
                #[allow(unused_imports)]
                use ::rpc_core::__private::Unprobed as _;
                <::rpc_core::__private::Probe<PriceResult<u32>>>::IS_RESULT
            },
        >>::Error,
    > {
        self.client
            .start("fallible")
            .stream::<
                <PriceResult<
                    u32,
                > as ::rpc_core::__private::MethodResult<
                    {
                        #[allow(unused_imports)]
                        use ::rpc_core::__private::Unprobed as _;
                        <::rpc_core::__private::Probe<PriceResult<u32>>>::IS_RESULT
                    },
                >>::Ok,
                <PriceResult<
                    u32,
                > as ::rpc_core::__private::MethodResult<
                    {
                        #[allow(unused_imports)]
                        use ::rpc_core::__private::Unprobed as _;
                        <::rpc_core::__private::Probe<PriceResult<u32>>>::IS_RESULT
                    },
                >>::Error,
            >()
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for PricesClient<C> {
    fn clone(&self) -> Self {
        PricesClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for PricesClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Prices`]. A clone shares it.
struct PricesServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Prices + ::rpc_core::__private::Shareable> PricesServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<PricesServer<()>, S, __Form>,
    ) -> Self {
        PricesServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        PricesServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Prices + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for PricesServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for PricesServer<S> {
    fn clone(&self) -> Self {
        PricesServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for PricesServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(PricesServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("open", "")
                .params(__rpc::ParamsStyle::Positional, &[])
                .result("()")
                .stream("u32")
                .errors(
                    <<PriceResult<
                        (),
                    > as __rpc::MethodResult<
                        {
                            #[allow(unused_imports)]
                            use __rpc::Unprobed as _;
                            <__rpc::Probe<PriceResult<()>>>::IS_RESULT
                        },
                    >>::Error as __rpc::MethodError>::CODES,
                ),
            __rpc::Method::new("fallible", "")
                .params(__rpc::ParamsStyle::Positional, &[])
                .result("()")
                .stream("PriceResult<u32>")
                .errors(
                    <<PriceResult<
                        u32,
                    > as __rpc::MethodResult<
                        {
                            #[allow(unused_imports)]
                            use __rpc::Unprobed as _;
                            <__rpc::Probe<PriceResult<u32>>>::IS_RESULT
                        },
                    >>::Error as __rpc::MethodError>::CODES,
                ),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Prices",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"));
    }
    impl<C: __rpc::Transport> PricesClient<C> {
        ///What [`Prices`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        open,
        fallible,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const open: usize = __Index::open as usize;
        const fallible: usize = __Index::fallible as usize;
    }
    const __NAMES: &[(&str, usize)] = &[
        ("open", __Position::open),
        ("fallible", __Position::fallible),
    ];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        open {},
        fallible {},
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Prices + __rpc::Shareable> PricesServer<S> {
        ///What [`Prices`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Prices + __rpc::Shareable> __rpc::Service for PricesServer<S> {
        type Args<'de> = __Args<'de>;
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
                __Position::open => {
                    let () = params.read_into((), &[], __rpc::Strictness::Strict)?;
                    ::core::result::Result::Ok(__Args::open {})
                }
                __Position::fallible => {
                    let () = params.read_into((), &[], __rpc::Strictness::Strict)?;
                    ::core::result::Result::Ok(__Args::fallible {})
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
                __Args::open {} => {
                    match <S as Prices>::open(&*self.service)
                        .map_err(|error| <<PriceResult<
                            (),
                        > as __rpc::MethodResult<
                            {
                                #[allow(unused_imports)]
                                use __rpc::Unprobed as _;
                                <__rpc::Probe<PriceResult<()>>>::IS_RESULT
                            },
                        >>::Error as __rpc::MethodError>::into_error_object(error))
                    {
                        ::core::result::Result::Ok(stream) => {
                            responder
                                .stream(
                                    cx,
                                    stream,
                                    |item, sender| sender.value::<u32>(item),
                                )
                                .await
                        }
                        ::core::result::Result::Err(error) => {
                            ::core::convert::From::from(error)
                        }
                    }
                }
                __Args::fallible {} => {
                    responder
                        .stream(
                            cx,
                            <S as Prices>::fallible(&*self.service).await,
                            |item, sender| {
                                sender
                                    .value_or::<
                                        <PriceResult<
                                            u32,
                                        > as __rpc::MethodResult<
                                            {
                                                #[allow(unused_imports)]
                                                use __rpc::Unprobed as _;
                                                <__rpc::Probe<PriceResult<u32>>>::IS_RESULT
                                            },
                                        >>::Ok,
                                        <PriceResult<
                                            u32,
                                        > as __rpc::MethodResult<
                                            {
                                                #[allow(unused_imports)]
                                                use __rpc::Unprobed as _;
                                                <__rpc::Probe<PriceResult<u32>>>::IS_RESULT
                                            },
                                        >>::Error,
                                    >(
                                        <PriceResult<
                                            u32,
                                        > as __rpc::MethodResult<
                                            {
                                                #[allow(unused_imports)]
                                                use __rpc::Unprobed as _;
                                                <__rpc::Probe<PriceResult<u32>>>::IS_RESULT
                                            },
                                        >>::into_result(item),
                                        |error| <<PriceResult<
                                            u32,
                                        > as __rpc::MethodResult<
                                            {
                                                #[allow(unused_imports)]
                                                use __rpc::Unprobed as _;
                                                <__rpc::Probe<PriceResult<u32>>>::IS_RESULT
                                            },
                                        >>::Error as __rpc::MethodError>::into_error_object(error),
                                    )
                            },
                        )
                        .await
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
