//! `rpc man`: the pages of the manual.

use super::*;

#[tokio::test]
async fn every_command_has_a_page() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("")).unwrap();
    let ran = run(rpc(&["man", "--dir", &folder.path("")])).await;
    assert_eq!(ran.printed(), "");
    let mut pages: Vec<String> = std::fs::read_dir(folder.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    let expected = [
        "rpc-batch.1",
        "rpc-call.1",
        "rpc-completions.1",
        "rpc-config.1",
        "rpc-diff.1",
        "rpc-explore.1",
        "rpc-generate.1",
        "rpc-help.1",
        "rpc-lint.1",
        "rpc-man.1",
        "rpc-methods.1",
        "rpc-mock.1",
        "rpc-openrpc.1",
        "rpc-record.1",
        "rpc-replay.1",
        "rpc.1",
    ];
    assert_eq!(pages, expected);
    let page = std::fs::read_to_string(folder.path("rpc-batch.1")).unwrap();
    assert_eq!(run(rpc(&["man", "batch"])).await.printed(), page.trim_end());
    for part in [
        ".SH SYNOPSIS",
        ".SH EXAMPLES\n.nf",
        ".SH \"EXIT STATUS\"",
        ".SH ENVIRONMENT",
        "\\fBRPC_TIMEOUT\\fR",
        "[endpoints.shop]",
        "\\-\\-resume",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let ran = run(rpc(&["man", "nothing"])).await;
    assert_eq!(
        ran.failed(2),
        "error: unknown command\nhint: the commands are call, batch, methods, help, openrpc, lint, generate, diff, explore, mock, record, replay, config, completions, man"
    );
}
