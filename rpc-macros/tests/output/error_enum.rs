#[automatically_derived]
#[allow(deprecated)]
impl ::rpc_core::__private::MethodError for OrderError {
    const CODES: &'static [::rpc_core::__private::ErrorCode] = &[
        ::rpc_core::__private::ErrorCode::new(1001i64, "SoldOut", "Nothing is left.")
            .with_data(),
        ::rpc_core::__private::ErrorCode::new(1002i64, "Unknown", "").with_data(),
        ::rpc_core::__private::ErrorCode::new(1003i64, "Clash", "").with_data(),
        ::rpc_core::__private::ErrorCode::new(-5i64, "Closed", ""),
    ];
    fn into_error_object(self) -> ::rpc_core::__private::ErrorObject {
        let this = &self;
        #[allow(unused_variables)]
        let message: ::std::string::String = ::rpc_core::__private::ErrorMessage::message(
            this,
        );
        match self {
            OrderError::SoldOut { left: field_0, .. } => {
                ::rpc_core::__private::ErrorData::object()
                    .field::<u32>("left", &field_0)
                    .attach(::rpc_core::__private::ErrorObject::new(1001i64, message))
            }
            OrderError::Unknown { 0: field_0, .. } => {
                ::rpc_core::__private::ErrorObject::new(1002i64, message)
                    .with_data::<String>(&field_0)
            }
            OrderError::Clash { 0: field_0, 1: field_1, .. } => {
                ::rpc_core::__private::ErrorData::array()
                    .element::<u32>(&field_0)
                    .element::<u32>(&field_1)
                    .attach(::rpc_core::__private::ErrorObject::new(1003i64, message))
            }
            OrderError::Closed { .. } => {
                ::rpc_core::__private::ErrorObject::new(-5i64, message)
            }
            error @ OrderError::Database { .. } => {
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
            1001i64 => {
                let (field_0, ()) = object
                    .read_into((::rpc_core::__private::Slot::empty(), ()), &["left"])?;
                let field_0 = field_0.required("left").ok()?;
                ::core::option::Option::Some(OrderError::SoldOut {
                    left: field_0,
                    trace: ::core::default::Default::default(),
                })
            }
            1002i64 => {
                let field_0 = ::rpc_core::__private::ErrorData::read::<String>(object)?;
                ::core::option::Option::Some(OrderError::Unknown { 0: field_0 })
            }
            1003i64 => {
                let (field_0, (field_1, ())) = object
                    .read_into(
                        (
                            ::rpc_core::__private::Slot::empty(),
                            (::rpc_core::__private::Slot::empty(), ()),
                        ),
                        &["0", "1"],
                    )?;
                let field_0 = field_0.required("0").ok()?;
                let field_1 = field_1.required("1").ok()?;
                ::core::option::Option::Some(OrderError::Clash {
                    0: field_0,
                    1: field_1,
                })
            }
            -5i64 => ::core::option::Option::Some(OrderError::Closed {}),
            _ => ::core::option::Option::None,
        }
    }
    fn kind(&self) -> ::core::option::Option<::rpc_core::__private::ErrorKind> {
        match self {
            OrderError::Database { .. } => {
                ::core::option::Option::Some(::rpc_core::__private::ErrorKind::Internal)
            }
            _ => ::core::option::Option::None,
        }
    }
}
