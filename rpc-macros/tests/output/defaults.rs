#[allow(dead_code)]
trait Orders {
    fn list(
        &self,
        limit: u32,
        offset: u32,
        side: &str,
    ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send;
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

Calls `list`. The method itself can't fail.*/
    fn list(
        &self,
        limit: u32,
        offset: u32,
        side: &str,
    ) -> ::rpc_core::__private::Call<C, (), ::core::convert::Infallible> {
        self.client
            .start("list")
            .explicit_argument::<
                u32,
            >(::rpc_core::__private::ParamsStyle::Positional, "limit", &limit)
            .explicit_argument::<
                u32,
            >(::rpc_core::__private::ParamsStyle::Positional, "offset", &offset)
            .explicit_argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "side", side)
            .call::<(), ::core::convert::Infallible>()
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
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("list", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[
                        __rpc::Parameter::new("limit", "u32").default("20"),
                        __rpc::Parameter::new("offset", "u32")
                            .default("Default::default()"),
                        __rpc::Parameter::new("side", "&str").default("\"north\""),
                    ],
                )
                .result("()")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
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
        list,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const list: usize = __Index::list as usize;
    }
    const __NAMES: &[(&str, usize)] = &[("list", __Position::list)];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        list { limit: u32, offset: u32, side: <str as __rpc::BorrowedParam>::Held<'de> },
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
                __Position::list => {
                    let (limit, (offset, (side, ()))) = params
                        .read_into(
                            (
                                __rpc::Slot::empty(),
                                (__rpc::Slot::empty(), (__rpc::Slot::empty(), ())),
                            ),
                            &["limit", "offset", "side"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::list {
                        limit: limit
                            .or_else(|| {
                                let default: u32 = 20;
                                default
                            }),
                        offset: offset.or_else(|| ::core::default::Default::default()),
                        side: side
                            .or_else(|| {
                                let default: &str = "north";
                                ::core::convert::From::from(
                                    <str as ::std::borrow::ToOwned>::to_owned(default),
                                )
                            }),
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
                __Args::list { limit, offset, side } => {
                    responder
                        .value::<
                            (),
                        >(
                            <S as Orders>::list(
                                    &*self.service,
                                    limit,
                                    offset,
                                    <str as __rpc::BorrowedParam>::lend(&side),
                                )
                                .await,
                        )
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
