//! Makes tonic's code from the contract, by a compiler in Rust: nothing has to be installed.

fn main() {
    println!("cargo::rerun-if-changed=proto");
    let contract = protox::compile(["bench.proto"], ["proto"]);
    let contract = contract.expect("the contract is right");
    let compiled = tonic_prost_build::configure().compile_fds(contract);
    compiled.expect("cargo's folder can be written to");
}
