//! Completion, in real shells.

use super::screen::Screen;
use super::*;

/// bash would run a command in such a name.
#[tokio::test]
async fn bash_gets_no_candidate_that_it_would_interpret() {
    let folder = Folder::new();
    let mut config = String::new();
    for name in ["shop", "shed$(touch x)", "she;ll", "shy`id`", "sh op"] {
        config += &format!("[endpoints.\"{name}\"]\nurl = \"http://localhost/\"\n");
    }
    let mut command = rpc(&["--", "rpc", "call", "sh"]);
    command
        .env("RPC_CONFIG", folder.write("config.toml", &config))
        .env("RPC_COMPLETE", "bash")
        .env("_RPC_COMPLETE_LINE", "rpc call sh")
        .env("_RPC_COMPLETE_BREAKS", " \t\n\"'><=;|&(:");
    assert_eq!(run(command).await.printed(), "shop");
}

/// The environment of a shell that finds `rpc` and a configuration file with an endpoint `shop`.
fn variables(server: &Server, folder: &Folder) -> [(&'static str, String); 3] {
    let config = format!("[endpoints.shop]\nurl = \"{}\"\n", server.url);
    let path = format!(
        "{}:{}",
        program().parent().unwrap().to_str().unwrap(),
        std::env::var("PATH").unwrap()
    );
    [
        ("PATH", path),
        ("RPC_CONFIG", folder.write("config.toml", &config)),
        ("PS1", "ready> ".to_owned()),
    ]
}

/// Types each line into a shell, presses Tab, and waits for the completed line.
async fn complete(shell: &str, options: &[&str], setup: &[&str], server: &Server) {
    let folder = Folder::new();
    let variables = variables(server, &folder);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(a, b)| (*a, &**b)).collect();
    let cases = [
        ("rpc ca".to_owned(), "rpc call".to_owned()),
        ("rpc batch --keep-g".to_owned(), "--keep-going".to_owned()),
        ("rpc call sho".to_owned(), "rpc call shop".to_owned()),
        (
            "rpc call shop orders.pl".to_owned(),
            "rpc call shop orders.place".to_owned(),
        ),
        // bash splits this into two words.
        (
            "rpc call shop geo:lo".to_owned(),
            "rpc call shop geo:locate".to_owned(),
        ),
        (
            format!("rpc call {} orders.se", server.url),
            "orders.seen".to_owned(),
        ),
        (
            format!("rpc call --timeout=3s {} orders.se", server.url),
            "orders.seen".to_owned(),
        ),
        (
            format!("rpc help {} orders.pl", server.url),
            "orders.place".to_owned(),
        ),
    ];
    for (typed, completed) in cases {
        let screen = Screen::start(shell, options, &variables, None);
        for line in setup {
            screen.until("ready> ").await;
            screen.write(&format!("{line}\n"));
        }
        // The quotes in `setup` keep its echo from matching here.
        screen.until("set up").await;
        // Ctrl-A moves to the start of the completed line, so that it is printed and not run.
        screen.write(&format!("{typed}\t\x01echo \n"));
        screen.until(&completed).await;
    }
}

#[tokio::test]
async fn bash_completes_after_a_url() {
    let server = Server::that_introspects().await;
    let setup = ["source <(rpc completions bash); echo set' 'up"];
    complete("bash", &["--norc", "--noprofile", "-i"], &setup, &server).await;
}

#[tokio::test]
async fn zsh_completes_after_a_url() {
    let server = Server::that_introspects().await;
    let setup =
        ["autoload -Uz compinit; compinit -u -D; source <(rpc completions zsh); print set' 'up"];
    complete("zsh", &["-f", "-i"], &setup, &server).await;
}

#[tokio::test]
async fn fish_completes_after_a_url() {
    let server = Server::that_introspects().await;
    let folder = Folder::new();
    let home = folder.path("home");
    for (typed, completed) in [
        ("rpc ca".to_owned(), "call"),
        ("rpc call sho".to_owned(), "shop"),
        ("rpc call shop orders.pl".to_owned(), "orders.place"),
        (format!("rpc call {} orders.se", server.url), "orders.seen"),
    ] {
        let mut fish = Command::new("fish");
        fish.args(["--no-config", "-c"])
            .arg(format!(
                "rpc completions fish | source; complete -C '{typed}'"
            ))
            .env_clear()
            .envs(environment())
            .envs(variables(&server, &folder))
            .env("HOME", &home);
        let ran = run(fish).await;
        let words: Vec<&str> = ran.out.split_whitespace().collect();
        assert!(words.contains(&completed), "{typed}: {ran:?}");
    }
}

/// Pressing Tab must not print an error or wait for long.
#[tokio::test]
async fn an_unreachable_server_completes_nothing() {
    let mut command = rpc(&["--", "rpc"]);
    command
        .env("RPC_COMPLETE", "bash")
        .env("_RPC_COMPLETE_LINE", "rpc call http://127.0.0.1:1/ ad")
        .env("_RPC_COMPLETE_BREAKS", " :=");
    assert_eq!(run(command).await.printed(), "");
}
