#[allow(dead_code)]
trait Files {
    fn read(&self, path: &str, cx: &Context) -> IoResult<String>;
}
/**Calls [`Files`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct FilesClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> FilesClient<C> {
    ///Calls [`Files`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        FilesClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Calls `read`.*/
    fn read(
        &self,
        path: &str,
    ) -> ::rpc_core::__private::Call<
        C,
        <IoResult<
            String,
        > as ::rpc_core::__private::MethodResult<
            {
                #[allow(unused_imports)]
                use ::rpc_core::__private::Unprobed as _;
                <::rpc_core::__private::Probe<IoResult<String>>>::IS_RESULT
            },
        >>::Ok,
        <IoResult<
            String,
        > as ::rpc_core::__private::MethodResult<
            {
                #[allow(unused_imports)]
                use ::rpc_core::__private::Unprobed as _;
                <::rpc_core::__private::Probe<IoResult<String>>>::IS_RESULT
            },
        >>::Error,
    > {
        self.client
            .start("read")
            .argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "path", path)
            .call::<
                <IoResult<
                    String,
                > as ::rpc_core::__private::MethodResult<
                    {
                        #[allow(unused_imports)]
                        use ::rpc_core::__private::Unprobed as _;
                        <::rpc_core::__private::Probe<IoResult<String>>>::IS_RESULT
                    },
                >>::Ok,
                <IoResult<
                    String,
                > as ::rpc_core::__private::MethodResult<
                    {
                        #[allow(unused_imports)]
                        use ::rpc_core::__private::Unprobed as _;
                        <::rpc_core::__private::Probe<IoResult<String>>>::IS_RESULT
                    },
                >>::Error,
            >()
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for FilesClient<C> {
    fn clone(&self) -> Self {
        FilesClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for FilesClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Files`]. A clone shares it.
struct FilesServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Files + ::rpc_core::__private::Shareable> FilesServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<FilesServer<()>, S, __Form>,
    ) -> Self {
        FilesServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        FilesServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Files + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for FilesServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for FilesServer<S> {
    fn clone(&self) -> Self {
        FilesServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for FilesServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(FilesServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("read", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("path", "&str")],
                )
                .result("IoResult<String>")
                .errors(
                    <<IoResult<
                        String,
                    > as __rpc::MethodResult<
                        {
                            #[allow(unused_imports)]
                            use __rpc::Unprobed as _;
                            <__rpc::Probe<IoResult<String>>>::IS_RESULT
                        },
                    >>::Error as __rpc::MethodError>::CODES,
                )
                .blocking(),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Files",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"));
    }
    impl<C: __rpc::Transport> FilesClient<C> {
        ///What [`Files`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        read,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const read: usize = __Index::read as usize;
    }
    const __NAMES: &[(&str, usize)] = &[("read", __Position::read)];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        read { path: <str as __rpc::BorrowedParam>::Owned },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Files + __rpc::Shareable> FilesServer<S> {
        ///What [`Files`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Files + __rpc::Shareable> __rpc::Service for FilesServer<S> {
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
                __Position::read => {
                    let (path, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["path"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::read {
                        path: path.required("path")?,
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
                __Args::read { path } => {
                    let service = ::core::clone::Clone::clone(&self.service);
                    let blocking = responder.blocking(cx);
                    let cx = ::core::clone::Clone::clone(cx);
                    blocking
                        .run(move |responder| {
                            let cx = &cx;
                            responder
                                .value_or::<
                                    <IoResult<
                                        String,
                                    > as __rpc::MethodResult<
                                        {
                                            #[allow(unused_imports)]
                                            use __rpc::Unprobed as _;
                                            <__rpc::Probe<IoResult<String>>>::IS_RESULT
                                        },
                                    >>::Ok,
                                    <IoResult<
                                        String,
                                    > as __rpc::MethodResult<
                                        {
                                            #[allow(unused_imports)]
                                            use __rpc::Unprobed as _;
                                            <__rpc::Probe<IoResult<String>>>::IS_RESULT
                                        },
                                    >>::Error,
                                >(
                                    <IoResult<
                                        String,
                                    > as __rpc::MethodResult<
                                        {
                                            #[allow(unused_imports)]
                                            use __rpc::Unprobed as _;
                                            <__rpc::Probe<IoResult<String>>>::IS_RESULT
                                        },
                                    >>::into_result(
                                        <S as Files>::read(
                                            &*service,
                                            <str as __rpc::BorrowedParam>::lend_owned(&path),
                                            cx,
                                        ),
                                    ),
                                    |error| <<IoResult<
                                        String,
                                    > as __rpc::MethodResult<
                                        {
                                            #[allow(unused_imports)]
                                            use __rpc::Unprobed as _;
                                            <__rpc::Probe<IoResult<String>>>::IS_RESULT
                                        },
                                    >>::Error as __rpc::MethodError>::into_error_object(error),
                                )
                        })
                        .await
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
