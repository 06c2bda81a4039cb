//! Generates tonic's code from the contract. The compiler is written in Rust, so nothing needs to be installed.

fn main() {
    println!("cargo::rerun-if-changed=proto");
    let contract = protox::compile(["bench.proto"], ["proto"]);
    let contract = contract.expect("the contract is valid");
    let compiled = tonic_prost_build::configure().compile_fds(contract);
    compiled.expect("cargo's folder can be written to");
}
