// Generated code uses full paths, so neither a missing prelude nor the user's own names change its meaning.
#![no_implicit_prelude]

mod contract {
    use ::std::string::String;

    pub enum Ok {}
    pub enum Err {}
    pub enum Some {}
    pub enum None {}
    pub struct Vec;
    pub trait Send {}
    pub trait Clone {}
    pub trait Default {}

    #[::rpc_core::rpc]
    pub trait Orders {
        async fn place(
            &self,
            item: &str,
            #[rpc(default = 3)] quantity: u32,
            #[rpc(default = "a")] note: &str,
        ) -> ::std::result::Result<String, Failure>;

        #[rpc(blocking)]
        fn block(&self, #[rpc(context)] cx: &::rpc_core::Context) -> u32;

        async fn watch(
            &self,
            #[rpc(peer)] orders: &OrdersClient<::rpc_core::Peer>,
        ) -> ::std::result::Result<
            impl ::futures_util::Stream<Item = ::std::result::Result<String, Failure>>,
            Failure,
        >;
    }

    #[derive(::std::fmt::Debug, ::rpc_core::RpcError)]
    #[rpc(code = 1)]
    pub struct Failure(u32, #[rpc(skip)] u32);

    impl ::std::fmt::Display for Failure {
        fn fmt(&self, f: &mut ::std::fmt::Formatter) -> ::std::fmt::Result {
            f.write_str("failure")
        }
    }
}

fn main() {}
