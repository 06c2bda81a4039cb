#[allow(dead_code)]
trait Journal {
    fn log(
        &self,
        topic: &str,
        after: Option<u64>,
    ) -> impl Stream<Item = Tracked<u64, Line>> + ::core::marker::Send;
}
/**Calls [`Journal`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct JournalClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> JournalClient<C> {
    ///Calls [`Journal`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        JournalClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Opens the stream `log`. The method itself can't fail.*/
    fn log(
        &self,
        topic: &str,
        after: Option<u64>,
    ) -> ::rpc_core::__private::StreamCall<
        C,
        Tracked<u64, Line>,
        ::core::convert::Infallible,
    > {
        self.client
            .start("log")
            .idempotent()
            .argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "topic", topic)
            .argument::<
                Option<u64>,
            >(::rpc_core::__private::ParamsStyle::Positional, "after", &after)
            .resuming::<
                u64,
                Line,
                ::core::convert::Infallible,
            >(
                ::rpc_core::__private::CursorParameter::new(
                    ::rpc_core::__private::ParamsStyle::Positional,
                    1usize,
                    "after",
                ),
            )
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for JournalClient<C> {
    fn clone(&self) -> Self {
        JournalClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for JournalClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Journal`]. A clone shares it.
struct JournalServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Journal + ::rpc_core::__private::Shareable> JournalServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<JournalServer<()>, S, __Form>,
    ) -> Self {
        JournalServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        JournalServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Journal + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for JournalServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for JournalServer<S> {
    fn clone(&self) -> Self {
        JournalServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for JournalServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(JournalServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    #[allow(unused_imports)]
    const _: () = {
        use __rpc::Unprobed as _;
        __rpc::check_value::<
            Tracked<u64, Line>,
            { <__rpc::Probe<Tracked<u64, Line>>>::IS_RESULT },
        >();
    };
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("log", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[
                        __rpc::Parameter::new("topic", "&str"),
                        __rpc::Parameter::new("after", "Option<u64>").optional().cursor(),
                    ],
                )
                .result("()")
                .resuming("Tracked<u64, Line>")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES)
                .idempotent(),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Journal",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"));
    }
    impl<C: __rpc::Transport> JournalClient<C> {
        ///What [`Journal`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        log,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const log: usize = __Index::log as usize;
    }
    const __NAMES: &[(&str, usize)] = &[("log", __Position::log)];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        log { topic: <str as __rpc::BorrowedParam>::Held<'de>, after: Option<u64> },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Journal + __rpc::Shareable> JournalServer<S> {
        ///What [`Journal`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Journal + __rpc::Shareable> __rpc::Service for JournalServer<S> {
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
                __Position::log => {
                    let (topic, (after, ())) = params
                        .read_into(
                            (__rpc::Slot::empty(), (__rpc::Slot::empty(), ())),
                            &["topic", "after"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::log {
                        topic: topic.required("topic")?,
                        after: after.required("after")?,
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
                __Args::log { topic, after } => {
                    responder
                        .stream(
                            cx,
                            <S as Journal>::log(
                                &*self.service,
                                <str as __rpc::BorrowedParam>::lend(&topic),
                                after,
                            ),
                            |item, sender| sender.tracked::<u64, Line>(item),
                        )
                        .await
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
