#[automatically_derived]
#[allow(deprecated)]
impl ::rpc_core::__private::MethodError for OrderError {
    const CODES: &'static [::rpc_core::__private::ErrorCode] = &[
        ::rpc_core::__private::ErrorCode::new(1001i64, "SoldOut", "There are fewer.")
            .data(
                ::rpc_core::__private::DataSchema::Object(const {
                    &[("left", ::rpc_core::__private::TypeSchema::of::<u32>())]
                }),
            ),
        ::rpc_core::__private::ErrorCode::new(1002i64, "Refused", "")
            .data(
                ::rpc_core::__private::DataSchema::Value(
                    ::rpc_core::__private::TypeSchema::of::<Reason>(),
                ),
            ),
        ::rpc_core::__private::ErrorCode::new(1003i64, "Limit", "")
            .data(
                ::rpc_core::__private::DataSchema::List(const {
                    &[
                        ::rpc_core::__private::TypeSchema::of::<u32>(),
                        ::rpc_core::__private::TypeSchema::of::<u32>(),
                    ]
                }),
            ),
        ::rpc_core::__private::ErrorCode::new(1004i64, "Closed", ""),
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
            OrderError::Refused { 0: field_0, .. } => {
                ::rpc_core::__private::ErrorObject::new(1002i64, message)
                    .with_data::<Reason>(&field_0)
            }
            OrderError::Limit { 0: field_0, 1: field_1, .. } => {
                ::rpc_core::__private::ErrorData::array()
                    .element::<u32>(&field_0)
                    .element::<u32>(&field_1)
                    .attach(::rpc_core::__private::ErrorObject::new(1003i64, message))
            }
            OrderError::Closed { .. } => {
                ::rpc_core::__private::ErrorObject::new(1004i64, message)
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
                })
            }
            1002i64 => {
                let field_0 = ::rpc_core::__private::ErrorData::read::<Reason>(object)?;
                ::core::option::Option::Some(OrderError::Refused { 0: field_0 })
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
                ::core::option::Option::Some(OrderError::Limit {
                    0: field_0,
                    1: field_1,
                })
            }
            1004i64 => ::core::option::Option::Some(OrderError::Closed {}),
            _ => ::core::option::Option::None,
        }
    }
}
