//! The suite `weight`: the number of crates in the tree, the build time and the size of the program.
//!
//! The short form only counts crates, because building takes minutes.

mod app;
mod cargo;
mod methods;

use app::App;
use measure::{BASELINE, Form, Metric, OURS, Results, Samples, interleaved};

/// The same program with each framework: a shop with five methods, and a client that calls it.
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
        Form::Short => results
            .note("The short form builds nothing. Times and sizes are only in the full form."),
        Form::Full => build(&mut results),
    }
    results.write();
}

const NOTES: &[&str] = &[
    "The program is a server and a client over HTTP, both without TLS: a trait with five methods, its implementation, and \
     a main function that calls two of them. The hand-written one uses axum, reqwest, serde_json and a match on the \
     method's name.",
    "jsonrpsee's client is the crate jsonrpsee-http-client, because jsonrpsee's feature http-client enables TLS.",
    "Crates are those compiled into the program or its macros (cargo tree -e normal), without the program's own.",
];

const NOTES_OF_BUILDS: &[&str] = &[
    "A cold build starts with an empty target folder and all sources downloaded, and uses cargo's default profiles. An \
     incremental build is a debug build after touching main.rs.",
    "A trait, by methods: a program with one such trait, its implementation and a client. Dependencies are already \
     compiled, and incremental compilation is off.",
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

/// Records one value per app, which does not vary.
fn record(results: &mut Results, metric: &Metric, value: impl Fn(&App) -> f64) {
    let samples = APPS.each_ref().map(|app| Samples {
        contender: app.contender.to_owned(),
        values: vec![value(app)],
    });
    results.record(PROGRAM, metric, &samples);
}

/// Records times in seconds, with the apps taking turns.
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
