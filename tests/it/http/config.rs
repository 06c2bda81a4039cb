//! A client's options, from a file and from the environment.

use std::collections::HashMap;
use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;

use rpc_core::transport::Connect;
use rpc_http::{BuildError, Builder, Config, ConfigError, Connections, Ids, lean};

use super::*;

fn of(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let variables: HashMap<_, _> = variables.iter().copied().collect();
    Config::from_vars("SHOP", |name| variables.get(name).map(OsString::from))
}

fn file(json: serde_json::Value) -> Config {
    serde_json::from_value(json).unwrap()
}

#[test]
fn each_option_has_a_variable() {
    let config = of(&[
        ("SHOP_URL", "http://shop.example/"),
        ("SHOP_TIMEOUT", "2.5"),
        ("SHOP_CONNECT_TIMEOUT", "1"),
        ("SHOP_MAX_REPLY", "1000"),
        ("SHOP_HEADERS", "x-shop: north\n\n x-day:mon: day \n"),
        ("SHOP_USER", "ann"),
        ("SHOP_PASSWORD", "s3cret"),
        ("SHOP_BEARER", ""),
        ("SHOP_IDS", "uuid"),
        ("SHOP_TOLERANT", "true"),
        ("SHOP_ROOT_CERTIFICATES", "/ca.pem"),
        ("SHOP_IDENTITY", "/me.pem"),
        ("OTHER_TIMEOUT", "x"),
    ]);
    let config = config.unwrap();
    let in_a_file = serde_json::json!({
        "url": "http://shop.example/",
        "timeout": 2.5,
        "connect_timeout": 1.0,
        "max_reply": 1000,
        "headers": { "x-shop": "north", "x-day": "mon: day" },
        "user": "ann",
        "password": "s3cret",
        "ids": "uuid",
        "tolerant": true,
        "root_certificates": "/ca.pem",
        "identity": "/me.pem",
    });
    assert_eq!(config, file(in_a_file));
    assert!(!format!("{config:?}").contains("s3cret"), "{config:?}");
    let secret = of(&[("SHOP_HEADERS", "x-token: s3cret")]).unwrap();
    let builder = Client::builder().configure(&secret);
    assert!(
        !format!("{secret:?} {builder:?}").contains("s3cret"),
        "{builder:?}"
    );
    let telling = Client::builder().header("x-api-key", "s3cret");
    let client = Client::builder().header("authorization", "Bearer s3cret");
    let client = client.build("http://localhost/").unwrap();
    let shown = format!("{telling:?} {:?}", client.transport());
    assert!(!shown.contains("s3cret"), "{shown}");
    assert_eq!(of(&[]).unwrap(), Config::default());
    assert_eq!(
        Config::from_env("NO_SUCH_PREFIX").unwrap(),
        Config::default()
    );
}

#[test]
fn errors_show_no_secret() {
    for (name, value, expected) in [
        ("SHOP_TIMEOUT", "s3cret", "SHOP_TIMEOUT is not a number"),
        (
            "SHOP_MAX_REPLY",
            "-1",
            "SHOP_MAX_REPLY is not a number of bytes",
        ),
        (
            "SHOP_HEADERS",
            "s3cret",
            "SHOP_HEADERS is not a header a line, `name: value`",
        ),
        (
            "SHOP_IDS",
            "roman",
            "SHOP_IDS is not decimal, hexadecimal, random or uuid",
        ),
    ] {
        assert_eq!(of(&[(name, value)]).unwrap_err().to_string(), expected);
    }
    let misspelt = serde_json::json!({ "timout": 1 });
    assert!(serde_json::from_value::<Config>(misspelt).is_err());

    let error = |config| {
        let builder = Client::builder()
            .configure(&config)
            .header("x-shop", "north");
        let error = builder.build("http://localhost/").unwrap_err();
        assert!(matches!(error, BuildError::Config(_)), "{error:?}");
        error
    };
    for seconds in [-1.0, f64::NAN, f64::INFINITY] {
        let mut config = Config::default();
        config.timeout = Some(seconds);
        assert_eq!(
            error(config).to_string(),
            "`timeout` is not a number of seconds"
        );
    }
    let alone = error(file(serde_json::json!({ "password": "s3cret" })));
    assert_eq!(alone.to_string(), "a password without a user");
    let missing = error(file(serde_json::json!({ "identity": "/no/such/file" })));
    assert!(missing.to_string().contains("/no/such/file") && missing.source().is_some());
}

/// An error from serde goes to a log, or to the person who started the program.
#[test]
fn no_secret_of_a_wrong_type_is_quoted() {
    use serde_json::json;

    let said = |value: serde_json::Value, expected: &str| {
        let error = serde_json::from_value::<Config>(value.clone()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{value}");
        let error = serde_json::from_str::<Config>(&value.to_string()).unwrap_err();
        let at = format!("{expected} at line 1 column {}", error.column());
        assert_eq!(error.to_string(), at, "{value}");
    };
    let secrets = [json!(31337), json!(-31337), json!(3133.7), json!(true)];
    for secret in &secrets {
        for field in ["url", "user", "password", "bearer"] {
            said(json!({ (field): secret }), "expected a string");
            said(json!({ (field): [secret] }), "expected a string");
        }
        let expected = "expected a map of strings";
        said(json!({ "headers": { "x-token": secret } }), expected);
        said(json!({ "headers": secret }), expected);
    }
    said(
        json!({ "headers": "x-token: s3cret" }),
        "expected a map of strings",
    );
    let nothing = file(json!({ "password": null, "user": "ann" }));
    assert_eq!(
        (nothing.user.as_deref(), nothing.password),
        (Some("ann"), None)
    );
}

#[test]
fn the_first_configuration_goes_before_the_second() {
    let all = |n: u8| {
        file(serde_json::json!({
            "url": format!("http://shop.example/{n}"),
            "timeout": n,
            "connect_timeout": n,
            "max_reply": n,
            "headers": { "x-both": n.to_string(), (format!("x-{n}")): n.to_string() },
            "ids": if n == 1 { "hexadecimal" } else { "random" },
            "root_certificates": format!("/{n}"),
            "identity": format!("/{n}"),
        }))
    };
    let mut both = all(1);
    both.headers.insert("x-2".into(), "2".into());
    assert_eq!(all(1).or(all(2)), both);
    assert_eq!(Config::default().or(all(2)), all(2));
    assert_eq!(all(1).or(Config::default()), all(1));
    assert_eq!(both.ids, Some(Ids::Hexadecimal));
    assert_eq!(both.identity, Some(PathBuf::from("/1")));
}

#[test]
fn a_header_is_the_same_however_it_is_written() {
    let first = of(&[("SHOP_HEADERS", "X-Shop: north")]).unwrap();
    let second = file(serde_json::json!({ "headers": { "x-shop": "south", "x-day": "monday" } }));
    let both = serde_json::json!({ "headers": { "X-Shop": "north", "x-day": "monday" } });
    assert_eq!(first.or(second), file(both));

    let header = || of(&[("SHOP_HEADERS", "Authorization: Token t")]).unwrap();
    let bearer = || file(serde_json::json!({ "bearer": "u" }));
    let user = || file(serde_json::json!({ "user": "ann", "password": "p" }));
    for other in [bearer, user] {
        assert_eq!(header().or(other()), header());
        assert_eq!(other().or(header()), other());
    }
}

#[test]
fn credentials_are_not_mixed() {
    let of = |user: &str, password: &str, bearer: &str| {
        let mut config = Config::default();
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        (config.user, config.password, config.bearer) =
            (given(user), given(password), given(bearer));
        config
    };
    for (first, second, expected) in [
        (of("", "p", ""), of("ann", "", ""), of("ann", "p", "")),
        (of("ann", "", ""), of("ann", "p", ""), of("ann", "p", "")),
        (of("ann", "", ""), of("", "p", ""), of("ann", "p", "")),
        (of("bob", "", ""), of("ann", "p", ""), of("bob", "", "")),
        (of("", "", "t"), of("ann", "p", ""), of("", "", "t")),
        (of("ann", "p", ""), of("", "", "t"), of("ann", "p", "")),
        (of("", "", ""), of("ann", "p", "t"), of("ann", "p", "t")),
    ] {
        assert_eq!(first.or(second), expected);
    }

    let at = |url: &str, config: Config| {
        let mut config = config;
        config.url = Some(url.to_owned());
        config
    };
    let (user, token, none) = (|| of("ann", "p", ""), || of("", "", "t"), || of("", "", ""));
    let header = || file(serde_json::json!({ "headers": { "Authorization": "Token t" } }));
    // A user named in a URL does not get the password, token or header of another source.
    for url in [
        "http://bob:q@shop.example/",
        "http://bob@shop.example",
        "HTTP:\\\\:q@shop.example",
    ] {
        for other in [user(), token(), header()] {
            assert_eq!(at(url, none()).or(other), at(url, none()), "{url}");
        }
    }
    let shop = "https://shop.example/rpc";
    // An @ elsewhere names nobody.
    let path = "https://shop.example/@bob?a=@";
    assert_eq!(at(path, none()).or(at(shop, user())), at(path, user()));
    for same in [
        "https://SHOP.example:443",
        "HTTPS://shop.example:/other?a=1",
        shop,
    ] {
        for other in [user(), token(), header()] {
            let expected = at(same, other.clone());
            assert_eq!(at(same, none()).or(at(shop, other)), expected, "{same}");
        }
    }
    let mut meant_for_shop = at(shop, user());
    meant_for_shop
        .headers
        .insert("x-api-key".into(), "k".into());
    meant_for_shop.identity = Some("/me.pem".into());
    meant_for_shop.timeout = Some(2.0);
    let mut nothing = none();
    nothing.timeout = Some(2.0);
    for elsewhere in [
        "http://shop.example/rpc",
        "https://shop.example:8443/rpc",
        "https://shop.example.org/rpc",
        "https://evil.example/https://shop.example/rpc",
        "https://evil.example\\@shop.example/rpc",
        "shop.example",
    ] {
        let both = at(elsewhere, none()).or(meant_for_shop.clone());
        assert_eq!(both, at(elsewhere, nothing.clone()), "{elsewhere}");
    }
    assert_eq!(
        at(shop, user()).or(at("http://127.0.0.1/", token())),
        at(shop, user())
    );
    let v6 = at("http://[::1]:80/", none()).or(at("http://[::1]/rpc", user()));
    assert_eq!(v6, at("http://[::1]:80/", user()));
}

/// The headers and the id that a server sees.
async fn seen<C: Connections>(builder: Builder<C>, config: &Config) -> String {
    let server = running(probe()).await;
    let client = builder.configure(config).build(server.url()).unwrap();
    let probe = ProbeClient::new(client);
    let mut seen = Vec::new();
    for name in ["authorization", "x-shop"] {
        seen.push(
            within(probe.header(name))
                .await
                .unwrap()
                .unwrap_or_default(),
        );
    }
    seen.push(within(probe.id()).await.unwrap());
    seen.join(" ")
}

#[tokio::test]
async fn a_client_does_what_its_configuration_says() {
    let basic = file(serde_json::json!({
        "user": "ann", "password": "pw", "headers": { "x-shop": "north" }, "ids": "hexadecimal",
    }));
    let expected = r#"Basic YW5uOnB3 north "3""#;
    assert_eq!(seen(Client::builder(), &basic).await, expected);
    assert_eq!(seen(lean::Client::builder(), &basic).await, expected);
    let bearer = file(serde_json::json!({ "bearer": "t" }));
    assert_eq!(
        seen(lean::Lean::builder().header("x-shop", "south"), &bearer).await,
        "Bearer t south 3"
    );

    let hasty = file(serde_json::json!({ "timeout": 0.05 }));
    let server = running(probe()).await;
    let client = Client::builder().configure(&hasty);
    let probe = ProbeClient::new(client.build(server.url()).unwrap());
    let late = within(probe.sleep(10_000)).await;
    assert!(late.unwrap_err().is_timeout());
}
