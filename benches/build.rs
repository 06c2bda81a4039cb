//! Writes contracts of ten and of a thousand methods, to see whether looking one up costs the same in both.

use std::fmt::Write;

fn main() {
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    for (name, methods) in [("Ten", 10), ("Thousand", 1000)] {
        let (mut declared, mut implemented) = (String::new(), String::new());
        for method in 1..=methods {
            let signature = format!("async fn method_{method:04}(&self, a: i64, b: i64) -> i64");
            writeln!(declared, "    {signature};").expect("a String takes it");
            writeln!(implemented, "    {signature} {{ a + b + {method} }}")
                .expect("a String takes it");
        }
        let code = format!(
            "#[rpc_core::rpc(namespace = \"many\")]\ntrait {name} {{\n{declared}}}\n\n\
             impl {name} for Many {{\n{implemented}}}\n"
        );
        std::fs::write(format!("{out}/{name}.rs"), code).expect("the folder is there");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
