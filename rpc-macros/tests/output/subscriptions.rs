#[allow(dead_code)]
trait Chain {
    fn subscribe_heads(
        &self,
        from: u64,
    ) -> impl Stream<Item = Head> + ::core::marker::Send;
}
/**Calls [`Chain`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct ChainClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> ChainClient<C> {
    ///Calls [`Chain`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        ChainClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Opens the stream `chain_subscribeHeads`. The method itself can't fail.*/
    fn subscribe_heads(
        &self,
        from: u64,
    ) -> ::rpc_core::__private::StreamCall<C, Head, ::core::convert::Infallible> {
        self.client
            .start("chain_subscribeHeads")
            .argument::<
                u64,
            >(::rpc_core::__private::ParamsStyle::Positional, "from", &from)
            .subscription::<Head, ::core::convert::Infallible>("chain_unsubscribeHeads")
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for ChainClient<C> {
    fn clone(&self) -> Self {
        ChainClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for ChainClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Chain`]. A clone shares it.
struct ChainServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Chain + ::rpc_core::__private::Shareable> ChainServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<ChainServer<()>, S, __Form>,
    ) -> Self {
        ChainServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        ChainServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Chain + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for ChainServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for ChainServer<S> {
    fn clone(&self) -> Self {
        ChainServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for ChainServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(ChainServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    #[allow(unused_imports)]
    const _: () = {
        use __rpc::Unprobed as _;
        __rpc::check_value::<Head, { <__rpc::Probe<Head>>::IS_RESULT }>();
    };
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("chain_subscribeHeads", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("from", "u64")],
                )
                .result("SubscriptionId")
                .subscription(
                    "Head",
                    __rpc::Subscription::new("chain_unsubscribeHeads", "chain_head"),
                )
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
            __rpc::Method::new(
                    "chain_unsubscribeHeads",
                    "Closes a subscription of `chain_subscribeHeads`.",
                )
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("subscription", "SubscriptionId")],
                )
                .result("bool")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Chain",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"))
            .namespace("chain");
    }
    impl<C: __rpc::Transport> ChainClient<C> {
        ///What [`Chain`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        subscribe_heads,
        __unsubscribe_subscribe_heads,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const subscribe_heads: usize = __Index::subscribe_heads as usize;
        const __unsubscribe_subscribe_heads: usize = __Index::__unsubscribe_subscribe_heads
            as usize;
    }
    const __NAMES: &[(&str, usize)] = &[
        ("chain_subscribeHeads", __Position::subscribe_heads),
        ("chain_unsubscribeHeads", __Position::__unsubscribe_subscribe_heads),
    ];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        subscribe_heads { from: u64 },
        __unsubscribe_subscribe_heads {
            subscription: ::rpc_core::__private::SubscriptionId,
        },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Chain + __rpc::Shareable> ChainServer<S> {
        ///What [`Chain`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Chain + __rpc::Shareable> __rpc::Service for ChainServer<S> {
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
                __Position::subscribe_heads => {
                    let (from, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["from"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::subscribe_heads {
                        from: from.required("from")?,
                    })
                }
                __Position::__unsubscribe_subscribe_heads => {
                    let (subscription, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["subscription"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::__unsubscribe_subscribe_heads {
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
                __Args::subscribe_heads { from } => {
                    responder
                        .stream(
                            cx,
                            <S as Chain>::subscribe_heads(&*self.service, from),
                            |item, sender| sender.value::<Head>(item),
                        )
                        .await
                }
                __Args::__unsubscribe_subscribe_heads { subscription } => {
                    responder.unsubscribe(cx, &subscription)
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
