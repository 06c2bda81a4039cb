//! What the macros expand to: `tests/output` has one file for each feature. Read them to see what the macros do, and
//! review the diff when they change. `UPDATE_SNAPSHOTS=1 cargo test -p rpc-macros` rewrites them.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

/// Compares an expansion with its file.
fn check(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).expect("an expansion parses");
    let expansion = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/output/{name}.rs"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &expansion).expect("the snapshot can be written");
        return;
    }
    let snapshot = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some(difference) = difference(&snapshot, &expansion) {
        panic!(
            "the expansion differs from {}:\n{difference}\nif the change is intended, run with UPDATE_SNAPSHOTS=1",
            path.display()
        );
    }
}

/// The lines around the first ones that differ.
fn difference(snapshot: &str, expansion: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (snapshot.lines().collect(), expansion.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    if same == old.len() && same == new.len() {
        return None;
    }
    let context = same.saturating_sub(3);
    let window = |lines: &[&str], sign: &str| -> String {
        let lines = lines.iter().skip(same).take(8);
        lines.map(|line| format!("{sign} {line}\n")).collect()
    };
    let before: String = old[context..same]
        .iter()
        .map(|line| format!("  {line}\n"))
        .collect();
    Some(format!(
        "line {}\n{before}{}{}",
        same + 1,
        window(&old, "-"),
        window(&new, "+")
    ))
}

fn check_rpc(name: &str, options: TokenStream, item: TokenStream) {
    check(name, crate::rpc::rpc(options, item));
}

fn check_error(name: &str, item: TokenStream) {
    check(name, crate::rpc_error::rpc_error(item));
}

#[test]
fn minimal() {
    check_rpc(
        "minimal",
        quote!(),
        quote! {
            /// Adds numbers.
            pub trait Adder {
                /// Adds two numbers.
                async fn add(&self, a: i64, b: i64) -> i64;
            }
        },
    );
}

#[test]
fn borrowed() {
    check_rpc(
        "borrowed",
        quote!(),
        quote! {
            trait Orders {
                async fn place(
                    &self,
                    item: &str,
                    sizes: &[u32],
                    note: Option<&str>,
                    kind: Cow<'_, str>,
                ) -> Result<OrderId, OrderError>;
            }
        },
    );
}

#[test]
fn schemas() {
    check_rpc(
        "schemas",
        quote!(namespace = "orders", schema, lenient),
        quote! {
            /// Orders tea.
            pub trait Orders {
                /// Places an order.
                #[rpc(since = "1.2", example("two teas", item = "tea", quantity = 2 => 1002))]
                async fn place(
                    &self,
                    /// What to order.
                    item: &str,
                    #[rpc(default = 1)] quantity: u32,
                    note: Option<&str>,
                ) -> Result<OrderId, OrderError>;

                #[rpc(read_only)]
                async fn find(&self, #[rpc(flatten)] search: &Search) -> Vec<Order>;

                #[rpc(stream(resume))]
                fn watch(
                    &self,
                    #[rpc(cursor)] after: Option<u64>,
                ) -> impl Stream<Item = Tracked<u64, Order>>;

                /// It calls the client.
                async fn check(&self, #[rpc(peer)] ui: &UiClient<Peer>);
            }
        },
    );
}

#[test]
fn error_schemas() {
    check_error(
        "error_schemas",
        quote! {
            #[rpc(schema)]
            enum OrderError {
                /// There are fewer.
                #[rpc(code = 1001)]
                SoldOut { left: u32 },
                #[rpc(code = 1002)]
                Refused(Reason),
                #[rpc(code = 1003)]
                Limit(u32, u32),
                #[rpc(code = 1004)]
                Closed,
            }
        },
    );
}

#[test]
fn defaults() {
    check_rpc(
        "defaults",
        quote!(),
        quote! {
            trait Orders {
                async fn list(
                    &self,
                    #[rpc(default = 20)] limit: u32,
                    #[rpc(default)] offset: u32,
                    #[rpc(default = "north")] side: &str,
                );
            }
        },
    );
}

#[test]
fn named() {
    check_rpc(
        "named",
        quote!(
            namespace = "orders",
            separator = "/",
            params = "named",
            rename_all = "camelCase",
            tag = "shop",
            lenient
        ),
        quote! {
            trait Orders {
                #[rpc(name = "put", alias = ["orders.add", "orders.insert"], idempotent, cancel_on_disconnect, tag = [SLOW, "staff"])]
                #[deprecated(note = "see place")]
                async fn place_order(&self, item_name: String, #[rpc(name = "type")] kind: u8);
            }
        },
    );
}

#[test]
fn notification() {
    check_rpc(
        "notification",
        quote!(),
        quote! {
            trait Orders {
                #[rpc(notification)]
                async fn seen(&self, parcel: u64);
            }
        },
    );
}

#[test]
fn blocking() {
    check_rpc(
        "blocking",
        quote!(),
        quote! {
            trait Files {
                #[rpc(blocking)]
                fn read(&self, path: &str, #[rpc(context)] cx: &Context) -> IoResult<String>;
            }
        },
    );
}

#[test]
fn context() {
    check_rpc(
        "context",
        quote!(),
        quote! {
            trait Orders {
                async fn whoami(&self, #[rpc(context)] cx: &Context) -> String;
            }
        },
    );
}

#[test]
fn peer() {
    check_rpc(
        "peer",
        quote!(),
        quote! {
            trait Imports {
                async fn import(
                    &self,
                    file: &str,
                    #[rpc(peer)] ui: &UiClient<Peer>,
                ) -> Result<Report, ImportError>;
            }
        },
    );
}

#[test]
fn streams() {
    check_rpc(
        "streams",
        quote!(),
        quote! {
            trait Prices {
                /// Watches a price.
                fn watch(&self, symbol: &str) -> impl Stream<Item = Price>;

                async fn fills(
                    &self,
                    account: &str,
                ) -> Result<impl Stream<Item = Result<Fill, FillError>> + Unpin, FillError>;
            }
        },
    );
}

#[test]
fn streams_of_aliases() {
    check_rpc(
        "streams_of_aliases",
        quote!(),
        quote! {
            trait Prices {
                fn open(&self) -> PriceResult<impl Stream<Item = u32> + Send>;

                async fn fallible(&self) -> impl Stream<Item = PriceResult<u32>> {
                    stream::empty()
                }
            }
        },
    );
}

#[test]
fn streams_that_resume() {
    check_rpc(
        "streams_that_resume",
        quote!(),
        quote! {
            trait Journal {
                #[rpc(idempotent, stream(resume))]
                fn log(
                    &self,
                    topic: &str,
                    #[rpc(cursor)] after: Option<u64>,
                ) -> impl Stream<Item = Tracked<u64, Line>>;
            }
        },
    );
}

#[test]
fn streams_with_tokens() {
    check_rpc(
        "streams_with_tokens",
        quote!(params = "named"),
        quote! {
            trait Symbols {
                #[rpc(stream(token = "partialResultToken"))]
                fn find(&self, query: &str) -> impl Stream<Item = Symbol>;

                #[rpc(stream(token = "partialResultToken"))]
                async fn places(&self) -> Result<impl Stream<Item = Vec<Place>>, PlaceError>;
            }
        },
    );
}

#[test]
fn subscriptions() {
    check_rpc(
        "subscriptions",
        quote!(
            namespace = "chain",
            separator = "_",
            rename_all = "camelCase"
        ),
        quote! {
            trait Chain {
                #[rpc(subscription(unsubscribe = "unsubscribeHeads", item = "head"))]
                fn subscribe_heads(&self, from: u64) -> impl Stream<Item = Head>;
            }
        },
    );
}

#[test]
fn subscriptions_of_ethereum() {
    check_rpc(
        "subscriptions_of_ethereum",
        quote!(
            namespace = "eth",
            rename_all = "camelCase",
            subscriptions = "ethereum"
        ),
        quote! {
            trait Eth {
                async fn block_number(&self) -> Quantity;

                fn new_heads(&self) -> impl Stream<Item = Head>;

                async fn logs(
                    &self,
                    #[rpc(secret)] filter: &Filter,
                ) -> Result<impl Stream<Item = Log>, EthError>;
            }
        },
    );
}

#[test]
fn flatten() {
    check_rpc(
        "flatten",
        quote!(),
        quote! {
            trait Orders {
                async fn search(&self, #[rpc(flatten)] search: Search) -> u64;
            }
        },
    );
}

#[test]
fn flatten_renamed() {
    check_rpc(
        "flatten_renamed",
        quote!(rename_all = "camelCase"),
        quote! {
            trait Orders {
                async fn search(&self, #[rpc(flatten)] search: Search<'_>) -> u64;
            }
        },
    );
}

#[test]
fn generics() {
    check_rpc(
        "generics",
        quote!(),
        quote! {
            trait Store<K: Serialize + DeserializeOwned, const N: usize>: Debug
            where
                K: Ord,
            {
                async fn put(&self, key: K) -> u64;

                async fn put_twice(&self, key: K) -> u64 {
                    self.put(key).await
                }
            }
        },
    );
}

#[test]
fn cfg() {
    check_rpc(
        "cfg",
        quote!(),
        quote! {
            #[cfg(feature = "orders")]
            trait Orders {
                #[cfg(unix)]
                #[rpc(alias = "hang_up")]
                async fn signal(&self);
                #[cfg(not(unix))]
                async fn signal(&self);
            }
        },
    );
}

#[test]
fn error_enum() {
    check_error(
        "error_enum",
        quote! {
            enum OrderError {
                /// Nothing is left.
                #[rpc(code = 1001)]
                SoldOut { left: u32, #[rpc(skip)] trace: Trace },
                #[rpc(code = 1002)]
                Unknown(String),
                #[rpc(code = 1003)]
                Clash(u32, u32),
                #[rpc(code = -5)]
                Closed,
                #[rpc(internal)]
                Database(DatabaseError),
            }
        },
    );
}

#[test]
fn error_struct() {
    check_error(
        "error_struct",
        quote! {
            #[rpc(code = 1001)]
            struct SoldOut<T> {
                left: T,
            }
        },
    );
}

#[test]
fn error_shared() {
    check_error(
        "error_shared",
        quote! {
            enum OrderError {
                #[rpc(code = SOLD_OUT, kind = "conflict")]
                SoldOut { #[rpc(name = "leftOver")] left: u32 },
                #[rpc(code = -32001, server_error)]
                Closed,
                #[rpc(transparent)]
                Auth(#[rpc(from)] AuthError),
                #[rpc(internal)]
                Internal(#[rpc(from)] Internal),
            }
        },
    );
}

#[test]
fn mistakes() {
    check_rpc(
        "mistakes",
        quote!(),
        quote! {
            trait Orders {
                async fn place(&mut self, (item, quantity): (String, u32));
            }
        },
    );
}

#[test]
fn shows_the_first_difference() {
    assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    assert_eq!(
        difference("a\nb\nc\n", "a\nx\nc\n").as_deref(),
        Some("line 2\n  a\n- b\n- c\n+ x\n+ c\n")
    );
    assert!(difference("a\n", "a\nb\n").is_some());
}
