#[allow(dead_code)]
trait Eth {
    fn block_number(
        &self,
    ) -> impl ::core::future::Future<Output = Quantity> + ::core::marker::Send;
    fn new_heads(&self) -> impl Stream<Item = Head> + ::core::marker::Send;
    fn logs(
        &self,
        filter: &Filter,
    ) -> impl ::core::future::Future<
        Output = Result<impl Stream<Item = Log> + ::core::marker::Send, EthError>,
    > + ::core::marker::Send;
}
/**Calls [`Eth`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct EthClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> EthClient<C> {
    ///Calls [`Eth`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        EthClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Calls `eth_blockNumber`. The method itself can't fail.*/
    fn block_number(
        &self,
    ) -> ::rpc_core::__private::Call<C, Quantity, ::core::convert::Infallible> {
        self.client
            .start("eth_blockNumber")
            .call_unless_result::<
                Quantity,
                ::core::convert::Infallible,
                {
                    #[allow(unused_imports)]
                    use ::rpc_core::__private::Unprobed as _;
                    <::rpc_core::__private::Probe<Quantity>>::IS_RESULT
                },
            >()
    }
    /**

Opens the stream `eth_subscribe newHeads`. The method itself can't fail.*/
    fn new_heads(
        &self,
    ) -> ::rpc_core::__private::StreamCall<C, Head, ::core::convert::Infallible> {
        self.client
            .start("eth_subscribe")
            .argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "", "newHeads")
            .subscription::<Head, ::core::convert::Infallible>("eth_unsubscribe")
    }
    /**

Opens the stream `eth_subscribe logs`.*/
    fn logs(
        &self,
        filter: &Filter,
    ) -> ::rpc_core::__private::StreamCall<C, Log, EthError> {
        self.client
            .start("eth_subscribe")
            .argument::<str>(::rpc_core::__private::ParamsStyle::Positional, "", "logs")
            .argument::<
                Filter,
            >(::rpc_core::__private::ParamsStyle::Positional, "filter", filter)
            .secret(
                ::rpc_core::__private::Secret::param("eth_subscribe", 1usize, "filter"),
            )
            .subscription::<Log, EthError>("eth_unsubscribe")
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for EthClient<C> {
    fn clone(&self) -> Self {
        EthClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for EthClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Eth`]. A clone shares it.
struct EthServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Eth + ::rpc_core::__private::Shareable> EthServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<EthServer<()>, S, __Form>,
    ) -> Self {
        EthServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        EthServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Eth + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for EthServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for EthServer<S> {
    fn clone(&self) -> Self {
        EthServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for EthServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(EthServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    #[allow(unused_imports)]
    const _: () = {
        use __rpc::Unprobed as _;
        __rpc::check_value::<Quantity, { <__rpc::Probe<Quantity>>::IS_RESULT }>();
        __rpc::check_value::<Head, { <__rpc::Probe<Head>>::IS_RESULT }>();
        __rpc::check_value::<Log, { <__rpc::Probe<Log>>::IS_RESULT }>();
    };
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("eth_blockNumber", "")
                .params(__rpc::ParamsStyle::Positional, &[])
                .result("Quantity")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
            __rpc::Method::new("eth_subscribe newHeads", "")
                .params(__rpc::ParamsStyle::Positional, &[])
                .result("SubscriptionId")
                .subscription(
                    "Head",
                    __rpc::Subscription::ethereum(
                        "eth_unsubscribe",
                        "eth_subscription",
                        "newHeads",
                    ),
                )
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
            __rpc::Method::new("eth_subscribe logs", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("filter", "&Filter").secret()],
                )
                .result("SubscriptionId")
                .subscription(
                    "Log",
                    __rpc::Subscription::ethereum(
                        "eth_unsubscribe",
                        "eth_subscription",
                        "logs",
                    ),
                )
                .errors(<EthError as __rpc::MethodError>::CODES),
            __rpc::Method::new("eth_unsubscribe", "Closes a subscription.")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("subscription", "SubscriptionId")],
                )
                .result("bool")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Eth",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"))
            .namespace("eth");
    }
    impl<C: __rpc::Transport> EthClient<C> {
        ///What [`Eth`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        block_number,
        new_heads,
        logs,
        __unsubscribe_new_heads,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const block_number: usize = __Index::block_number as usize;
        const new_heads: usize = __Index::new_heads as usize;
        const logs: usize = __Index::logs as usize;
        const __unsubscribe_new_heads: usize = __Index::__unsubscribe_new_heads as usize;
    }
    const __NAMES: &[(&str, usize)] = &[
        ("eth_blockNumber", __Position::block_number),
        ("eth_subscribe newHeads", __Position::new_heads),
        ("eth_subscribe logs", __Position::logs),
        ("eth_unsubscribe", __Position::__unsubscribe_new_heads),
    ];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        block_number {},
        new_heads {},
        logs { filter: <Filter as __rpc::BorrowedParam>::Held<'de> },
        __unsubscribe_new_heads { subscription: ::rpc_core::__private::SubscriptionId },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Eth + __rpc::Shareable> EthServer<S> {
        ///What [`Eth`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Eth + __rpc::Shareable> __rpc::Service for EthServer<S>
    where
        Filter: ::core::marker::Send,
    {
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
                __Position::block_number => {
                    let () = params.read_into((), &[], __rpc::Strictness::Strict)?;
                    ::core::result::Result::Ok(__Args::block_number {})
                }
                __Position::new_heads => {
                    let (_, ()) = params
                        .read_into(
                            (__rpc::Slot::<__rpc::Topic>::empty(), ()),
                            &[""],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::new_heads {})
                }
                __Position::logs => {
                    let (_, (filter, ())) = params
                        .read_into(
                            (
                                __rpc::Slot::<__rpc::Topic>::empty(),
                                (__rpc::Slot::empty(), ()),
                            ),
                            &["", "filter"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::logs {
                        filter: filter.required("filter")?,
                    })
                }
                __Position::__unsubscribe_new_heads => {
                    let (subscription, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["subscription"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::__unsubscribe_new_heads {
                        subscription: subscription.required("subscription")?,
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
                __Args::block_number {} => {
                    responder
                        .value_unless_result::<
                            Quantity,
                            {
                                #[allow(unused_imports)]
                                use __rpc::Unprobed as _;
                                <__rpc::Probe<Quantity>>::IS_RESULT
                            },
                        >(<S as Eth>::block_number(&*self.service).await)
                }
                __Args::new_heads {} => {
                    responder
                        .stream(
                            cx,
                            <S as Eth>::new_heads(&*self.service),
                            |item, sender| sender.value::<Head>(item),
                        )
                        .await
                }
                __Args::logs { filter } => {
                    match <S as Eth>::logs(
                            &*self.service,
                            <Filter as __rpc::BorrowedParam>::lend(&filter),
                        )
                        .await
                        .map_err(|error| <EthError as __rpc::MethodError>::into_error_object(
                            error,
                        ))
                    {
                        ::core::result::Result::Ok(stream) => {
                            responder
                                .stream(
                                    cx,
                                    stream,
                                    |item, sender| sender.value::<Log>(item),
                                )
                                .await
                        }
                        ::core::result::Result::Err(error) => {
                            ::core::convert::From::from(error)
                        }
                    }
                }
                __Args::__unsubscribe_new_heads { subscription } => {
                    responder.unsubscribe_known(cx, &subscription)
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
