//! Public documents: see `tests/documents/LICENCES.md`.

use std::path::{Path, PathBuf};

use rpc_codegen::model::{ParamStructure, Reply};
use rpc_codegen::{Document, Model, lint};

use crate::show::{named, show};

pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/documents")
        .join(name)
}

pub(crate) fn read(name: &str) -> Model {
    let document = Document::open(&path(name)).unwrap();
    Model::read(&document).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A document with these methods and schemas, in YAML.
pub(crate) fn model(methods: &str, schemas: &str) -> Model {
    let text = format!(
        "openrpc: 1.4.1\ninfo: {{title: t, version: '1'}}\nmethods: [{methods}]\ncomponents: {{schemas: {{{schemas}}}}}\n"
    );
    Model::read(&Document::parse(&text).unwrap()).unwrap()
}

#[test]
fn ethereum() {
    let model = read("ethereum.json");
    let estimate = model.method("eth_estimateGas").unwrap();
    assert_eq!(
        show(&model, estimate.errors[0].data.as_ref().unwrap()),
        "@bytes"
    );
    let syncing = model.method("eth_syncing").unwrap();
    let Reply::Result(status) = &syncing.reply else {
        panic!()
    };
    assert_eq!(show(&model, status), "@SyncingStatus");
    let update = model.method("engine_forkchoiceUpdatedV2").unwrap();
    assert_eq!(update.params[0].name, "Forkchoice state");
    // A reference into the properties of another schema, and one with an enum beside it.
    let names: Vec<&str> = model
        .definitions()
        .map(|(_, definition)| &*definition.name)
        .collect();
    assert!(
        names.contains(&"PayloadAttributesV1_timestamp"),
        "{names:?}"
    );
    let restricted = named(&model, "RestrictedPayloadStatusV1");
    assert!(
        restricted.contains("status: enum(\"VALID\" \"INVALID\" \"SYNCING\")"),
        "{restricted}"
    );
}

#[test]
fn near() {
    let model = read("near.json");
    let view = model.method("EXPERIMENTAL_view_account").unwrap();
    assert!(!view.params.is_empty());
    let names: Vec<&str> = model.methods.iter().map(|method| &*method.name).collect();
    assert!(names.contains(&"gas_price"), "{names:?}");
}

#[test]
fn forest() {
    let model = read("forest.json");
    let delta = model
        .definitions()
        .map(|(_, definition)| &*definition.name)
        .find(|name| name.starts_with("Delta"))
        .unwrap();
    let delta = named(&model, delta);
    assert!(delta.starts_with("Shape(\"=\" | {+: @"), "{delta}");
}

#[test]
fn lotus() {
    let model = read("lotus.json");
    let block = &model.methods[0];
    assert_eq!(block.param_structure, ParamStructure::ByPosition);
    let Reply::Result(header) = &block.reply else {
        panic!()
    };
    let expected = "{BLSAggregate?: {Data?: base64, Type?: number}, Height?: number, Miner?: {}, Parents?: [string]}";
    assert_eq!(show(&model, header), expected);
}

#[test]
fn open_rpc_examples() {
    for name in ["links.json", "petstore.json"] {
        let model = read(name);
        assert!(!model.methods.is_empty());
        let findings = lint(&Document::open(&path(name)).unwrap());
        assert!(findings.is_empty(), "{name}: {findings:?}");
    }
}

#[test]
fn metamask_has_references_that_lead_nowhere() {
    let document = Document::open(&path("metamask.yaml")).unwrap();
    let error = Model::read(&document).unwrap_err().to_string();
    assert!(
        error.contains("\"#/components/schemas/uint\" leads nowhere"),
        "{error}"
    );
    assert!(error.starts_with("#/methods/1/"), "{error}");
    assert!(
        lint(&document)
            .iter()
            .any(|finding| finding.rule == "reference-resolves")
    );
}

#[test]
fn a_recursive_document_ends() {
    // The official tools run out of memory for this one.
    let text = r##"{"openrpc": "1.4.1", "info": {"title": "t", "version": "1"}, "methods": [
        {"name": "m", "params": [], "result": {"name": "r", "schema": {"$ref": "#/components/schemas/T"}}}],
        "components": {"schemas": {"T": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/T"}}}}}}"##;
    let document = Document::parse(text).unwrap();
    assert_eq!(
        named(&Model::read(&document).unwrap(), "T"),
        "{a?: @T, ...}"
    );
    assert_eq!(lint(&document), []);
}
