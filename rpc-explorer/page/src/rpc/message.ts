// Makes the messages that the page sends, and the params that it may keep.

import type { Method } from '../document/model';
import { isList, isObject, JsonNumber, type Json } from '../json/value';
import { writeJson } from '../json/write';

/** One call that is ready to be sent. */
export interface Call {
  readonly method: Method;
  /** An array, an object, or nothing. */
  readonly params: Json | undefined;
  /** A notification gets no answer. */
  readonly isNotification: boolean;
}

/** What stands for a secret where people may look. */
export const HIDDEN = '***';

let lastId = 0;

export function nextId(): string {
  lastId += 1;
  return String(lastId);
}

export function message(call: Call, id: string): Json {
  const members: [string, Json][] = [['jsonrpc', '2.0'], ['method', call.method.name]];
  const params = withToken(call, id);
  if (params !== undefined) members.push(['params', params]);
  if (!call.isNotification) members.push(['id', new JsonNumber(id)]);
  return new Map(members);
}

/** The caller of some streams chooses the token that items come with. The id of the call will do. */
function withToken(call: Call, id: string): Json | undefined {
  const token = call.method.stream?.token ?? '';
  if (token === '' || (call.params !== undefined && !isObject(call.params))) return call.params;
  return new Map([...(call.params ?? []), [token, new JsonNumber(id)]]);
}

/** Params by name in the form that the method takes. Trailing params that are missing are left out. */
export function arranged(method: Method, byName: ReadonlyMap<string, Json>, isByPosition: boolean): Json | undefined {
  if (byName.size === 0) return undefined;
  if (!isByPosition) return byName;
  const values = method.params.map((param) => byName.get(param.name));
  while (values.length > 0 && values[values.length - 1] === undefined) values.pop();
  return values.map((value) => value ?? null);
}

/** Whether a method's params go by position unless the user says otherwise. Many servers know nothing else, and don't say so. */
export function goesByPosition(method: Method): boolean {
  return method.structure === 'by-position' || method.structure === 'unknown';
}

/** Params by name, whatever form they have. `undefined` if they don't fit the method. */
export function namedParams(method: Method, params: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (params === undefined) return new Map();
  if (isObject(params)) return params;
  if (!isList(params) || params.length > method.params.length) return undefined;
  return new Map(params.flatMap((value, index) => {
    const param = method.params[index];
    return param === undefined ? [] : [[param.name, value] as const];
  }));
}

/** The params that may be kept or put into a link. If a method has secrets, only what is known not to be one is left. */
export function withoutSecrets(method: Method, params: Json | undefined): Json | undefined {
  return replaceSecrets(method, params, undefined);
}

/** The params as people may see them. */
export function withHiddenSecrets(method: Method, params: Json | undefined): Json | undefined {
  return replaceSecrets(method, params, HIDDEN);
}

function replaceSecrets(method: Method, params: Json | undefined, instead: string | undefined): Json | undefined {
  if (!method.params.some((param) => param.hasSecret)) return params;
  const isOpen = (index: number) => method.params[index]?.hasSecret === false;
  if (isList(params)) return params.map((value, index) => (isOpen(index) ? value : instead ?? null));
  if (!isObject(params)) return undefined;
  const shown = [...params].flatMap(([name, value]): [string, Json][] => {
    if (isOpen(method.params.findIndex((param) => param.name === name))) return [[name, value]];
    return instead === undefined ? [] : [[name, instead]];
  });
  return new Map(shown);
}

export function textOf(call: Call, id: string): string {
  return writeJson(message(call, id));
}
