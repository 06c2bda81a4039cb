// Reads an OpenRPC document. It takes what it understands, since other people's documents have mistakes.

import { JsonNumber, isList, isObject, isTrue, listMember, member, textMember, type Json } from '../json/value';
import type { Api, DeclaredError, Example, Method, Param, Server, Stream, Structure } from './model';
import { resolve } from './references';
import { isMarkedSecret, Secrets } from './secrets';

export function readApi(root: Json): Api {
  if (!isObject(root) || !isList(root.get('methods'))) {
    throw new Error('the reply is not an OpenRPC document: it has no list of methods');
  }
  const info = root.get('info');
  const secrets = new Secrets(root);
  const methods = listMember(root, 'methods').flatMap((node) => readMethod(root, secrets, resolve(root, node)));
  return {
    root,
    title: textMember(info, 'title') || 'JSON-RPC',
    version: textMember(info, 'version'),
    description: textMember(info, 'description'),
    servers: readServers(root),
    methods: withSharedPrefixes(withoutRepeated(methods)),
    undescribed: listMember(root, 'x-undescribed').map(undescribed),
    url: textMember(root, 'x-explorer-url') || undefined,
    takesHeaders: root.get('x-explorer-headers') !== false,
  };
}

/** A method that the document does not have. */
export function unknownMethod(name: string): Method {
  return {
    name, namespace: namespaceOf(name, []), summary: '', docs: '', tags: [], params: [], structure: 'unknown', result: true,
    isNotification: false, stream: undefined, errors: [], examples: [], isDeprecated: false, deprecation: '', since: '',
    aliases: [], isIdempotent: false, isReadOnly: false, isLenient: true, servers: [], isDescribed: false,
  };
}

function readMethod(root: Json, secrets: Secrets, node: Json | undefined): Method[] {
  const name = textMember(node, 'name');
  if (name === '') return [];
  const tags = listMember(node, 'tags').map((tag) => textMember(resolve(root, tag), 'name')).filter(Boolean);
  const params = listMember(node, 'params').map((param) => readParam(root, secrets, resolve(root, param)));
  const summary = textMember(node, 'summary');
  const docs = textMember(node, 'description');
  const stream = readStream(root, member(node, 'x-stream'));
  const result = resolve(root, member(node, 'result'));
  return [{
    name,
    namespace: namespaceOf(name, tags),
    summary: summary || (docs.split('\n', 1)[0] ?? ''),
    docs: docs || summary,
    tags,
    params: withoutRepeated(params),
    structure: structureOf(textMember(node, 'paramStructure')),
    result: result === undefined ? undefined : member(result, 'schema') ?? true,
    isNotification: result === undefined && stream === undefined,
    stream,
    errors: readErrors(root, node),
    examples: listMember(node, 'examples').map((example) => readExample(root, params, resolve(root, example))),
    isDeprecated: isTrue(node, 'deprecated'),
    deprecation: textMember(node, 'x-deprecated-note'),
    since: textMember(node, 'x-since'),
    aliases: listMember(node, 'x-aliases').filter((it) => typeof it === 'string'),
    isIdempotent: isTrue(node, 'x-idempotent'),
    isReadOnly: isTrue(node, 'x-read-only'),
    isLenient: isTrue(node, 'x-lenient'),
    servers: readServers(node),
    isDescribed: true,
  }];
}

function readParam(root: Json, secrets: Secrets, node: Json | undefined): Param {
  const schema = member(node, 'schema') ?? true;
  const isSecret = isTrue(node, 'x-secret') || isMarkedSecret(schema) || isMarkedSecret(resolve(root, schema));
  return {
    name: textMember(node, 'name') || '?',
    docs: textMember(node, 'description') || textMember(node, 'summary'),
    isRequired: isTrue(node, 'required'),
    isSecret,
    hasSecret: isSecret || secrets.isIn(schema),
    isDeprecated: isTrue(node, 'deprecated'),
    schema,
  };
}

function readStream(root: Json, node: Json | undefined): Stream | undefined {
  if (!isObject(node)) return undefined;
  // `rpc explore` can't pass a token on. Without one, all items come as the result.
  const isRelayed = member(root, 'x-explorer-headers') !== undefined;
  return {
    item: node.get('item') ?? true,
    end: node.get('end'),
    token: isRelayed ? '' : textMember(node, 'token'),
    isSubscription: node.has('unsubscribe'),
  };
}

function readErrors(root: Json, node: Json | undefined): DeclaredError[] {
  const [kinds, docs] = [member(node, 'x-error-kinds'), member(node, 'x-error-docs')];
  return listMember(node, 'errors').flatMap((reference) => {
    const error = resolve(root, reference);
    const number = member(error, 'code');
    if (!(number instanceof JsonNumber)) return [];
    const code = number.text;
    return [{
      code,
      name: textMember(error, 'message'),
      docs: textMember(docs, code),
      kind: textMember(kinds, code),
      data: member(error, 'data'),
    }];
  });
}

/** Names of params in an example need not be right, but their order is. */
function readExample(root: Json, params: readonly Param[], node: Json | undefined): Example {
  const values = new Map<string, Json>();
  listMember(node, 'params').forEach((reference, index) => {
    const given = resolve(root, reference);
    const named = textMember(given, 'name');
    const param = params.find((it) => it.name === named) ?? params[index];
    const value = member(given, 'value');
    if (param !== undefined && value !== undefined) values.set(param.name, value);
  });
  return {
    name: textMember(node, 'name') || 'example',
    docs: textMember(node, 'summary') || textMember(node, 'description'),
    params: values,
    result: member(resolve(root, member(node, 'result')), 'value'),
  };
}

function readServers(node: Json | undefined): Server[] {
  return listMember(node, 'servers').map((server) => ({
    name: textMember(server, 'name'),
    url: textMember(server, 'url'),
    description: textMember(server, 'description') || textMember(server, 'summary'),
  }));
}

function structureOf(text: string): Structure {
  return text === 'by-name' || text === 'by-position' || text === 'either' ? text : 'unknown';
}

/** What is before the last dot or slash, or the first tag. */
function namespaceOf(name: string, tags: readonly string[]): string {
  const dot = name.lastIndexOf('.');
  if (dot > 0) return name.slice(0, dot);
  const slash = name.lastIndexOf('/');
  if (slash > 0) return name.slice(0, slash);
  return tags[0] ?? '';
}

/** A prefix that several methods share is a namespace too, as in `eth_call`. */
function withSharedPrefixes(methods: readonly Method[]): Method[] {
  const prefixOf = (name: string) => /^([a-z0-9]+)_[a-zA-Z0-9]+$/.exec(name)?.[1] ?? '';
  const counts = new Map<string, number>();
  for (const { name } of methods) counts.set(prefixOf(name), (counts.get(prefixOf(name)) ?? 0) + 1);
  return methods.map((method) => {
    const prefix = prefixOf(method.name);
    const isShared = prefix !== '' && (counts.get(prefix) ?? 0) > 1;
    return isShared ? { ...method, namespace: prefix } : method;
  });
}

function undescribed(node: Json): string {
  const [method, reason] = [textMember(node, 'method'), textMember(node, 'reason')];
  return method === '' ? reason : `${method}: ${reason}`;
}

function withoutRepeated<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>();
  return items.filter((it) => !seen.has(it.name) && seen.add(it.name));
}
