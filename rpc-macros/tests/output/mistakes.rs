::core::compile_error! {
    "calls run at the same time, so a method takes `&self`; keep what changes in a Mutex or an atomic"
}
::core::compile_error! {
    "a parameter is a name, not a pattern; take it apart in the method"
}
trait Orders {
    #[allow(async_fn_in_trait, unused_variables)]
    async fn place(&mut self, _: (String, u32));
}
