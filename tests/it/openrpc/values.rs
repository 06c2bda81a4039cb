//! Values fit the schemas that describe them, by the judgement of somebody else's validator.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use rpc_core::{Base64, BoxTransport};
use serde::Serialize;
use serde_json::{Value, json};

use super::contract::*;
use super::{check, described};

/// The places of the param and of the result of each method, and values that serde reads and writes there.
struct Values {
    document: Value,
    checks: Vec<(String, Value, bool)>,
}

impl Values {
    fn place(&self, name: &str) -> usize {
        let methods = self.document["methods"].as_array().unwrap();
        methods.iter().position(|it| it["name"] == name).unwrap()
    }

    /// A value as serde writes it. It reads that, too.
    fn written(&mut self, name: &str, value: impl Serialize) {
        let place = self.place(name);
        let value = serde_json::to_value(value).unwrap();
        self.add(
            format!("/methods/{place}/result/schema"),
            value.clone(),
            true,
        );
        self.add(format!("/methods/{place}/params/0/schema"), value, true);
    }

    /// A value that serde reads as a param.
    fn read(&mut self, name: &str, value: Value) {
        let place = self.place(name);
        self.add(format!("/methods/{place}/params/0/schema"), value, true);
    }

    /// A value that serde neither reads nor writes.
    fn wrong(&mut self, name: &str, value: Value) {
        let place = self.place(name);
        self.add(
            format!("/methods/{place}/result/schema"),
            value.clone(),
            false,
        );
        self.add(format!("/methods/{place}/params/0/schema"), value, false);
    }

    /// A value that serde reads and never writes.
    fn only_read(&mut self, name: &str, value: Value) {
        let place = self.place(name);
        self.add(
            format!("/methods/{place}/result/schema"),
            value.clone(),
            false,
        );
        self.read(name, value);
    }

    fn add(&mut self, pointer: String, value: Value, valid: bool) {
        self.checks.push((pointer, value, valid));
    }
}

fn point() -> Point {
    Point { x: 1.5, y: -2.0 }
}

fn leaf(name: &str) -> Node {
    Node {
        name: name.to_owned(),
        children: Vec::new(),
        parent: None,
    }
}

fn enums(values: &mut Values) {
    values.written("all.external", External::Unit);
    values.written("all.external", External::New(7));
    values.written("all.external", External::Pair(1, "a".to_owned()));
    values.written(
        "all.external",
        External::Fields {
            left: 1,
            note: None,
        },
    );
    values.only_read("all.external", json!({ "Fields": { "left": 1 } }));
    values.wrong("all.external", json!("Other"));
    values.written("all.internal", Internal::Nothing);
    values.written(
        "all.internal",
        Internal::Of {
            item: "tea".to_owned(),
        },
    );
    values.written("all.internal", Internal::Nested(point()));
    values.wrong("all.internal", json!({ "kind": "of" }));
    values.written("all.adjacent", Adjacent::Empty);
    values.written("all.adjacent", Adjacent::One(u64::MAX));
    values.written("all.adjacent", Adjacent::Many { items: vec![-1] });
    values.wrong("all.adjacent", json!({ "type": "One" }));
    values.written("all.untagged", Untagged::Number(-1));
    values.written("all.untagged", Untagged::Text("a".to_owned()));
    values.written(
        "all.untagged",
        Untagged::Both {
            number: 1,
            text: "a".to_owned(),
        },
    );
    values.wrong("all.untagged", json!([]));
    values.written("all.plain", Plain::FirstClass);
    values.written("all.plain", Plain::Second);
    values.wrong("all.plain", json!("FirstClass"));
}

fn structs(values: &mut Values) {
    let mut tree = leaf("root");
    tree.children.push(leaf("child"));
    tree.parent = Some(Box::new(leaf("parent")));
    values.written("all.node", tree);
    values.wrong("all.node", json!({ "name": "a", "children": [{}] }));
    values.only_read("all.node", json!({ "name": "a", "children": [] }));
    let rest = BTreeMap::from([("more".to_owned(), 1)]);
    values.written(
        "all.flat",
        Flat {
            id: 1,
            point: point(),
            rest,
        },
    );
    values.wrong("all.flat", json!({ "id": 1, "x": 1.0 }));
    let renamed = Renamed {
        name: "a".to_owned(),
        count: 1,
        left_out: None,
        local: 3,
    };
    values.written("all.renamed", renamed);
    values.only_read("all.renamed", json!({ "the name": "a" }));
    values.wrong("all.renamed", json!({ "name": "a", "count": 1 }));
    let wide = Wide {
        signed: i64::MIN,
        unsigned: u64::MAX,
        huge: 1,
        vast: 1,
        single: 0.5,
    };
    values.written("all.wide", wide);
    values.wrong(
        "all.wide",
        json!({ "signed": 1, "unsigned": -1, "huge": 1, "vast": 1, "single": 1 }),
    );
    values.written(
        "all.odd",
        Odd {
            by_number: BTreeMap::from([(7, "seven".to_owned())]),
            nested: Some(Some(1)),
            pair: (1, "a".to_owned()),
            three: [1, 2, 3],
            took: Duration::from_millis(1500),
            at: SystemTime::UNIX_EPOCH,
            unit: (),
            letter: 'x',
            anything: json!({ "any": ["thing"] }),
        },
    );
    values.written("all.bytes", Base64(vec![1, 2, 3]));
    values.wrong("all.bytes", json!([1, 2, 3]));
    values.written("all.raw", json!({ "any": 1 }));
}

#[tokio::test]
async fn values_fit_their_schemas_and_others_do_not() {
    let document = described(AllClient::<BoxTransport>::CONTRACT);
    let mut values = Values {
        document,
        checks: Vec::new(),
    };
    enums(&mut values);
    structs(&mut values);
    let page = values.place("all.page");
    let items = json!({ "items": [leaf("a")], "next": 1 });
    values.add(format!("/methods/{page}/result/schema"), items, true);
    let items = json!({ "items": [point()] });
    values.add(format!("/methods/{page}/params/0/schema"), items, true);
    let checked = check(&values.document, &values.checks).await;
    let count = format!("{} values", values.checks.len());
    assert!(
        checked.as_ref().is_ok_and(|text| text.contains(&count)),
        "{}",
        checked.unwrap_err()
    );
}
