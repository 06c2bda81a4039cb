//! Errors that methods declare.

use super::pairs;

pairs! {
    Failure: old() new()

    added: ["error-added !+"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum AddedFailure { #[error("a")] #[rpc(code = 1)] A } }
        { async fn added(&self) -> Result<u8, AddedFailure> { Ok(1) } } [value added()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum AddedFailure { #[error("a")] #[rpc(code = 1)] A, #[error("b")] #[rpc(code = 2)] B } }
        { async fn added(&self) -> Result<u8, AddedFailure> { Err(AddedFailure::B) } } [value added()];

    removed: ["error-removed +!"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum RemovedFailure { #[error("a")] #[rpc(code = 1)] A, #[error("b")] #[rpc(code = 2)] B } }
        { async fn removed(&self) -> Result<u8, RemovedFailure> { Err(RemovedFailure::B) } } [],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum RemovedFailure { #[error("a")] #[rpc(code = 1)] A } }
        { async fn removed(&self) -> Result<u8, RemovedFailure> { Ok(1) } } [value removed()];

    code_changed: ["error-code-changed xx"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum CodeFailure { #[error("a")] #[rpc(code = 1)] A } }
        { async fn code_changed(&self) -> Result<u8, CodeFailure> { Err(CodeFailure::A) } } [value code_changed()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum CodeFailure { #[error("a")] #[rpc(code = 2)] A } }
        { async fn code_changed(&self) -> Result<u8, CodeFailure> { Err(CodeFailure::A) } } [value code_changed()];

    message_changed: ["error-message-changed ++"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum NameFailure { #[error("a")] #[rpc(code = 1)] A } }
        { async fn message_changed(&self) -> Result<u8, NameFailure> { Err(NameFailure::A) } } [value message_changed()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum NameFailure { #[error("a")] #[rpc(code = 1)] Renamed } }
        { async fn message_changed(&self) -> Result<u8, NameFailure> { Err(NameFailure::Renamed) } } [value message_changed()];

    // The kind says what callers do with the error, and is not sent.
    kind_changed: ["error-kind-changed !!"], unseen both,
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum KindFailure { #[error("a")] #[rpc(code = 1, kind = "conflict")] A } }
        { async fn kind_changed(&self) -> Result<u8, KindFailure> { Err(KindFailure::A) } } [value kind_changed()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum KindFailure { #[error("a")] #[rpc(code = 1, kind = "not_found")] A } }
        { async fn kind_changed(&self) -> Result<u8, KindFailure> { Err(KindFailure::A) } } [value kind_changed()];

    data_added: ["error-data-added +!"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum DataFailure { #[error("a")] #[rpc(code = 1)] A } }
        { async fn data_added(&self) -> Result<u8, DataFailure> { Err(DataFailure::A) } } [value data_added()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum DataFailure { #[error("a")] #[rpc(code = 1)] A { left: u8 } } }
        { async fn data_added(&self) -> Result<u8, DataFailure> { Err(DataFailure::A { left: 1 }) } } [value data_added()];

    data_removed: ["error-data-removed !+"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum BareFailure { #[error("a")] #[rpc(code = 1)] A { left: u8 } } }
        { async fn data_removed(&self) -> Result<u8, BareFailure> { Err(BareFailure::A { left: 1 }) } } [value data_removed()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum BareFailure { #[error("a")] #[rpc(code = 1)] A } }
        { async fn data_removed(&self) -> Result<u8, BareFailure> { Err(BareFailure::A) } } [value data_removed()];

    data_field_added: ["error-data-field-added-required +!"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum MoreFailure { #[error("a")] #[rpc(code = 1)] A { left: u8 } } }
        { async fn data_field_added(&self) -> Result<u8, MoreFailure> { Err(MoreFailure::A { left: 1 }) } } [value data_field_added()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum MoreFailure { #[error("a")] #[rpc(code = 1)] A { left: u8, right: u8 } } }
        { async fn data_field_added(&self) -> Result<u8, MoreFailure> { Err(MoreFailure::A { left: 1, right: 2 }) } } [value data_field_added()];

    data_field_removed: ["error-data-field-removed !+"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum LessFailure { #[error("a")] #[rpc(code = 1)] A { left: u8, right: u8 } } }
        { async fn data_field_removed(&self) -> Result<u8, LessFailure> { Err(LessFailure::A { left: 1, right: 2 }) } } [value data_field_removed()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum LessFailure { #[error("a")] #[rpc(code = 1)] A { left: u8 } } }
        { async fn data_field_removed(&self) -> Result<u8, LessFailure> { Err(LessFailure::A { left: 1 }) } } [value data_field_removed()];

    data_type_changed: ["error-data-type-changed !!"],
    old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum TypeFailure { #[error("a")] #[rpc(code = 1)] A { left: u8 } } }
        { async fn data_type_changed(&self) -> Result<u8, TypeFailure> { Err(TypeFailure::A { left: 1 }) } } [value data_type_changed()],
    new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum TypeFailure { #[error("a")] #[rpc(code = 1)] A { left: String } } }
        { async fn data_type_changed(&self) -> Result<u8, TypeFailure> { Err(TypeFailure::A { left: "1".to_owned() }) } } [value data_type_changed()];
}

/// One error is taken for another.
mod swapped {
    use crate::gate::pairs::pairs;

    pairs! {
        Difference: old() new()

        codes_swapped: ["error-code-changed xx", "error-code-changed xx"],
        old { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum SwapFailure { #[error("a")] #[rpc(code = 1)] A, #[error("b")] #[rpc(code = 2)] B } }
            { async fn codes_swapped(&self) -> Result<u8, SwapFailure> { Err(SwapFailure::A) } } [value codes_swapped()],
        new { #[derive(Debug, thiserror::Error, RpcError)] #[rpc(schema)] pub enum SwapFailure { #[error("a")] #[rpc(code = 2)] A, #[error("b")] #[rpc(code = 1)] B } }
            { async fn codes_swapped(&self) -> Result<u8, SwapFailure> { Err(SwapFailure::A) } } [value codes_swapped()];
    }
}

pub(super) use swapped::run as run_swapped;
