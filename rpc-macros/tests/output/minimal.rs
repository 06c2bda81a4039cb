/// Adds numbers.
#[allow(dead_code)]
pub trait Adder {
    /// Adds two numbers.
    fn add(
        &self,
        a: i64,
        b: i64,
    ) -> impl ::core::future::Future<Output = i64> + ::core::marker::Send;
}
/**Calls [`Adder`] over a transport.

Each method makes a call: a future that can first be given a timeout, headers or an id, sent as a notification, or put into a batch. A clone shares its client.

Without a type parameter for the transport it is over `BoxTransport`: see `Client::boxed`.*/
pub struct AdderClient<
    C: ::rpc_core::__private::Transport = ::rpc_core::__private::BoxTransport,
> {
    client: ::rpc_core::__private::Client<C>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
#[allow(deprecated, non_snake_case, clippy::too_many_arguments)]
impl<C: ::rpc_core::__private::Transport> AdderClient<C> {
    ///Calls [`Adder`] over a client, which other stubs may share.
    pub fn new(client: ::rpc_core::__private::Client<C>) -> Self {
        AdderClient {
            client,
            contract: ::core::marker::PhantomData,
        }
    }
    /// Adds two numbers.
    /**

Calls `add`. The method itself can't fail.*/
    pub fn add(
        &self,
        a: i64,
        b: i64,
    ) -> ::rpc_core::__private::Call<C, i64, ::core::convert::Infallible> {
        self.client
            .start("add")
            .argument::<i64>(::rpc_core::__private::ParamsStyle::Positional, "a", &a)
            .argument::<i64>(::rpc_core::__private::ParamsStyle::Positional, "b", &b)
            .call::<i64, ::core::convert::Infallible>()
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::clone::Clone for AdderClient<C> {
    fn clone(&self) -> Self {
        AdderClient {
            client: ::core::clone::Clone::clone(&self.client),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<C: ::rpc_core::__private::Transport> ::core::fmt::Debug for AdderClient<C> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.client, f)
    }
}
///Serves an implementation of [`Adder`]. A clone shares it.
pub struct AdderServer<S: ?::core::marker::Sized + 'static> {
    service: ::rpc_core::__private::Shared<S>,
    contract: ::core::marker::PhantomData<fn() -> ()>,
}
impl<S: Adder + ::rpc_core::__private::Shareable> AdderServer<S> {
    /// Serves an implementation: the value itself, or an `Arc`, a `Box` or a `&'static` with it.
    pub fn new<__Form>(
        service: impl ::rpc_core::__private::IntoShared<AdderServer<()>, S, __Form>,
    ) -> Self {
        AdderServer {
            service: ::rpc_core::__private::IntoShared::into_shared(service),
            contract: ::core::marker::PhantomData,
        }
    }
    /// Serves an implementation that other code also holds.
    pub fn from_arc(service: ::std::sync::Arc<S>) -> Self {
        AdderServer {
            service: ::rpc_core::__private::Shared::Counted(service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: Adder + ?::core::marker::Sized> ::rpc_core::__private::ImplementedBy<S>
for AdderServer<()> {}
impl<S: ?::core::marker::Sized + 'static> ::core::clone::Clone for AdderServer<S> {
    fn clone(&self) -> Self {
        AdderServer {
            service: ::core::clone::Clone::clone(&self.service),
            contract: ::core::marker::PhantomData,
        }
    }
}
impl<S: ?::core::marker::Sized + 'static> ::core::fmt::Debug for AdderServer<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::core::stringify!(AdderServer))
    }
}
const _: () = {
    use ::rpc_core::__private as __rpc;
    struct __Table(::core::marker::PhantomData<fn() -> ()>);
    impl __Table {
        const METHODS: &'static [__rpc::Method] = &[
            __rpc::Method::new("add", "Adds two numbers.")
                .params(
                    __rpc::ParamsStyle::Positional,
                    &[
                        __rpc::Parameter::new("a", "i64"),
                        __rpc::Parameter::new("b", "i64"),
                    ],
                )
                .result("i64")
                .errors(<::core::convert::Infallible as __rpc::MethodError>::CODES),
        ];
        const CONTRACT: &'static __rpc::Contract = &__rpc::Contract::new(
                "Adder",
                "Adds numbers.",
                Self::METHODS,
            )
            .version(::core::option_env!("CARGO_PKG_VERSION"));
    }
    impl<C: __rpc::Transport> AdderClient<C> {
        ///What [`Adder`] promises, as data.
        pub const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(non_camel_case_types, dead_code)]
    enum __Index {
        add,
    }
    struct __Position;
    #[allow(non_upper_case_globals)]
    impl __Position {
        const add: usize = __Index::add as usize;
    }
    const __NAMES: &[(&str, usize)] = &[("add", __Position::add)];
    static __LOOKUP: __rpc::Lookup<{ __rpc::lookup_slots(__NAMES.len()) }> = __rpc::Lookup::new(
        __NAMES,
    );
    #[allow(non_camel_case_types, non_snake_case, private_interfaces, trivial_bounds)]
    pub enum __Args<'de> {
        add { a: i64, b: i64 },
        #[allow(dead_code)]
        __Unused(
            ::core::marker::PhantomData<&'de ()>,
            ::core::marker::PhantomData<fn() -> ()>,
            ::core::convert::Infallible,
        ),
    }
    impl<S: Adder + __rpc::Shareable> AdderServer<S> {
        ///What [`Adder`] promises, as data.
        pub const CONTRACT: &'static __rpc::Contract = __Table::CONTRACT;
    }
    #[allow(deprecated, non_snake_case, trivial_bounds)]
    impl<S: Adder + __rpc::Shareable> __rpc::Service for AdderServer<S> {
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
                __Position::add => {
                    let (a, (b, ())) = params
                        .read_into(
                            (__rpc::Slot::empty(), (__rpc::Slot::empty(), ())),
                            &["a", "b"],
                            __rpc::Strictness::Strict,
                        )?;
                    ::core::result::Result::Ok(__Args::add {
                        a: a.required("a")?,
                        b: b.required("b")?,
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
                __Args::add { a, b } => {
                    responder.value::<i64>(<S as Adder>::add(&*self.service, a, b).await)
                }
                __Args::__Unused(_, _, never) => match never {}
            }
        }
    }
};
