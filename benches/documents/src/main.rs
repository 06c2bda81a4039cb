//! How long it takes to make an OpenRPC document, and clients from one. Not a part of the suite, which compares frameworks.
//!
//! `cargo run --release -p documents [FILE]`, in the folder `benches`. FILE is another OpenRPC document.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use rpc_codegen::{Document, Model, typescript};
use rpc_core::openrpc::OpenRpc;
use rpc_core::{Dispatcher, function};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const METHODS: usize = 300;

const ROUNDS: usize = 41;

#[derive(Serialize, Deserialize, JsonSchema)]
struct Order {
    /// What was ordered.
    item: String,
    quantity: u32,
    note: Option<String>,
    state: State,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum State {
    Placed { at: u64 },
    Sent { parcels: Vec<u64> },
}

fn main() -> Result<(), Box<dyn Error>> {
    let service = service()?;
    let document = || OpenRpc::new().complete().of(&service);
    let own = document()?.to_string();
    println!("median of {ROUNDS} rounds, with the least and the most, in milliseconds");
    show("the document of 300 methods", || document().map(drop))?;
    show("TypeScript from it", || generate(&Document::parse(&own)?))?;
    if let Some(path) = std::env::args_os().nth(1) {
        let path = Path::new(&path);
        let name = format!("TypeScript from {}", path.display());
        show(&name, || generate(&Document::open(path)?))?;
    }
    Ok(())
}

/// Each method has an order as its parameter and as its result.
fn service() -> Result<Dispatcher, Box<dyn Error>> {
    let dispatcher = Dispatcher::new();
    for number in 0..METHODS {
        let echo = |order: Order, quantity: u32| async move { Order { quantity, ..order } };
        let echo = function(echo).params(&["order", "quantity"]).schema();
        dispatcher.insert(format!("m{number}"), echo)?;
    }
    Ok(dispatcher)
}

/// Reads, understands and generates. What can't be expressed becomes untyped.
fn generate(document: &Document) -> Result<(), Box<dyn Error>> {
    let model = Model::read(document)?;
    let mut options = typescript::Options::default();
    let files = typescript::generate(&model, &options).or_else(|wrong| {
        options.opaque = wrong.into_iter().map(|it| it.method).collect();
        typescript::generate(&model, &options)
    });
    drop(black_box(files));
    Ok(())
}

fn show<E>(name: &str, mut make: impl FnMut() -> Result<(), E>) -> Result<(), E> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        make()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let (least, most) = (times[0], times[ROUNDS - 1]);
    println!(
        "{:8.2} ({least:.2} to {most:.2})  {name}",
        times[ROUNDS / 2]
    );
    Ok(())
}
