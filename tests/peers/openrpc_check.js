// Reads `{ document, values: [{ pointer, value, valid }] }`. Validates the document against the official meta-schema of OpenRPC, and
// each value against the schema in the document that the pointer leads to.

const fs = require("fs");
const path = require("path");
const Ajv = require("ajv");
const jsonSchema = require("@json-schema-tools/meta-schema/schema.json");

// The package does not export its file to `require`.
const modules = path.join(path.dirname(require.resolve("ajv/package.json")), "..");
const openRpc = JSON.parse(fs.readFileSync(path.join(modules, "@open-rpc/spec/dist/1_4/schema.json"), "utf8"));

const { document, values } = JSON.parse(fs.readFileSync(0, "utf8"));
const mistakes = [];

function ajv() {
  // Formats such as `uint64` are ours.
  return new Ajv({ strict: false, validateFormats: false, allErrors: true, meta: false, validateSchema: false });
}

const official = ajv();
// OpenRPC's meta-schema refers to that of JSON Schema with and without the slash at its end.
for (const id of ["https://meta.json-schema.tools", "https://meta.json-schema.tools/"]) {
  official.addSchema({ ...jsonSchema, $id: undefined, $schema: undefined }, id);
}
official.addSchema({ ...openRpc, $schema: undefined }, "openrpc");
const isDocument = official.getSchema("openrpc");
if (!isDocument(document)) {
  mistakes.push(...isDocument.errors.map((error) => `the document: ${error.instancePath} ${error.message}`));
}

const draft07 = new Ajv({ strict: false, validateFormats: false });
const schemas = Object.entries(document.components?.schemas ?? {});
for (const [name, schema] of schemas) {
  if (!draft07.validateSchema(schema)) {
    mistakes.push(`the schema ${name}: ${draft07.errorsText()}`);
  }
}

const own = ajv();
own.addSchema(document, "document");
// ajv compiles a schema again each time it is asked to.
const validators = new Map();
for (const { pointer, value, valid } of values) {
  const validate = validators.get(pointer) ?? own.compile({ $ref: `document#${pointer}` });
  validators.set(pointer, validate);
  if (validate(value) !== valid) {
    const reason = valid ? own.errorsText(validate.errors) : "it should be invalid";
    mistakes.push(`${pointer} with ${JSON.stringify(value)}: ${reason}`);
  }
}

for (const mistake of mistakes) {
  console.error(mistake);
}
console.log(`${schemas.length} schemas, ${values.length} values`);
process.exitCode = mistakes.length ? 1 : 0;
