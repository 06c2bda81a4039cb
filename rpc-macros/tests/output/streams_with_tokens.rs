#[allow(dead_code)]
trait Symbols {
    fn find(&self, query: &str) -> impl Stream<Item = Symbol> + ::core::marker::Send;
    fn places(
        &self,
    ) -> impl ::core::future::Future<
        Output = Result<
            impl Stream<Item = Vec<Place>> + ::core::marker::Send,
            PlaceError,
        >,
    > + ::core::marker::Send;
}
/**Calls [`Symbols`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct SymbolsClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> SymbolsClient<C> {
    ///Calls [`Symbols`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        SymbolsClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Opens the stream `find`. The method itself can't fail.*/
    fn find(
        &self,
        query: &str,
    ) -> ::rpc_core::__private::StreamCall<C, Symbol, ::core::convert::Infallible> {
        self.client
            .start("find")
            .argument::<str>(::rpc_core::__private::ParamsStyle::Named, "query", query)
            .stream_with_token::<
                Symbol,
                ::core::convert::Infallible,
            >("partialResultToken")
    }
    /**

Opens the stream `places`.*/
    fn places(&self) -> ::rpc_core::__private::StreamCall<C, Vec<Place>, PlaceError> {
        self.client
            .start("places")
            .stream_of_lists::<Vec<Place>, PlaceError>("partialResultToken")
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for SymbolsClient<C> {
    fn clone(&self) -> Self {
        SymbolsClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for SymbolsClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Symbols`]. A clone shares it.
struct SymbolsServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Symbols + ::rpc_core::__private::Shareable> SymbolsServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<SymbolsServer<()>, S, __Form>,
    ) -> Self {
        SymbolsServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        SymbolsServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Symbols + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for SymbolsServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for SymbolsServer<S> {
    fn clone(&self) -> Self {
        SymbolsServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for SymbolsServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(SymbolsServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    #[allow(unused_imports)]
    const _: () = {
        use __rpc::Unprobed as _;
        __rpc::check_value::<Symbol, { <__rpc::Probe<Symbol>>::IS_RESULT }>();
        __rpc::check_value::<Vec<Place>, { <__rpc::Probe<Vec<Place>>>::IS_RESULT }>();
    };
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("find", "")
                .params(
                    __rpc::ParamsStyle::Named,
                    &[
                        __rpc::Parameter::new("query", "&str"),
                        __rpc::Parameter::new(
                                "partialResultToken",
                                "Option<ProgressToken>",
                            )
                            .optional(),
                    ],
                )
                .result("Vec<Symbol>")
                .stream_with_token("Symbol", "partialResultToken")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
            __rpc::Method::new("places", "")
                .params(
                    __rpc::ParamsStyle::Named,
                    &[
                        __rpc::Parameter::new(
                                "partialResultToken",
                                "Option<ProgressToken>",
                            )
                            .optional(),
                    ],
                )
                .result("Vec<Place>")
                .stream_with_token("Vec<Place>", "partialResultToken")
                .errors(<PlaceError as __rpc::MethodError>::CODES),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Symbols",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"));
    }
    impl<C: __rpc::Transport> SymbolsClient<C> {
        ///What [`Symbols`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        find,
        places,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const find: usize = __Index::find as usize;
        const places: usize = __Index::places as usize;
    }
    const __NAMES: &[(&str, usize)] = &[
        ("find", __Position::find),
        ("places", __Position::places),
    ];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        find {
            query: <str as __rpc::BorrowedParam>::Held<'de>,
            __token: ::core::option::Option<::rpc_core::__private::ProgressToken>,
        },
        places { __token: ::core::option::Option<::rpc_core::__private::ProgressToken> },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Symbols + __rpc::Shareable> SymbolsServer<S> {
        ///What [`Symbols`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Symbols + __rpc::Shareable> __rpc::Service for SymbolsServer<S> {
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
                __Position::find => {
                    let (query, (__token, ())) = params
                        .read_into(
                            (__rpc::Slot::empty(), (__rpc::Slot::empty(), ())),
                            &["query", "partialResultToken"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::find {
                        query: query.required("query")?,
                        __token: __token.required("partialResultToken")?,
                    })
                }
                __Position::places => {
                    let (__token, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["partialResultToken"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::places {
                        __token: __token.required("partialResultToken")?,
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
                __Args::find { query, __token } => {
                    responder
                        .stream_or_list::<
                            false,
                            _,
                        >(
                            cx,
                            __token,
                            <S as Symbols>::find(
                                &*self.service,
                                <str as __rpc::BorrowedParam>::lend(&query),
                            ),
                            |item, sender| sender.value::<Symbol>(item),
                        )
                        .await
                }
                __Args::places { __token } => {
                    match <S as Symbols>::places(&*self.service)
                        .await
                        .map_err(|error| <PlaceError as __rpc::MethodError>::into_error_object(
                            error,
                        ))
                    {
                        ::core::result::Result::Ok(stream) => {
                            responder
                                .stream_or_list::<
                                    true,
                                    _,
                                >(
                                    cx,
                                    __token,
                                    stream,
                                    |item, sender| sender.value::<Vec<Place>>(item),
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
