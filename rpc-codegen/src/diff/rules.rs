//! The names of all rules, and what to do instead of each change.

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// What to do instead, or what to look after.
    pub advice: &'static str,
}

const fn rule(name: &'static str, advice: &'static str) -> Rule {
    Rule { name, advice }
}

const KEEP_PARAM: &str = "keep the parameter, mark it as deprecated, and ignore it";
const NEW_METHOD: &str = "add a method with another name, and deprecate this one";
const SERVER_FIRST: &str = "replace all servers before the clients";
const CLIENTS_FIRST: &str = "replace all clients before the servers";
const NOTHING: &str = "nothing to do";

/// All rules, by name.
pub const RULES: &[Rule] = &[
    rule("alias-added", SERVER_FIRST),
    rule(
        "alias-moved",
        "give the other method a name that was never used",
    ),
    rule("alias-removed", "keep the alias until no client uses it"),
    rule("call-became-notification", NEW_METHOD),
    rule("call-became-stream", NEW_METHOD),
    rule("deprecation-dropped", NOTHING),
    rule("docs-changed", NOTHING),
    rule(
        "error-added",
        "clients should handle codes that they don't know",
    ),
    rule(
        "error-code-changed",
        "keep the code, or add an error with the new one",
    ),
    rule("error-data-added", NOTHING),
    rule("error-data-became-nullable", CLIENTS_FIRST),
    rule("error-data-constraint-changed", "use another code"),
    rule("error-data-field-added", NOTHING),
    rule("error-data-field-added-required", SERVER_FIRST),
    rule("error-data-field-alias-added", NOTHING),
    rule("error-data-field-alias-removed", NOTHING),
    rule("error-data-field-became-optional", CLIENTS_FIRST),
    rule("error-data-field-became-required", SERVER_FIRST),
    rule("error-data-field-default-changed", NOTHING),
    rule(
        "error-data-field-removed",
        "keep the member, or use another code",
    ),
    rule(
        "error-data-field-renamed-with-alias",
        "send the member under both names until all clients read the new one",
    ),
    rule("error-data-integer-past-2-53", CLIENTS_FIRST),
    rule("error-data-narrowed", SERVER_FIRST),
    rule("error-data-no-longer-nullable", SERVER_FIRST),
    rule(
        "error-data-object-closed",
        "allow unknown members in objects that servers send",
    ),
    rule("error-data-object-opened", NOTHING),
    rule("error-data-removed", "keep the data, or use another code"),
    rule("error-data-tagging-changed", "use another code"),
    rule("error-data-type-changed", "use another code"),
    rule("error-data-value-added", CLIENTS_FIRST),
    rule("error-data-value-removed", SERVER_FIRST),
    rule("error-data-widened", CLIENTS_FIRST),
    rule("error-kind-changed", "use another code"),
    rule("error-message-changed", NOTHING),
    rule("error-removed", NOTHING),
    rule("examples-changed", NOTHING),
    rule("idempotent-added", SERVER_FIRST),
    rule(
        "idempotent-dropped",
        "clients repeat calls of this method; add a method with another name",
    ),
    rule("info-changed", NOTHING),
    rule("lenient-added", NOTHING),
    rule(
        "lenient-dropped",
        "first log the unknown params that clients send",
    ),
    rule("method-added", SERVER_FIRST),
    rule("method-deprecated", NOTHING),
    rule("method-described", NOTHING),
    rule(
        "method-no-longer-described",
        "describe the method in the document, so that its changes are seen",
    ),
    rule("method-removed", "remove it once no client calls it"),
    rule(
        "method-removed-without-deprecation",
        "deprecate the method first, and remove it once no client calls it",
    ),
    rule("method-renamed", "keep the old name as an alias"),
    rule("method-renamed-with-alias", SERVER_FIRST),
    rule("notification-became-call", SERVER_FIRST),
    rule("param-added-optional", SERVER_FIRST),
    rule("param-added-required", "give the parameter a default"),
    rule("param-became-nullable", SERVER_FIRST),
    rule("param-became-optional", SERVER_FIRST),
    rule("param-became-required", "keep the default"),
    rule(
        "param-constraint-changed",
        "keep accepting the values that were allowed, or add a method",
    ),
    rule(
        "param-default-changed",
        "clients that leave the parameter out see other behaviour; tell them, or add a parameter",
    ),
    rule("param-field-added", SERVER_FIRST),
    rule(
        "param-field-added-required",
        "make the member optional, or give it a default",
    ),
    rule("param-field-alias-added", SERVER_FIRST),
    rule(
        "param-field-alias-removed",
        "keep the alias until no client uses it",
    ),
    rule("param-field-became-optional", SERVER_FIRST),
    rule("param-field-became-required", "keep the member optional"),
    rule(
        "param-field-default-changed",
        "clients that leave the member out see other behaviour; tell them, or add a member",
    ),
    rule("param-field-removed", "keep the member, and ignore it"),
    rule("param-field-renamed-with-alias", SERVER_FIRST),
    rule("param-inserted-before", "add new params at the end"),
    rule("param-integer-past-2-53", SERVER_FIRST),
    rule(
        "param-narrowed",
        "keep accepting the values that were allowed, or add a method",
    ),
    rule("param-no-longer-nullable", "keep accepting null"),
    rule(
        "param-object-closed",
        "first log the unknown members that clients send",
    ),
    rule("param-object-opened", NOTHING),
    rule("param-removed", KEEP_PARAM),
    rule("param-removed-before", KEEP_PARAM),
    rule(
        "param-renamed",
        "keep the name, or add an optional parameter with the new one",
    ),
    rule(
        "param-tagging-changed",
        "add a parameter with another name, or a method",
    ),
    rule(
        "param-type-changed",
        "add a parameter with another name, or a method",
    ),
    rule("param-value-added", SERVER_FIRST),
    rule(
        "param-value-removed",
        "keep accepting the value, or add a method",
    ),
    rule("param-widened", SERVER_FIRST),
    rule("params-by-name-added", SERVER_FIRST),
    rule("params-by-name-dropped", "keep accepting params by name"),
    rule("params-by-position-added", SERVER_FIRST),
    rule(
        "params-by-position-dropped",
        "keep accepting params by position",
    ),
    rule(
        "params-reordered",
        "keep the order, and add new params at the end",
    ),
    rule("read-only-added", SERVER_FIRST),
    rule(
        "read-only-dropped",
        "clients may call it without asking the user; add a method with another name",
    ),
    rule("result-became-nullable", NEW_METHOD),
    rule("result-constraint-changed", NEW_METHOD),
    rule(
        "result-field-added",
        "allow unknown members in objects that servers send",
    ),
    rule("result-field-added-required", SERVER_FIRST),
    rule("result-field-alias-added", NOTHING),
    rule("result-field-alias-removed", NOTHING),
    rule("result-field-became-optional", "keep sending the member"),
    rule("result-field-became-required", SERVER_FIRST),
    rule("result-field-default-changed", NOTHING),
    rule("result-field-removed", "keep sending the member"),
    rule(
        "result-field-renamed-with-alias",
        "send the member under both names until all clients read the new one",
    ),
    rule(
        "result-integer-past-2-53",
        "send the number as a string, or warn JavaScript clients",
    ),
    rule("result-narrowed", SERVER_FIRST),
    rule("result-no-longer-nullable", SERVER_FIRST),
    rule(
        "result-object-closed",
        "allow unknown members in objects that servers send",
    ),
    rule("result-object-opened", NOTHING),
    rule("result-tagging-changed", NEW_METHOD),
    rule("result-type-changed", NEW_METHOD),
    rule(
        "result-value-added",
        "mark the enum as `x-extensible` before it grows, or add a method",
    ),
    rule("result-value-removed", SERVER_FIRST),
    rule("result-widened", NEW_METHOD),
    rule("stream-became-call", NEW_METHOD),
    rule("stream-cursor-renamed", "keep the name of the cursor"),
    rule("stream-form-changed", NEW_METHOD),
    rule("stream-item-became-nullable", NEW_METHOD),
    rule("stream-item-constraint-changed", NEW_METHOD),
    rule(
        "stream-item-field-added",
        "allow unknown members in objects that servers send",
    ),
    rule("stream-item-field-added-required", SERVER_FIRST),
    rule("stream-item-field-alias-added", NOTHING),
    rule("stream-item-field-alias-removed", NOTHING),
    rule(
        "stream-item-field-became-optional",
        "keep sending the member",
    ),
    rule("stream-item-field-became-required", SERVER_FIRST),
    rule("stream-item-field-default-changed", NOTHING),
    rule("stream-item-field-removed", "keep sending the member"),
    rule(
        "stream-item-field-renamed-with-alias",
        "send the member under both names until all clients read the new one",
    ),
    rule(
        "stream-item-integer-past-2-53",
        "send the number as a string, or warn JavaScript clients",
    ),
    rule("stream-item-narrowed", SERVER_FIRST),
    rule("stream-item-no-longer-nullable", SERVER_FIRST),
    rule(
        "stream-item-object-closed",
        "allow unknown members in objects that servers send",
    ),
    rule("stream-item-object-opened", NOTHING),
    rule("stream-item-tagging-changed", NEW_METHOD),
    rule("stream-item-type-changed", NEW_METHOD),
    rule(
        "stream-item-value-added",
        "mark the enum as `x-extensible` before it grows, or add a method",
    ),
    rule("stream-item-value-removed", SERVER_FIRST),
    rule("stream-item-widened", NEW_METHOD),
    rule("stream-resume-added", SERVER_FIRST),
    rule(
        "stream-resume-dropped",
        "clients lose items when a connection is lost",
    ),
    rule("tags-changed", NOTHING),
    rule(
        "unclassified",
        "look at the change, and accept it if it is fine",
    ),
];

/// What to do instead.
pub(super) fn advice(name: &str) -> &'static str {
    let found = RULES.iter().find(|rule| rule.name == name);
    found.map_or("", |rule| rule.advice)
}
