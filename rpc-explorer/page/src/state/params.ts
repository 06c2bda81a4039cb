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
  /** Why the form can't show the text, if somebody wanted it to. */
  readonly obstacle: string;
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
  const begun: ParamsState = { mode: method.isDescribed ? 'Form' : 'JSON', draft, text: '', isByPosition: goesByPosition(method), obstacle: '' };
  const params = linked === '' ? undefined : tryReadJson(linked);
  if (linked === '' || params === undefined) return method.isDescribed ? begun : { ...begun, text: '{}' };
  const named = namedParams(method, params);
  const isKnown = named !== undefined && [...named.keys()].every((name) => method.params.some((it) => it.name === name));
  if (!isKnown || !method.isDescribed) return { ...begun, mode: 'JSON', text: prettyJson(params) };
  // Secrets are not in links, so they still have to be filled in.
  const secrets = method.params.filter((param) => param.hasSecret && param.isRequired).map((param) => param.name);
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
  if (mode === state.mode) return { ...state, obstacle: '' };
  if (mode === 'JSON') {
    const params = paramsInForm(method, state);
    return { ...state, mode, obstacle: '', text: params === undefined ? (state.isByPosition ? '[]' : '{}') : prettyJson(params) };
  }
  const named = paramsInText(method, state.text);
  return typeof named === 'string' ? { ...state, obstacle: named } : { ...state, mode, draft: named, obstacle: '' };
}

/** The params in a text, or why a form can't show them. What it has no field for would be lost, or sent unseen. */
function paramsInText(method: Method, text: string): ReadonlyMap<string, Json> | string {
  const params = text.trim() === '' ? new Map() : tryReadJson(text);
  if (params === undefined) return 'The form can’t show this, because it is not JSON.';
  const named = namedParams(method, params);
  if (named === undefined) return isList(params) ? `The form can’t show this: it has fields for ${method.params.length} params.` : 'The form can’t show this: it is neither an object nor an array.';
  const unknown = [...named.keys()].find((name) => !method.params.some((it) => it.name === name));
  return unknown === undefined ? named : `The form can’t show this: it has no field for \`${unknown.slice(0, 60)}\`.`;
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
