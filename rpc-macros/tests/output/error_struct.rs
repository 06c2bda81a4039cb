#[automatically_derived]
#[allow(deprecated)]
impl<T> ::rpc_core::__private::MethodError for SoldOut<T>
where
    Self: ::core::fmt::Display,
    T: ::rpc_core::__private::Writable + ::rpc_core::__private::ReadableOwned,
{
    const CODES: &'static [::rpc_core::__private::ErrorCode] = &[
        ::rpc_core::__private::ErrorCode::new(1001i64, "SoldOut", "").with_data(),
    ];
    fn into_error_object(self) -> ::rpc_core::__private::ErrorObject {
        let this = &self;
        #[allow(unused_variables)]
        let message: ::std::string::String = ::rpc_core::__private::ErrorMessage::message(
            this,
        );
        match self {
            SoldOut { left: field_0, .. } => {
                ::rpc_core::__private::ErrorData::object()
                    .field::<T>("left", &field_0)
                    .attach(::rpc_core::__private::ErrorObject::new(1001i64, message))
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
                ::core::option::Option::Some(SoldOut { left: field_0 })
            }
            _ => ::core::option::Option::None,
        }
    }
}
