//! docs/compatibility.md, followed step by step.

use super::*;

const GUIDE: &str = include_str!("../../../docs/compatibility.md");

/// The texts of the blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    let rest = GUIDE.split(&*start).skip(1);
    rest.map(|it| it.split("```").next().unwrap()).collect()
}

/// A repository with the guide's document on its branch `main`, and the change in the folder.
async fn repository() -> Folder {
    let folder = Folder::new();
    let document = blocks("json")[0];
    folder.write("openrpc.json", document);
    folder.write("accepted.toml", blocks("toml")[0]);
    for arguments in [
        &["init", "-q", "-b", "main"] as &[&str],
        &["add", "openrpc.json"],
        &["commit", "-qm", "m"],
    ] {
        let who = ["-c", "user.name=n", "-c", "user.email=e@example.com"];
        let mut git = Command::new("git");
        git.args(who).args(arguments).current_dir(folder.path(""));
        let output = git.output().await.unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let changed = document.replace("\"quantity\"", "\"count\"");
    folder.write(
        "openrpc.json",
        &changed.replace("\"sent\"", "\"sent\", \"lost\""),
    );
    folder
}

/// Runs a line of the guide in the folder.
async fn follow(folder: &Folder, line: &str) -> Ran {
    let mut words = line.split(" > ");
    let arguments: Vec<&str> = words.next().unwrap().split_whitespace().skip(1).collect();
    let mut command = rpc(&arguments);
    command.current_dir(folder.path(""));
    run(command).await
}

#[tokio::test]
async fn its_commands_do_what_it_says() {
    let folder = repository().await;
    let lines = blocks("sh").concat();
    let mut lines = lines.lines();
    let first = follow(&folder, lines.next().unwrap()).await;
    assert_eq!((first.code, &*first.out), (Some(1), blocks("text")[0]));
    assert_eq!(first.err, "error: 2 breaking, 0 risky\n");

    let junit = follow(&folder, lines.next().unwrap()).await;
    assert_eq!(junit.code, Some(1));
    assert!(
        junit
            .out
            .contains("<testsuites tests=\"2\" failures=\"2\">"),
        "{junit:?}"
    );

    let json = follow(&folder, lines.next().unwrap()).await;
    let rules = json.out.lines().map(|line| {
        let change: serde_json::Value = serde_json::from_str(line).unwrap();
        change["rule"].as_str().unwrap().to_owned()
    });
    assert_eq!(
        rules.collect::<Vec<_>>(),
        ["param-renamed", "result-value-added"]
    );

    let accepted = follow(&folder, lines.next().unwrap()).await;
    assert_eq!(accepted.code, Some(0), "{accepted:?}");
    assert!(
        accepted.out.contains("old clients of a new server: risky"),
        "{accepted:?}"
    );
    assert_eq!(lines.next(), None);

    let annotations = blocks("yaml").concat();
    let command = annotations
        .lines()
        .find_map(|line| line.strip_prefix("- run: "));
    let ran = follow(&folder, &command.unwrap().replace("origin/main", "main")).await;
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.out.matches("::error file=openrpc.json,line=").count(),
        2,
        "{ran:?}"
    );
}
