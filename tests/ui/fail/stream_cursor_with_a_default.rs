use rpc_core::{Stream, Tracked, rpc};

#[rpc]
trait Journal {
    #[rpc(stream(resume))]
    fn log(
        &self,
        #[rpc(cursor, default = Some(1))] after: Option<u64>,
    ) -> impl Stream<Item = Tracked<u64, String>>;
}

fn main() {}
