//! What changes, and which rule and verdicts that has.

/// What `m` is before and after, and its changes.
pub(crate) const CASES: &[(&str, &str, &[&str])] = &[
    // Promises, and what people read.
    ("", "x-idempotent: true", &["idempotent-added +!"]),
    ("x-idempotent: true", "", &["idempotent-dropped x+"]),
    (
        "",
        "x-read-only: true, x-idempotent: true",
        &["idempotent-added +!", "read-only-added +!"],
    ),
    (
        "x-read-only: true, x-idempotent: true",
        "x-idempotent: true",
        &["read-only-dropped !+"],
    ),
    ("", "x-lenient: true", &["lenient-added ++"]),
    ("x-lenient: true", "", &["lenient-dropped !+"]),
    ("", "deprecated: true", &["method-deprecated ++"]),
    ("deprecated: true", "", &["deprecation-dropped ++"]),
    ("", "tags: [{name: a}]", &["tags-changed ++"]),
    ("", "summary: Other words.", &["docs-changed ++"]),
    ("", "x-aliases: [n]", &["alias-added +!"]),
    ("x-aliases: [n]", "", &["alias-removed x+"]),
    // Calls, notifications and streams.
    (
        "",
        "result: {name: r, schema: {type: string}}",
        &["notification-became-call +!"],
    ),
    (
        "result: {name: r, schema: {type: string}}",
        "",
        &["call-became-notification x!"],
    ),
    (
        "result: {name: r, schema: {type: 'null'}}",
        "result: {name: r, schema: {type: 'null'}}, x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        &["call-became-stream xx"],
    ),
    (
        "result: {name: r, schema: {type: 'null'}}, x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        "result: {name: r, schema: {type: 'null'}}",
        &["stream-became-call xx"],
    ),
    (
        "params: [{name: after, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: after}",
        "params: [{name: after, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        &["stream-resume-dropped !+"],
    ),
    (
        "x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        "x-stream: {item: {type: [string, 'null']}, end: {type: 'null'}, notification: $/progress}",
        &["stream-item-became-nullable x+"],
    ),
    (
        "x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        "x-stream: {item: {type: string}, end: {type: string}, notification: $/progress}",
        &["result-type-changed xx"],
    ),
    // Params.
    (
        "params: []",
        "params: [{name: a, schema: {type: string}}]",
        &["param-added-optional +!"],
    ),
    (
        "params: []",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["param-added-required xx"],
    ),
    (
        "x-lenient: true, params: []",
        "x-lenient: true, params: [{name: a, required: true, schema: {type: string}}]",
        &["param-added-required x!"],
    ),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: []",
        &["param-removed x+"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "params: []",
        &["param-removed xx"],
    ),
    (
        "x-lenient: true, params: [{name: a, schema: {type: string}}]",
        "x-lenient: true, params: []",
        &["param-removed !+"],
    ),
    (
        "x-lenient: true, params: [{name: a, required: true, schema: {type: string}}]",
        "x-lenient: true, params: []",
        &["param-removed !x"],
    ),
    (
        "x-lenient: true, params: [{name: a, required: true, schema: {type: string}}]",
        "x-lenient: true, params: [{name: b, required: true, schema: {type: string}}]",
        &["param-renamed xx"],
    ),
    (
        "x-lenient: true, paramStructure: by-name, params: [{name: a, schema: {type: string}}]",
        "x-lenient: true, paramStructure: by-name, params: [{name: b, schema: {type: string}}]",
        &["param-renamed !!"],
    ),
    // No message of new clients works.
    (
        "params: [{name: a, required: true, schema: {enum: [one]}}]",
        "params: [{name: a, required: true, schema: {enum: [two]}}]",
        &["param-value-removed x+", "param-value-added +x"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: integer, maximum: 5}}]",
        "params: [{name: a, required: true, schema: {type: integer, minimum: 6}}]",
        &["param-constraint-changed xx"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: a, schema: {type: string}}]",
        &["param-became-optional +!"],
    ),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["param-became-required x+"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: b, required: true, schema: {type: string}}]",
        &["param-renamed xx"],
    ),
    (
        "paramStructure: by-position, params: [{name: a, required: true, schema: {type: string}}]",
        "paramStructure: by-position, params: [{name: b, required: true, schema: {type: string}}]",
        &["param-renamed ++"],
    ),
    (
        "params: [{name: a, schema: {type: integer, default: 1}}]",
        "params: [{name: a, schema: {type: integer, default: 2}}]",
        &["param-default-changed !!"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}, {name: b, required: true, schema: {type: string}}]",
        "params: [{name: b, required: true, schema: {type: string}}, {name: a, required: true, schema: {type: string}}]",
        &["params-reordered xx"],
    ),
    (
        "paramStructure: by-name, params: [{name: a, required: true, schema: {type: string}}, {name: b, required: true, schema: {type: string}}]",
        "paramStructure: by-name, params: [{name: b, required: true, schema: {type: string}}, {name: a, required: true, schema: {type: string}}]",
        &[],
    ),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: [{name: b, schema: {type: string}}, {name: a, schema: {type: string}}]",
        &["param-added-optional +!", "param-inserted-before xx"],
    ),
    (
        "params: [{name: a, schema: {type: string}}, {name: b, schema: {type: string}}]",
        "params: [{name: b, schema: {type: string}}]",
        &["param-removed x+", "param-removed-before xx"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "paramStructure: by-name, params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-position-dropped x+"],
    ),
    (
        "paramStructure: by-name, params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-position-added +x"],
    ),
    (
        "paramStructure: by-position, params: [{name: a, required: true, schema: {type: string}}]",
        "params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-name-added +x"],
    ),
    (
        "params: [{name: a, required: true, schema: {type: string}}]",
        "paramStructure: by-position, params: [{name: a, required: true, schema: {type: string}}]",
        &["params-by-name-dropped x+"],
    ),
    // Errors.
    (
        "errors: []",
        "errors: [{code: 1, message: m}]",
        &["error-added !+"],
    ),
    (
        "errors: [{code: 1, message: m}]",
        "errors: []",
        &["error-removed +!"],
    ),
    (
        "errors: [{code: 1, message: m}]",
        "errors: [{code: 2, message: m}]",
        &["error-code-changed xx"],
    ),
    (
        "errors: [{code: 1, message: m, data: {type: string}}]",
        "errors: [{code: 1, message: m, data: {type: integer}}]",
        &["error-data-type-changed !!"],
    ),
    (
        "errors: [{code: 1, message: m}]",
        "errors: [{code: 1, message: m, data: {type: integer}}]",
        &["error-data-added +!"],
    ),
    (
        "errors: [{code: 1, message: m}], x-error-kinds: {'1': conflict}",
        "errors: [{code: 1, message: m}], x-error-kinds: {'1': not_found}",
        &["error-kind-changed !!"],
    ),
    ("x-rate: 1", "x-rate: 2", &["unclassified xx"]),
    ("x-since: '1'", "x-since: '2'", &["docs-changed ++"]),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: [{name: a, x-cost: 1, schema: {type: string}}]",
        &["unclassified xx"],
    ),
    (
        "params: [{name: a, schema: {type: string}}]",
        "params: [{name: a, x-secret: true, schema: {type: string}}]",
        &["docs-changed ++"],
    ),
    (
        "params: [{name: a, schema: {type: string}}, {name: b, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: a}",
        "params: [{name: a, schema: {type: string}}, {name: b, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: b}",
        &["stream-cursor-renamed !!"],
    ),
    (
        "params: [{name: after, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress}",
        "params: [{name: after, schema: {type: string}}], x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: after}",
        &["stream-resume-added +!"],
    ),
    (
        "params: [{name: a, schema: {type: [string, 'null']}}]",
        "params: [{name: a, schema: {type: string}}]",
        &["param-no-longer-nullable !+"],
    ),
    (
        "errors: [{code: 1, message: a}, {code: 2, message: b}]",
        "errors: [{code: 2, message: a}, {code: 1, message: b}]",
        &["error-code-changed xx", "error-code-changed xx"],
    ),
    (
        "errors: [{code: 1, message: a}, {code: 2, message: a}]",
        "errors: [{code: 1, message: a}, {code: 3, message: a}]",
        &["error-removed +!", "error-added !+"],
    ),
];

/// Two documents with several methods, and the changes.
pub(crate) const DOCUMENTS: &[(&str, &str, &[&str])] = &[
    ("{name: a}", "{name: a}, {name: b}", &["method-added +x"]),
    (
        "{name: a}, {name: b}",
        "{name: a}",
        &["method-removed-without-deprecation x+"],
    ),
    (
        "{name: a}, {name: b, deprecated: true}",
        "{name: a}",
        &["method-removed x+"],
    ),
    (
        "{name: a}",
        "{name: b, x-aliases: [a]}",
        &["method-renamed-with-alias +x"],
    ),
    (
        "{name: a, x-aliases: [b]}",
        "{name: b, x-aliases: [a]}",
        &["method-renamed-with-alias ++"],
    ),
    (
        "{name: a, x-aliases: [c]}, {name: b}",
        "{name: a}, {name: b, x-aliases: [c]}",
        &["alias-moved xx"],
    ),
    ("{name: a}", "{name: b}", &["method-renamed xx"]),
    (
        "{name: a, x-aliases: [b]}",
        "{name: b}",
        &["method-renamed x+"],
    ),
    (
        "{name: a, x-aliases: [b]}",
        "{name: c, x-aliases: [b]}",
        &["method-renamed xx"],
    ),
];
