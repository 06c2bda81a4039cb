#[allow(dead_code)]
trait Orders {
    fn place(
        &self,
        item: &str,
        sizes: &[u32],
        note: Option<&str>,
        kind: Cow<'_, str>,
    ) -> impl ::core::future::Future<
        Output = Result<OrderId, OrderError>,
    > + ::core::marker::Send;
}
/**Calls [`Orders`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct OrdersClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> OrdersClient<C> {
    ///Calls [`Orders`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        OrdersClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Calls `place`.*/
    fn place(
        &self,
        item: &str,
        sizes: &[u32],
        note: Option<&str>,
        kind: Cow<'_, str>,
    ) -> ::rpc_core::__private::Call<C, OrderId, OrderError> {
        self.client
            .start("place")
            .argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "item", item)
            .argument::<
                [u32],
            >(::rpc_core::__private::ParamsStyle::Positional, "sizes", sizes)
            .argument::<
                Option<&str>,
            >(::rpc_core::__private::ParamsStyle::Positional, "note", &note)
            .argument::<
                Cow<'_, str>,
            >(::rpc_core::__private::ParamsStyle::Positional, "kind", &kind)
            .call::<OrderId, OrderError>()
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for OrdersClient<C> {
    fn clone(&self) -> Self {
        OrdersClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for OrdersClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Orders`]. A clone shares it.
struct OrdersServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Orders + ::rpc_core::__private::Shareable> OrdersServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<OrdersServer<()>, S, __Form>,
    ) -> Self {
        OrdersServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        OrdersServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Orders + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for OrdersServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for OrdersServer<S> {
    fn clone(&self) -> Self {
        OrdersServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for OrdersServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(OrdersServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    #[allow(unused_imports)]
    const _: () = {
        use __rpc::Unprobed as _;
        __rpc::check_value::<OrderId, { <__rpc::Probe<OrderId>>::IS_RESULT }>();
    };
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("place", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[
                        __rpc::Parameter::new("item", "&str"),
                        __rpc::Parameter::new("sizes", "&[u32]"),
                        __rpc::Parameter::new("note", "Option<&str>").optional(),
                        __rpc::Parameter::new("kind", "Cow<'_, str>"),
                    ],
                )
                .result("OrderId")
                .errors(<OrderError as __rpc::MethodError>::CODES),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Orders",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"));
    }
    impl<C: __rpc::Transport> OrdersClient<C> {
        ///What [`Orders`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        place,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const place: usize = __Index::place as usize;
    }
    const __NAMES: &[(&str, usize)] = &[("place", __Position::place)];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        place {
            item: <str as __rpc::BorrowedParam>::Held<'de>,
            sizes: <[u32] as __rpc::BorrowedParam>::Held<'de>,
            note: ::core::option::Option<<str as __rpc::BorrowedParam>::Held<'de>>,
            kind: <str as __rpc::BorrowedParam>::Held<'de>,
        },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Orders + __rpc::Shareable> OrdersServer<S> {
        ///What [`Orders`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Orders + __rpc::Shareable> __rpc::Service for OrdersServer<S> {
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
                __Position::place => {
                    let (item, (sizes, (note, (kind, ())))) = params
                        .read_into(
                            (
                                __rpc::Slot::empty(),
                                (
                                    __rpc::Slot::empty(),
                                    (__rpc::Slot::empty(), (__rpc::Slot::empty(), ())),
                                ),
                            ),
                            &["item", "sizes", "note", "kind"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::place {
                        item: item.required("item")?,
                        sizes: sizes.required("sizes")?,
                        note: note.required("note")?,
                        kind: kind.required("kind")?,
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
                __Args::place { item, sizes, note, kind } => {
                    responder
                        .value_or::<
                            OrderId,
                            OrderError,
                        >(
                            <S as Orders>::place(
                                    &*self.service,
                                    <str as __rpc::BorrowedParam>::lend(&item),
                                    <[u32] as __rpc::BorrowedParam>::lend(&sizes),
                                    note
                                        .as_ref()
                                        .map(|held| <str as __rpc::BorrowedParam>::lend(held)),
                                    <str as __rpc::CowParam>::cow(kind),
                                )
                                .await,
                            |error| <OrderError as __rpc::MethodError>::into_error_object(
                                error,
                            ),
                        )
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
