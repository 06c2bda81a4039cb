//! Generates contracts with 10, 100 and 1,000 methods, to measure what finding a method costs.

use std::fmt::Write;

fn main() {
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    let mut code = String::new();
    for (name, methods) in [("Ten", 10), ("Hundred", 100), ("Thousand", 1000)] {
        let (mut declared, mut implemented) = (String::new(), String::new());
        for method in 1..=methods {
            let signature = format!("async fn method_{method:05}(&self, a: i64, b: i64) -> i64");
            writeln!(declared, "    {signature};").expect("a String takes it");
            writeln!(implemented, "    {signature} {{ a + b }}").expect("a String takes it");
        }
        writeln!(
            code,
            "#[rpc_core::rpc]\ntrait {name} {{\n{declared}}}\n\nimpl {name} for Many {{\n{implemented}}}\n"
        )
        .expect("a String takes it");
    }
    std::fs::write(format!("{out}/many.rs"), code).expect("the folder is there");
    println!("cargo::rerun-if-changed=build.rs");
}
