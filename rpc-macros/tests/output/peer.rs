#[allow(dead_code)]
trait Imports {
    fn import(
        &self,
        file: &str,
        ui: &UiClient<Peer>,
    ) -> impl ::core::future::Future<
        Output = Result<Report, ImportError>,
    > + ::core::marker::Send;
}
/**Calls [`Imports`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
struct ImportsClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> ImportsClient<C> {
    ///Calls [`Imports`] over a client, which other stubs may share.
    fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        ImportsClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /**

Calls `import`.*/
    fn import(&self, file: &str) -> ::rpc_core::__private::Call<C, Report, ImportError> {
        self.client
            .start("import")
            .argument::<
                str,
            >(::rpc_core::__private::ParamsStyle::Positional, "file", file)
            .call::<Report, ImportError>()
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for ImportsClient<C> {
    fn clone(&self) -> Self {
        ImportsClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for ImportsClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Imports`]. A clone shares it.
struct ImportsServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Imports + ::rpc_core::__private::Shareable> ImportsServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<ImportsServer<()>, S, __Form>,
    ) -> Self {
        ImportsServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        ImportsServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Imports + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for ImportsServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for ImportsServer<S> {
    fn clone(&self) -> Self {
        ImportsServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for ImportsServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(ImportsServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    #[allow(unused_imports)]
    const _: () = {
        use __rpc::Unprobed as _;
        __rpc::check_value::<Report, { <__rpc::Probe<Report>>::IS_RESULT }>();
    };
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("import", "")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[__rpc::Parameter::new("file", "&str")],
                )
                .result("Report")
                .errors(<ImportError as __rpc::MethodError>::CODES)
                .peer(),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Imports",
                "",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"));
    }
    impl<C: __rpc::Transport> ImportsClient<C> {
        ///What [`Imports`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        import,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const import: usize = __Index::import as usize;
    }
    const __NAMES: &[(&str, usize)] = &[("import", __Position::import)];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        import { file: <str as __rpc::BorrowedParam>::Held<'de> },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Imports + __rpc::Shareable> ImportsServer<S> {
        ///What [`Imports`] promises, as data.
        const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Imports + __rpc::Shareable> __rpc::Service for ImportsServer<S> {
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
                __Position::import => {
                    let (file, ()) = params
                        .read_into(
                            (__rpc::Slot::empty(), ()),
                            &["file"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::import {
                        file: file.required("file")?,
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
                __Args::import { file } => {
                    let peer = <UiClient<Peer>>::new(__rpc::peer(cx));
                    responder
                        .value_or::<
                            Report,
                            ImportError,
                        >(
                            <S as Imports>::import(
                                    &*self.service,
                                    <str as __rpc::BorrowedParam>::lend(&file),
                                    &peer,
                                )
                                .await,
                            |error| <ImportError as __rpc::MethodError>::into_error_object(
                                error,
                            ),
                        )
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
