::core::compile_error! {
    "a method takes `&self`, because calls run at the same time; keep mutable state in a `Mutex` or an atomic"
}
::core::compile_error! {
    "a parameter must be a plain name; destructure the value in the method"
}
trait Orders {
    #[allow(async_fn_in_trait, unused_variables)]
    async fn place(&mut self, _: (String, u32));
}
