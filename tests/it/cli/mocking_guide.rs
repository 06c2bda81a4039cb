//! docs/mocking.md: its commands are run, in their order, and print what the page says.

use super::served::Served;
use super::*;

const GUIDE: &str = include_str!("../../../docs/mocking.md");

/// A code block: the language and what follows it, and the text.
struct Block {
    kind: &'static str,
    text: &'static str,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = GUIDE;
    while let Some((_, start)) = rest.split_once("\n```") {
        let (kind, start) = start.split_once('\n').unwrap();
        let (text, end) = start.split_once("\n```\n").unwrap();
        blocks.push(Block { kind, text });
        rest = end;
    }
    blocks
}

/// Whether a command serves until it is stopped.
fn serves(command: &str) -> bool {
    command.contains(" --listen ")
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A line of the page as a process, in the folder.
fn command(line: &str, folder: &Folder) -> Command {
    let mut shell = Command::new("sh");
    let line = match line.strip_prefix("rpc ") {
        Some(rest) => format!("exec {} {rest}", program().display()),
        None => line.to_owned(),
    };
    shell
        .args(["-c", &line])
        .current_dir(folder.path(""))
        .env_clear()
        .envs(environment())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    shell
}

#[tokio::test]
async fn the_commands_of_the_page_work() {
    let folder = Folder::new();
    let ports: Vec<(&str, String)> = ["127.0.0.1:8080", "127.0.0.1:9090", "127.0.0.1:9091"]
        .map(|address| (address, format!("127.0.0.1:{}", free_port())))
        .into();
    let (mut printed, mut checked, mut serving) =
        (String::new(), 0, Vec::<(String, Served)>::new());
    for Block { kind, text } in blocks() {
        let mut text = text.to_owned();
        for (address, free) in &ports {
            text = text.replace(address, free);
        }
        match kind {
            "json" => drop(folder.write("openrpc.json", &text)),
            "text" => {
                assert_eq!(printed, text);
                checked += 1;
            }
            "sh" if serves(&text) => {
                let (_, address) = text.split_once(" --listen ").unwrap();
                let address = address.split(' ').next().unwrap().to_owned();
                if let Some(index) = serving.iter().position(|(other, _)| *other == address) {
                    let (_, earlier) = serving.remove(index);
                    assert_eq!(earlier.stop().await.code, Some(0));
                }
                serving.push((address, Served::of(command(&text, &folder)).await));
            }
            "sh" => {
                let mut lines = Vec::new();
                for line in text.lines() {
                    let ran = run(command(line, &folder)).await;
                    assert_eq!(ran.code, Some(0), "{line}: {ran:?}");
                    lines.push(ran.out);
                }
                printed = lines.concat().trim_end().to_owned();
            }
            "sh fails" => {
                let ran = run(command(&text, &folder)).await;
                assert_eq!(ran.code, Some(1), "{text}: {ran:?}");
            }
            _ => {}
        }
    }
    assert!(checked >= 6, "{checked}");
    let recorded = std::fs::read_to_string(folder.path("shop.jsonl")).unwrap();
    assert_eq!(recorded.lines().count(), 3);
    assert!(!recorded.contains("4242"), "{recorded}");
}
