// The params of a method while they are edited: in a form, or as JSON.

import type { Example, Method } from '../document/model';
import { readJson, tryReadJson, JsonError } from '../json/read';
import { isList, isObject, member, type Json } from '../json/value';
import { prettyJson } from '../json/write';
import { arranged, goesByPosition, namedParams } from '../rpc/message';
import { blankRecord } from '../schema/blank';
import { checkFields, type Mistakes } from '../schema/check';
import { toJson, type DraftObject } from '../schema/draft';
import type { Schemas } from '../schema/schemas';
import type { Field } from '../schema/shape';

export interface ParamsState {
  readonly mode: 'Form' | 'JSON';
  readonly draft: DraftObject;
  readonly text: string;
  readonly isByPosition: boolean;
}

export function fieldsOf(method: Method): readonly Field[] {
  return method.params.map(({ name, schema, isRequired, isSecret, isDeprecated, docs }) => (
    { name, schema, isRequired, isSecret, isDeprecated, docs: docs || docsOf(schema) }
  ));
}

function docsOf(schema: Json): string {
  const docs = member(schema, 'description');
  return typeof docs === 'string' ? docs : '';
}

/** What a method begins with: the params of the link, else those of the first example, else what is required. */
export function initialParams(schemas: Schemas, method: Method, linked: string): ParamsState {
  const required = blankRecord(schemas, fieldsOf(method));
  const draft = new Map([...required, ...openParams(method, method.examples[0])]);
  const begun: ParamsState = { mode: method.isDescribed ? 'Form' : 'JSON', draft, text: '', isByPosition: goesByPosition(method) };
  const params = linked === '' ? undefined : tryReadJson(linked);
  if (linked === '' || params === undefined) return method.isDescribed ? begun : { ...begun, text: '{}' };
  const named = namedParams(method, params);
  const isKnown = named !== undefined && [...named.keys()].every((name) => method.params.some((it) => it.name === name));
  if (!isKnown || !method.isDescribed) return { ...begun, mode: 'JSON', text: prettyJson(params) };
  // Secrets are not in links, so they still have to be filled in.
  const secrets = method.params.filter((param) => param.isSecret && param.isRequired).map((param) => param.name);
  const kept = [...required].filter(([name]) => secrets.includes(name));
  return { ...begun, draft: new Map([...kept, ...named]), isByPosition: isList(params) && method.structure !== 'by-name' };
}

/** The params of an example that are not secret. Those of secrets are made up. */
function openParams(method: Method, example: Example | undefined): [string, Json][] {
  const isOpen = (name: string) => !method.params.some((param) => param.isSecret && param.name === name);
  return [...(example?.params ?? [])].filter(([name]) => isOpen(name));
}

export function withExample(schemas: Schemas, method: Method, state: ParamsState, example: Example): ParamsState {
  const draft = new Map([...blankRecord(schemas, fieldsOf(method)), ...openParams(method, example)]);
  return switched(method, { ...state, draft, mode: 'Form' }, state.mode);
}

/** The same params in the other mode. Text that is not JSON stays where it is. */
export function switched(method: Method, state: ParamsState, mode: ParamsState['mode']): ParamsState {
  if (mode === state.mode) return state;
  if (mode === 'JSON') {
    const params = paramsInForm(method, state);
    return { ...state, mode, text: params === undefined ? (state.isByPosition ? '[]' : '{}') : prettyJson(params) };
  }
  const named = namedParams(method, tryReadJson(state.text));
  return named === undefined ? state : { ...state, mode, draft: named };
}

export interface ReadParams {
  readonly params: Json | undefined;
  readonly mistakes: Mistakes;
  /** What is wrong with the text as a whole. */
  readonly mistake: string;
}

export function readParams(schemas: Schemas, method: Method, state: ParamsState): ReadParams {
  if (state.mode === 'Form') {
    const mistakes = checkFields(schemas, fieldsOf(method), state.draft);
    return { params: paramsInForm(method, state), mistakes, mistake: '' };
  }
  const none = new Map<string, string>();
  if (state.text.trim() === '') return { params: undefined, mistakes: none, mistake: '' };
  try {
    const params = readJson(state.text);
    if (!isObject(params) && !isList(params)) return { params: undefined, mistakes: none, mistake: 'params must be an object or an array' };
    return { params, mistakes: none, mistake: aboutParams(schemas, method, params) };
  } catch (error) {
    return { params: undefined, mistakes: none, mistake: error instanceof JsonError ? error.message : String(error) };
  }
}

/** The first thing that is wrong with params, in words. */
function aboutParams(schemas: Schemas, method: Method, params: Json): string {
  if (!method.isDescribed) return '';
  const named = namedParams(method, params);
  if (named === undefined) return `it takes ${method.params.length} params`;
  const unknown = [...named.keys()].find((name) => !method.params.some((it) => it.name === name));
  if (unknown !== undefined && !method.isLenient) return `the method has no param \`${unknown.slice(0, 60)}\``;
  const [first] = checkFields(schemas, fieldsOf(method), named);
  return first === undefined ? '' : `${decodeURIComponent(first[0]).slice(1)}: ${first[1]}`;
}

function paramsInForm(method: Method, state: ParamsState): Json | undefined {
  const json = toJson(state.draft);
  return isObject(json) ? arranged(method, json, state.isByPosition) : undefined;
}
