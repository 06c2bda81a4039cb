use rpc_core::{CallError, Client};

async fn run(client: Client) -> Result<(), CallError> {
    let sum = client.call("add", (1, 2)).await?;
    Ok(())
}

fn main() {
    drop(run);
}
