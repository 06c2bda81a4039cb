//! The suite `weight`: crates in the tree, time to build, size of the program.
//!
//! The short form looks at the trees only; building takes minutes.

mod app;
mod cargo;
mod methods;

use app::App;
use measure::{BASELINE, Form, Metric, OURS, Results, Samples, interleaved};

/// The same shop with five methods, and a client that calls it, in each of these.
const APPS: [App; 3] = [
    App::new(OURS, "rpc"),
    App::new(BASELINE, "jsonrpsee"),
    App::new("axum and reqwest by hand", "by-hand"),
];

const PROGRAM: &str = "a shop of five methods";

fn main() {
    let mut results = Results::new("weight");
    for note in NOTES {
        results.note(*note);
    }
    for app in &APPS {
        app.fetch();
    }
    count_crates(&mut results);
    match Form::from_arguments() {
        Form::Short => {
            results.note("The short form builds nothing: times and sizes are the full form's.")
        }
        Form::Full => build(&mut results),
    }
    results.write();
}

const NOTES: &[&str] = &[
    "The program is a server and a client over HTTP, both without TLS: a trait of five methods, its implementation, a main \
     that calls two of them. By hand: axum, reqwest, serde_json and a match over the methods' names.",
    "jsonrpsee's client is jsonrpsee-http-client itself, since jsonrpsee's feature http-client brings TLS.",
    "Crates are those that are compiled into the program or into its macros (cargo tree -e normal), without the program's \
     own.",
];

const NOTES_OF_BUILDS: &[&str] = &[
    "Cold is an empty target folder, with all sources downloaded, by cargo's own profiles. Incremental is a debug build \
     after main.rs has been touched.",
    "A trait, by methods: a program with one such trait, its implementation and a client; dependencies are compiled \
     already, and nothing is incremental.",
];

fn count_crates(results: &mut Results) {
    record(results, &Metric::cost("crates", "in the tree"), |app| {
        app.crates() as f64
    });
}

fn build(results: &mut Results) {
    for note in NOTES_OF_BUILDS {
        results.note(*note);
    }
    const COLD_ROUNDS: usize = 2;
    const ROUNDS: usize = 5;
    time(results, "cold debug build", COLD_ROUNDS, |app| {
        app.build_cold("dev")
    });
    time(
        results,
        "incremental build",
        ROUNDS,
        App::build_after_touching_main,
    );
    time(results, "cold release build", COLD_ROUNDS, |app| {
        app.build_cold("release")
    });
    for app in &APPS {
        app.prove();
    }
    record(
        results,
        &Metric::cost("release program", "bytes"),
        App::size,
    );
    record(
        results,
        &Metric::cost("release program, stripped", "bytes"),
        App::stripped_size,
    );
    methods::grow(results);
}

/// One value an app, that does not vary.
fn record(results: &mut Results, metric: &Metric, value: impl Fn(&App) -> f64) {
    let samples = APPS.each_ref().map(|app| Samples {
        contender: app.contender.to_owned(),
        values: vec![value(app)],
    });
    results.record(PROGRAM, metric, &samples);
}

/// Seconds, with the apps in turn.
fn time(results: &mut Results, what: &str, rounds: usize, run: impl Fn(&App) -> f64) {
    let run = &run;
    let mut runs = APPS.each_ref().map(|app| (app.contender, move || run(app)));
    let mut turns: Vec<_> = runs
        .iter_mut()
        .map(|(contender, run)| (*contender, run as &mut dyn FnMut() -> f64))
        .collect();
    let samples = interleaved(rounds, &mut turns);
    results.record(PROGRAM, &Metric::cost(what, "s"), &samples);
}
