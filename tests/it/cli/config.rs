//! Settings from several sources: which one wins, and what `rpc config` shows.

use super::*;

const FILE: &str = r#"
[defaults]
timeout = "40s"
ids = "hexadecimal"

[endpoints.shop]
url = "URL"
user = "ann"
password_file = "secret"
headers = { x-shop = "north", x-key = "sesame" }
timeout = 20
"#;

/// A configuration file with an endpoint `shop`, which is the given server.
fn configured(server: &Server) -> (Folder, String) {
    let folder = Folder::new();
    folder.write("rpc/secret", "sesame\n");
    let file = folder.write("rpc/config.toml", &FILE.replace("URL", &server.url));
    (folder, file)
}

#[tokio::test]
async fn an_endpoint_is_called_by_its_name() {
    let server = Server::start().await;
    let (folder, _) = configured(&server);
    let mut command = rpc(&["call", "shop", "add", "1", "2"]);
    command.env("XDG_CONFIG_HOME", folder.path(""));
    assert_eq!(run(command).await.printed(), "3");
    assert!(server.only_message().ends_with(r#","id":"1"}"#));
    assert_eq!(server.header("x-shop").unwrap(), "north");
    // base64 of "ann:sesame"
    assert_eq!(
        server.header("authorization").unwrap(),
        "Basic YW5uOnNlc2FtZQ=="
    );
}

#[tokio::test]
async fn the_command_line_overrides_the_environment_which_overrides_the_file() {
    let server = Server::start().await;
    let (_folder, file) = configured(&server);
    let shown = async |variable: &str, value: &str, words: &[&str]| {
        let mut command = rpc(&["config", "shop"]);
        command.args(words).env("RPC_CONFIG", &file);
        if !variable.is_empty() {
            command.env(variable, value);
        }
        run(command).await.printed().to_owned()
    };
    let endpoint = format!("({file}, [endpoints.shop])");
    let defaults = format!("({file}, [defaults])");
    let line = "(command line)";
    for (variable, value, words, expected) in [
        ("", "", &[] as &[&str], ["timeout", "20s", &endpoint]),
        (
            "RPC_TIMEOUT",
            "5s",
            &[],
            ["timeout", "5s", "(environment, RPC_TIMEOUT)"],
        ),
        ("RPC_TIMEOUT", "", &[], ["timeout", "20s", &endpoint]),
        (
            "RPC_TIMEOUT",
            "5s",
            &["--timeout", "2m"],
            ["timeout", "120s", line],
        ),
        ("", "", &[], ["ids", "hexadecimal", &defaults]),
        (
            "RPC_IDS",
            "uuid",
            &[],
            ["ids", "uuid", "(environment, RPC_IDS)"],
        ),
        (
            "RPC_IDS",
            "uuid",
            &["--ids", "random"],
            ["ids", "random", line],
        ),
        ("", "", &[], ["insecure", "false", "(default)"]),
        (
            "RPC_INSECURE",
            "true",
            &[],
            ["insecure", "true", "(environment, RPC_INSECURE)"],
        ),
        (
            "RPC_INSECURE",
            "true",
            &["--insecure=false"],
            ["insecure", "false", line],
        ),
        ("", "", &["--insecure"], ["insecure", "true", line]),
        ("", "", &[], ["tolerant", "false", "(default)"]),
        (
            "RPC_TOLERANT",
            "true",
            &[],
            ["tolerant", "true", "(environment, RPC_TOLERANT)"],
        ),
        (
            "RPC_TOLERANT",
            "true",
            &["--tolerant=false"],
            ["tolerant", "false", line],
        ),
        ("", "", &["--tolerant"], ["tolerant", "true", line]),
        (
            "RPC_CONNECT_TIMEOUT",
            "500ms",
            &[],
            [
                "connect_timeout",
                "500ms",
                "(environment, RPC_CONNECT_TIMEOUT)",
            ],
        ),
        (
            "RPC_MAX_REPLY",
            "2000",
            &["--max-reply", "1000"],
            ["max_reply", "1000", line],
        ),
        (
            "RPC_MAX_REPLY",
            "65536 KiB",
            &[],
            ["max_reply", "64MiB", "(environment, RPC_MAX_REPLY)"],
        ),
        ("", "", &[], ["jsonrpc", "2.0", "(default)"]),
        (
            "RPC_JSONRPC",
            "1.0",
            &[],
            ["jsonrpc", "1.0", "(environment, RPC_JSONRPC)"],
        ),
        (
            "",
            "",
            &["--cacert", "ca.pem"],
            ["root_certificates", "ca.pem", line],
        ),
        (
            "RPC_BATCH_SIZE",
            "7",
            &[],
            ["batch_size", "7", "(environment, RPC_BATCH_SIZE)"],
        ),
        (
            "",
            "",
            &["-H", "x-shop: south"],
            ["header", "x-shop: south", line],
        ),
        ("", "", &[], ["header", "x-key: (hidden)", &endpoint]),
        (
            "RPC_BEARER",
            "sesame",
            &[],
            [
                "authorization",
                "token (hidden)",
                "(environment, RPC_BEARER)",
            ],
        ),
        (
            "RPC_BEARER",
            "sesame",
            &["--user", "bob:sesame"],
            ["authorization", "user bob with a password (hidden)", line],
        ),
    ] {
        let shown = shown(variable, value, words).await;
        let [name, value, origin] = expected;
        let is_expected = |it: &str| {
            let mut parts = it
                .split("  ")
                .filter(|part| !part.is_empty())
                .map(str::trim);
            parts.by_ref().eq([name, value, origin])
        };
        assert!(shown.lines().any(is_expected), "{expected:?}:\n{shown}");
        assert!(!shown.contains("sesame"), "{shown}");
    }
}

#[tokio::test]
async fn config_lists_all_endpoints() {
    let server = Server::start().await;
    let (_folder, file) = configured(&server);
    let mut command = rpc(&["config"]);
    command.env("RPC_CONFIG", &file);
    let ran = run(command).await;
    let first = format!(
        "configuration file: {file}\nendpoint shop: {}\n",
        server.url
    );
    assert!(ran.printed().starts_with(&first), "{ran:?}");
}

#[tokio::test]
async fn a_header_on_the_command_line_replaces_that_of_the_file() {
    let server = Server::start().await;
    let (_folder, file) = configured(&server);
    let mut command = rpc(&["call", "shop", "add", "1", "2", "-H", "X-Shop: south"]);
    command.env("RPC_CONFIG", &file);
    run(command).await;
    assert_eq!(server.header("x-shop").unwrap(), "south");
    assert_eq!(server.header("x-key").unwrap(), "sesame");
}

/// Other users of the machine can see the command line.
#[tokio::test]
async fn a_password_need_not_be_on_the_command_line() {
    let server = Server::start().await;
    let folder = Folder::new();
    let file = folder.write("password", "se same\r\n");
    let basic = "Basic YW5uOnNlIHNhbWU="; // "ann:se same"

    let mut command = rpc(&["call", &server.url, "add", "1", "2", "--user", "ann"]);
    command.env("RPC_PASSWORD", "se same");
    assert_eq!(run(command).await.printed(), "3");
    assert_eq!(server.header("authorization").unwrap(), basic);

    let words = ["add", "1", "2", "-u", "ann", "--password-file", &file];
    assert_eq!(call(&server, &words).await.printed(), "3");
    assert_eq!(server.header("authorization").unwrap(), basic);

    let words = ["add", "1", "2", "--bearer-file", &file];
    assert_eq!(call(&server, &words).await.printed(), "3");
    assert_eq!(server.header("authorization").unwrap(), "Bearer se same");

    let words = ["add", "1", "2", "--user", "ann:"];
    assert_eq!(call(&server, &words).await.printed(), "3");
    assert_eq!(server.header("authorization").unwrap(), "Basic YW5uOg==");
}

/// A password is never combined with the name of another user.
#[tokio::test]
async fn credentials_come_from_one_source() {
    const FILE: &str = r#"
[endpoints.header]
url = "URL"
headers = { Authorization = "Bearer of-the-file" }

[endpoints.user]
url = "URL"
user = "ann"
password_file = "secret"
"#;
    let server = Server::start().await;
    let folder = Folder::new();
    folder.write("secret", "sesame\n");
    let file = folder.write("config.toml", &FILE.replace("URL", &server.url));
    let with_user = server.url.replace("http://", "http://cid:pw@");
    let ann = "Basic YW5uOnNlc2FtZQ=="; // "ann:sesame"
    let bob = "Basic Ym9iOnB3"; // "bob:pw"
    let cid = "Basic Y2lkOnB3"; // "cid:pw"
    for (endpoint, variable, words, expected) in [
        ("header", ("", ""), &[] as &[&str], "Bearer of-the-file"),
        ("header", ("", ""), &["--user", "bob:pw"], bob),
        ("header", ("", ""), &["--bearer", "token"], "Bearer token"),
        ("header", ("RPC_USER", "bob:pw"), &[], bob),
        ("user", ("", ""), &[], ann),
        ("user", ("", ""), &["--user", "ann"], ann),
        ("user", ("", ""), &["--user", "bob:pw"], bob),
        ("user", ("RPC_PASSWORD", "pw"), &["--user", "bob"], bob),
        ("user", ("", ""), &["-H", "authorization: mine"], "mine"),
        ("user", ("RPC_BEARER", "token"), &[], "Bearer token"),
        (
            "user",
            ("RPC_BEARER", "token"),
            &["-H", "authorization: mine"],
            "mine",
        ),
        (&with_user, ("", ""), &[], cid),
        (&with_user, ("RPC_BEARER", "token"), &[], cid),
        (&with_user, ("", ""), &["--user", "bob:pw"], bob),
    ] {
        let mut command = rpc(&["call", endpoint, "add", "1", "2"]);
        command.args(words).env("RPC_CONFIG", &file);
        if !variable.0.is_empty() {
            command.env(variable.0, variable.1);
        }
        assert_eq!(run(command).await.printed(), "3");
        let sent = server.header("authorization");
        assert_eq!(sent.as_deref(), Some(expected), "{variable:?} {words:?}");
    }

    // The password in the file belongs to ann.
    let mut command = rpc(&["call", "user", "add", "1", "2", "--user", "bob"]);
    command.env("RPC_CONFIG", &file);
    let ran = run(command).await;
    let stderr = ran.failed(2);
    assert!(
        stderr.contains("a user is given without a password"),
        "{stderr}"
    );

    // Contradictions are errors. Nothing is ignored silently.
    let password = folder.path("secret");
    let bob = "bob:pw";
    for (variables, words, expected) in [
        (
            &[][..],
            &["--password-file", &password][..],
            "a password is given without a user (command line)",
        ),
        (
            &[],
            &["-u", bob, "--password-file", &password],
            "a password is given twice",
        ),
        (
            &[("RPC_USER", bob), ("RPC_PASSWORD", "x")],
            &[],
            "a password is given twice",
        ),
        (
            &[("RPC_BEARER", "x"), ("RPC_BEARER_FILE", "/y")],
            &[],
            "both a token and a token file are given (environment)",
        ),
        (
            &[("RPC_BEARER", "x"), ("RPC_PASSWORD", "x")],
            &[],
            "a password is given without a user",
        ),
        (
            &[],
            &["-H", "content-length: 5"],
            "the header content-length cannot be set",
        ),
    ] {
        let mut command = rpc(&["call", &server.url, "add", "1", "2"]);
        command.args(words).envs(variables.iter().copied());
        let ran = run(command).await;
        assert!(ran.failed(2).contains(expected), "{ran:?}");
    }

    // A user in the URL is treated like any other.
    let ann = server.url.replace("http://", "http://ann@");
    let ran = run(rpc(&["call", &ann, "add", "1", "2"])).await;
    assert!(
        ran.failed(2).contains("a user is given without a password"),
        "{ran:?}"
    );
    let mut command = rpc(&["call", &ann, "add", "1", "2"]);
    command.env("RPC_PASSWORD", "sesame");
    assert_eq!(run(command).await.printed(), "3");
    let sent = server.header("authorization").unwrap();
    assert_eq!(sent, "Basic YW5uOnNlc2FtZQ==");
    let ran = run(rpc(&["config", &with_user])).await;
    let line = ran
        .printed()
        .lines()
        .find(|it| it.starts_with("authorization"));
    assert!(
        line.unwrap().contains("user cid with a password (hidden)"),
        "{ran:?}"
    );

    let words = ["-u", "bob:pw", "-H", "Authorization: mine"];
    let ran = call(&server, &[&["add", "1", "2"], &words[..]].concat()).await;
    let stderr = ran.failed(2);
    let both = "both a user and an authorization header are given (command line)";
    assert!(stderr.contains(both), "{stderr}");
}

#[tokio::test]
async fn mistakes_in_the_file_are_reported_without_values() {
    let folder = Folder::new();
    for (text, expected) in [
        (
            "[endpoints.a]\nurl = \"http://a\"\nbearre = \"sesame\"",
            "unknown field `bearre`",
        ),
        (
            "[defaults]\nbearer = \"sesame\"",
            "move credentials and headers to an endpoint",
        ),
        ("x = [", "line 1"),
        (
            "[endpoints]\nshop = \"https://ann:sesame@host/\"",
            "line 2: expected a map",
        ),
    ] {
        let file = folder.write("config.toml", text);
        let mut command = rpc(&["config"]);
        command.env("RPC_CONFIG", &file);
        let ran = run(command).await;
        assert!(ran.failed(2).contains(expected), "{ran:?}");
        assert!(!ran.err.contains("sesame"), "{ran:?}");
    }
    let mut command = rpc(&["config"]);
    command.env("RPC_CONFIG", folder.path("missing.toml"));
    assert!(run(command).await.failed(6).contains("missing.toml"));
    let mut command = rpc(&["config"]);
    command.env("RPC_TIMEOUT", "sesame");
    let ran = run(command).await;
    assert!(ran.failed(2).contains("RPC_TIMEOUT: a time is"), "{ran:?}");
    assert!(!ran.err.contains("sesame"));
}

#[tokio::test]
async fn an_unknown_endpoint_gets_a_suggestion() {
    let server = Server::start().await;
    let (_folder, file) = configured(&server);
    let mut command = rpc(&["call", "shpo", "add"]);
    command.env("RPC_CONFIG", &file);
    assert!(
        run(command)
            .await
            .failed(2)
            .ends_with("hint: did you mean shop?")
    );
}
