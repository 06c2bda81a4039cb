#[allow(dead_code)]
trait Prices {
    /// Watches a price.
    fn watch(&self, symbol: &str) -> impl Stream<Item = Price> + ::core::marker::Send;
    fn fills(
        &self,
        account: &str,
    ) -> impl ::core::future::Future<
        Output = Result<
            impl Stream<Item = Result<Fill, FillError>> + Unpin + ::core::marker::Send,
            FillError,
        >,
    > + ::core::marker::Send;
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
    /// Watches a price.
    /**

Opens the stream `watch`. The method itself can't fail.*/
    fn watch(
        &self,
        symbol: &str,
    ) -> ::rpc_core::__private::StreamCall<C, Price, ::core::convert::Infallible> {
        self.client
            .start("watch")
            .argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "symbol", symbol)
            .stream::<Price, ::core::convert::Infallible>()
    }
    /**

Opens the stream `fills`.*/
    fn fills(
        &self,
        account: &str,
    ) -> ::rpc_core::__private::StreamCall<C, Fill, FillError> {
        self.client
            .start("fills")
            .argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "account", account)
            .stream::<Fill, FillError>()
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
    #[allow(unused_imports)]
    const _: () = {
        use __rpc::Unprobed as _;
        __rpc::check_value::<Price, { <__rpc::Probe<Price>>::IS_RESULT }>();
        __rpc::check_value::<Fill, { <__rpc::Probe<Fill>>::IS_RESULT }>();
    };
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("watch", "Watches a price.")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("symbol", "&str")],
                )
                .result("()")
                .stream("Price")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
            __rpc::Method::new("fills", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("account", "&str")],
                )
                .result("()")
                .stream("Fill")
                .errors(<FillError as __rpc::MethodError>::CODES),
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
        watch,
        fills,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const watch: usize = __Index::watch as usize;
        const fills: usize = __Index::fills as usize;
    }
    const __NAMES: &[(&str, usize)] = &[
        ("watch", __Position::watch),
        ("fills", __Position::fills),
    ];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        watch { symbol: <str as __rpc::BorrowedParam>::Held<'de> },
        fills { account: <str as __rpc::BorrowedParam>::Held<'de> },
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
                __Position::watch => {
                    let (symbol, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["symbol"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::watch {
                        symbol: symbol.required("symbol")?,
                    })
                }
                __Position::fills => {
                    let (account, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["account"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::fills {
                        account: account.required("account")?,
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
                __Args::watch { symbol } => {
                    responder
                        .stream(
                            cx,
                            <S as Prices>::watch(
                                &*self.service,
                                <str as __rpc::BorrowedParam>::lend(&symbol),
                            ),
                            |item, sender| sender.value::<Price>(item),
                        )
                        .await
                }
                __Args::fills { account } => {
                    match <S as Prices>::fills(
                            &*self.service,
                            <str as __rpc::BorrowedParam>::lend(&account),
                        )
                        .await
                        .map_err(|error| <FillError as __rpc::MethodError>::into_error_object(
                            error,
                        ))
                    {
                        ::core::result::Result::Ok(stream) => {
                            responder
                                .stream(
                                    cx,
                                    stream,
                                    |item, sender| {
                                        sender
                                            .value_or::<
                                                Fill,
                                                FillError,
                                            >(
                                                item,
                                                |error| <FillError as __rpc::MethodError>::into_error_object(
                                                    error,
                                                ),
                                            )
                                    },
                                )
                                .await
                        }
                        ::core::result::Result::Err(error) => {
                            ::core::convert::From::from(error)
                        }
                    }
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
