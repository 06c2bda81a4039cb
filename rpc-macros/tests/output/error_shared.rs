#[automatically_derived]
#[allow(deprecated)]
impl ::rpc_core::__private::MethodError for OrderError {
    const CODES: &'static [::rpc_core::__private::ErrorCode] = {
        const __PARTS: &[&[::rpc_core::__private::ErrorCode]] = &[
            &[
                ::rpc_core::__private::ErrorCode::new(SOLD_OUT, "SoldOut", "")
                    .kind(::rpc_core::__private::ErrorKind::Conflict)
                    .with_data(),
                ::rpc_core::__private::ErrorCode::new(-32001i64, "Closed", ""),
            ],
            <AuthError as ::rpc_core::__private::MethodError>::CODES,
        ];
        const __CODES: [::rpc_core::__private::ErrorCode; ::rpc_core::__private::codes::count(
            __PARTS,
        )] = ::rpc_core::__private::codes::merge(__PARTS);
        &__CODES
    };
    fn into_error_object(self) -> ::rpc_core::__private::ErrorObject {
        let this = &self;
        #[allow(unused_variables)]
        let message: ::std::string::String = ::rpc_core::__private::ErrorMessage::message(
            this,
        );
        match self {
            OrderError::SoldOut { left: field_0, .. } => {
                ::rpc_core::__private::ErrorData::object()
                    .field::<u32>("leftOver", &field_0)
                    .attach(
                        ::rpc_core::__private::ErrorObject::new(
                                <Self as ::rpc_core::__private::MethodError>::CODES[0usize]
                                    .code,
                                message,
                            )
                            .with_kind(::rpc_core::__private::ErrorKind::Conflict),
                    )
            }
            OrderError::Closed { .. } => {
                ::rpc_core::__private::ErrorObject::new(-32001i64, message)
            }
            OrderError::Auth { 0: field_0 } => {
                <AuthError as ::rpc_core::__private::MethodError>::into_error_object(
                    field_0,
                )
            }
            error @ OrderError::Internal { .. } => {
                ::rpc_core::__private::ErrorObject::internal(
                    ::rpc_core::__private::Chain(&error),
                )
            }
        }
    }
    #[allow(unused_variables)]
    fn from_error_object(
        object: &::rpc_core::__private::ErrorObject,
    ) -> ::core::option::Option<Self> {
        match object.code() {
            code if code
                == <Self as ::rpc_core::__private::MethodError>::CODES[0usize].code => {
                let (field_0, ()) = object
                    .read_into(
                        (::rpc_core::__private::Slot::empty(), ()),
                        &["leftOver"],
                    )?;
                let field_0 = field_0.required("leftOver").ok()?;
                ::core::option::Option::Some(OrderError::SoldOut {
                    left: field_0,
                })
            }
            -32001i64 => ::core::option::Option::Some(OrderError::Closed {}),
            _ => {
                if let ::core::option::Option::Some(error) = <AuthError as ::rpc_core::__private::MethodError>::from_error_object(
                    object,
                ) {
                    return ::core::option::Option::Some(OrderError::Auth { 0: error });
                }
                ::core::option::Option::None
            }
        }
    }
    fn kind(&self) -> ::core::option::Option<::rpc_core::__private::ErrorKind> {
        match self {
            OrderError::SoldOut { .. } => {
                ::core::option::Option::Some(::rpc_core::__private::ErrorKind::Conflict)
            }
            OrderError::Auth { 0: error } => {
                <AuthError as ::rpc_core::__private::MethodError>::kind(error)
            }
            OrderError::Internal { .. } => {
                ::core::option::Option::Some(::rpc_core::__private::ErrorKind::Internal)
            }
            _ => ::core::option::Option::None,
        }
    }
}
const _: () = ::rpc_core::__private::codes::check(
    <OrderError as ::rpc_core::__private::MethodError>::CODES,
    0usize,
    false,
);
const _: () = ::rpc_core::__private::codes::check(
    <OrderError as ::rpc_core::__private::MethodError>::CODES,
    1usize,
    true,
);
const _: () = ::rpc_core::__private::codes::check_shared(
    <OrderError as ::rpc_core::__private::MethodError>::CODES,
    2usize,
    <AuthError as ::rpc_core::__private::MethodError>::CODES,
    "Auth",
);
#[automatically_derived]
#[allow(clippy::useless_conversion)]
impl<
    __E: ::rpc_core::__private::IntoInternal + ::core::marker::Unpin,
> ::core::convert::From<__E> for OrderError {
    fn from(error: __E) -> Self {
        let error = ::rpc_core::__private::IntoInternal::into_internal(error);
        let error = match error.downcast::<AuthError>() {
            ::core::result::Result::Ok(error) => return OrderError::Auth { 0: error },
            ::core::result::Result::Err(error) => error,
        };
        OrderError::Internal {
            0: ::rpc_core::__private::FromInternal::from_internal(error),
        }
    }
}
#[automatically_derived]
#[allow(single_use_lifetimes)]
impl<'never> ::core::marker::Unpin for OrderError
where
    OrderError: ::rpc_core::__private::Never<'never>,
{}
