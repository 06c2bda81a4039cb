/// Orders tea.
#[allow(dead_code)]
pub trait Orders {
    /// Places an order.
    fn place(
        &self,
        item: &str,
        quantity: u32,
        note: Option<&str>,
    ) -> impl ::core::future::Future<
        Output = Result<OrderId, OrderError>,
    > + ::core::marker::Send;
    fn find(
        &self,
        search: &Search,
    ) -> impl ::core::future::Future<Output = Vec<Order>> + ::core::marker::Send;
    fn watch(
        &self,
        after: Option<u64>,
    ) -> impl Stream<Item = Tracked<u64, Order>> + ::core::marker::Send;
    /// It calls the client.
    fn check(
        &self,
        ui: &UiClient<Peer>,
    ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send;
}
/**Calls [`Orders`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
pub struct OrdersClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> OrdersClient<C> {
    ///Calls [`Orders`] over a client, which other stubs may share.
    pub fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        OrdersClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /// Places an order.
    /**

Calls `orders.place`.*/
    pub fn place(
        &self,
        item: &str,
        quantity: u32,
        note: Option<&str>,
    ) -> ::rpc_core::__private::Call<C, OrderId, OrderError> {
        self.client
            .start("orders.place")
            .argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "item", item)
            .explicit_argument::<
                u32,
            >(::rpc_core::__private::ParamsStyle::Positional, "quantity", &quantity)
            .argument::<
                Option<&str>,
            >(::rpc_core::__private::ParamsStyle::Positional, "note", &note)
            .call::<OrderId, OrderError>()
    }
    /**

Calls `orders.find`. The method itself can't fail.*/
    pub fn find(
        &self,
        search: &Search,
    ) -> ::rpc_core::__private::Call<C, Vec<Order>, ::core::convert::Infallible> {
        self.client
            .start("orders.find")
            .idempotent()
            .flattened::<Search>(search)
            .call_unless_result::<
                Vec<Order>,
                ::core::convert::Infallible,
                {
                    #[allow(unused_imports)]
                    use ::rpc_core::__private::Unprobed as _;
                    <::rpc_core::__private::Probe<Vec<Order>>>::IS_RESULT
                },
            >()
    }
    /**

Opens the stream `orders.watch`. The method itself can't fail.*/
    pub fn watch(
        &self,
        after: Option<u64>,
    ) -> ::rpc_core::__private::StreamCall<
        C,
        Tracked<u64, Order>,
        ::core::convert::Infallible,
    > {
        self.client
            .start("orders.watch")
            .argument::<
                Option<u64>,
            >(::rpc_core::__private::ParamsStyle::Positional, "after", &after)
            .resuming::<
                u64,
                Order,
                ::core::convert::Infallible,
            >(
                ::rpc_core::__private::CursorParameter::new(
                    ::rpc_core::__private::ParamsStyle::Positional,
                    0usize,
                    "after",
                ),
            )
    }
    /// It calls the client.
    /**

Calls `orders.check`. The method itself can't fail.*/
    pub fn check(
        &self,
    ) -> ::rpc_core::__private::Call<C, (), ::core::convert::Infallible> {
        self.client.start("orders.check").call::<(), ::core::convert::Infallible>()
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
pub struct OrdersServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Orders + ::rpc_core::__private::Shareable> OrdersServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    pub fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<OrdersServer<()>, S, __Form>,
    ) -> Self {
        OrdersServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    pub fn from_arc(service: ::std::sync::Arc<S>) -> Self {
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
        __rpc::check_params::<Search, { <__rpc::Probe<Search>>::IS_SCALAR }>();
        __rpc::check_value::<Vec<Order>, { <__rpc::Probe<Vec<Order>>>::IS_RESULT }>();
        __rpc::check_value::<
            Tracked<u64, Order>,
            { <__rpc::Probe<Tracked<u64, Order>>>::IS_RESULT },
        >();
    };
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("orders.place", "Places an order.")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[
                        __rpc::Parameter::new("item", "&str").docs("What to order."),
                        __rpc::Parameter::new("quantity", "u32").default("1"),
                        __rpc::Parameter::new("note", "Option<&str>").optional(),
                    ],
                )
                .result("OrderId")
                .errors(<OrderError as __rpc::MethodError>::CODES)
                .since("1.2")
                .schema(const {
                    &__rpc::MethodSchema::new(
                            const {
                                &[
                                    __rpc::ParameterSchema::of::<&str>(),
                                    __rpc::ParameterSchema::of::<u32>()
                                        .default(|| {
                                            let value: u32 = 1;
                                            __rpc::to_json::<u32>(&value)
                                        }),
                                    __rpc::ParameterSchema::of::<Option<&str>>(),
                                ]
                            },
                            __rpc::TypeSchema::of::<OrderId>(),
                        )
                        .examples(const {
                            &[
                                __rpc::Example::new(
                                    "two teas",
                                    || {
                                        let value_0: &str = "tea";
                                        let value_1: u32 = 2;
                                        let result: OrderId = 1002;
                                        __rpc::ExampleCall::new()
                                            .param::<str>("item", value_0)
                                            .param::<u32>("quantity", &value_1)
                                            .result::<OrderId>(&result)
                                    },
                                ),
                            ]
                        })
                }),
            __rpc::Method::new("orders.find", "")
                .params(
                    __rpc::ParamsStyle::Whole,
                    &[__rpc::Parameter::new("search", "&Search")],
                )
                .flattened({
                    #[allow(unused_imports)]
                    use __rpc::UnknownFields as _;
                    __rpc::Flattened::new(__rpc::FieldsOf::<Search>::list)
                })
                .result("Vec<Order>")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES)
                .read_only()
                .schema(const {
                    &__rpc::MethodSchema::new(
                        const { &[__rpc::ParameterSchema::of::<&Search>()] },
                        __rpc::TypeSchema::of::<Vec<Order>>(),
                    )
                }),
            __rpc::Method::new("orders.watch", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("after", "Option<u64>").optional().cursor()],
                )
                .result("()")
                .resuming("Tracked<u64, Order>")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES)
                .schema(const {
                    &__rpc::MethodSchema::new(
                            const { &[__rpc::ParameterSchema::of::<Option<u64>>()] },
                            __rpc::TypeSchema::of::<()>(),
                        )
                        .items(__rpc::TypeSchema::of::<Order>())
                }),
            __rpc::Method::new("orders.check", "It calls the client.")
                .params(__rpc::ParamsStyle::Positional, &[])
                .result("()")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES)
                .peer()
                .schema(const {
                    &__rpc::MethodSchema::new(
                        const { &[] },
                        __rpc::TypeSchema::of::<()>(),
                    )
                })
                .calls(|| <UiClient<Peer>>::CONTRACT),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Orders",
                "Orders tea.",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"))
            .namespace("orders")
            .lenient();
    }
    impl<C: __rpc::Transport> OrdersClient<C> {
        ///What [`Orders`] promises, as data.
        pub const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        place,
        find,
        watch,
        check,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const place: usize = __Index::place as usize;
        const find: usize = __Index::find as usize;
        const watch: usize = __Index::watch as usize;
        const check: usize = __Index::check as usize;
    }
    const __NAMES: &[(&str, usize)] = &[
        ("orders.place", __Position::place),
        ("orders.find", __Position::find),
        ("orders.watch", __Position::watch),
        ("orders.check", __Position::check),
    ];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        place {
            item: <str as __rpc::BorrowedParam>::Held<'de>,
            quantity: u32,
            note: ::core::option::Option<<str as __rpc::BorrowedParam>::Held<'de>>,
        },
        find { search: <Search as __rpc::BorrowedParam>::Held<'de> },
        watch { after: Option<u64> },
        check {},
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Orders + __rpc::Shareable> OrdersServer<S> {
        ///What [`Orders`] promises, as data.
        pub const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Orders + __rpc::Shareable> __rpc::Service for OrdersServer<S>
    where
        Search: ::core::marker::Send,
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
                __Position::place => {
                    let (item, (quantity, (note, ()))) = params
                        .read_into(
                            (
                                __rpc::Slot::empty(),
                                (__rpc::Slot::empty(), (__rpc::Slot::empty(), ())),
                            ),
                            &["item", "quantity", "note"],
                            __rpc::Strictness::Lenient,
                        )?;
                    ::core::result::Result::Ok(__Args::place {
                        item: item.required("item")?,
                        quantity: quantity
                            .or_else(|| {
                                let default: u32 = 1;
                                default
                            }),
                        note: note.required("note")?,
                    })
                }
                __Position::find => {
                    ::core::result::Result::Ok(__Args::find {
                        search: params
                            .read_whole::<
                                <Search as __rpc::BorrowedParam>::Held<'de>,
                            >(__rpc::Strictness::Lenient)?,
                    })
                }
                __Position::watch => {
                    let (after, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["after"],
                            __rpc::Strictness::Lenient,
                        )?;
                    ::core::result::Result::Ok(__Args::watch {
                        after: after.required("after")?,
                    })
                }
                __Position::check => {
                    let () = params.read_into((), &[], __rpc::Strictness::Lenient)?;
                    ::core::result::Result::Ok(__Args::check {})
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
                __Args::place { item, quantity, note } => {
                    responder
                        .value_or::<
                            OrderId,
                            OrderError,
                        >(
                            <S as Orders>::place(
                                    &*self.service,
                                    <str as __rpc::BorrowedParam>::lend(&item),
                                    quantity,
                                    note
                                        .as_ref()
                                        .map(|held| <str as __rpc::BorrowedParam>::lend(held)),
                                )
                                .await,
                            |error| <OrderError as __rpc::MethodError>::into_error_object(
                                error,
                            ),
                        )
                }
                __Args::find { search } => {
                    responder
                        .value_unless_result::<
                            Vec<Order>,
                            {
                                #[allow(unused_imports)]
                                use __rpc::Unprobed as _;
                                <__rpc::Probe<Vec<Order>>>::IS_RESULT
                            },
                        >(
                            <S as Orders>::find(
                                    &*self.service,
                                    <Search as __rpc::BorrowedParam>::lend(&search),
                                )
                                .await,
                        )
                }
                __Args::watch { after } => {
                    responder
                        .stream(
                            cx,
                            <S as Orders>::watch(&*self.service, after),
                            |item, sender| sender.tracked::<u64, Order>(item),
                        )
                        .await
                }
                __Args::check {} => {
                    let peer = <UiClient<Peer>>::new(__rpc::peer(cx));
                    responder
                        .value::<()>(<S as Orders>::check(&*self.service, &peer).await)
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
