use rpc_core::{Stream, Tracked, rpc};

#[rpc]
trait Journal {
    #[rpc(stream(resume))]
    fn log(
        &self,
        #[rpc(cursor)] page: Option<u64>,
        #[rpc(cursor)] line: Option<u64>,
    ) -> impl Stream<Item = Tracked<u64, String>>;
}

fn main() {}
