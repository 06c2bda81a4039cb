// What a server's answer says.

import type { DeclaredError, Method } from '../document/model';
import { isObject, JsonNumber, member, textMember, type Json } from '../json/value';
import { readJson } from '../json/read';

/** The numbers of an exchange. */
export interface Exchange {
  /** `0` if nothing was received. */
  readonly status: number;
  readonly milliseconds: number;
  readonly bytes: number;
}

export type Answer =
  | { readonly kind: 'result'; readonly value: Json }
  | { readonly kind: 'error'; readonly error: ErrorObject }
  /** For a notification. */
  | { readonly kind: 'nothing' }
  /** Not an answer in JSON-RPC. */
  | { readonly kind: 'other'; readonly text: string; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

export interface ErrorObject {
  readonly code: string;
  readonly message: string;
  readonly data: Json | undefined;
}

/** What is known of an error's code. */
export interface KnownError {
  readonly name: string;
  readonly docs: string;
  readonly kind: string;
  readonly isDeclared: boolean;
}

export function readAnswer(text: string, isNotification: boolean): Answer {
  if (text.trim() === '') return isNotification ? { kind: 'nothing' } : { kind: 'other', text: '', reason: 'The body is empty.' };
  try {
    return answerIn(readJson(text)) ?? { kind: 'other', text, reason: 'This is JSON, and not a response:' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'other', text, reason: `This can’t be read as JSON (${reason}):` };
  }
}

/** The answer in a response object, if it is one. */
export function answerIn(message: Json): Answer | undefined {
  if (!isObject(message)) return undefined;
  const error = message.get('error');
  if (isObject(error)) return { kind: 'error', error: readError(error) };
  const result = message.get('result');
  return result === undefined ? undefined : { kind: 'result', value: result };
}

function readError(error: Json): ErrorObject {
  const code = member(error, 'code');
  return {
    code: code instanceof JsonNumber ? code.text : '?',
    message: textMember(error, 'message'),
    data: member(error, 'data'),
  };
}

/** The item that a notification of a stream brings. */
export function itemIn(message: Json): Json | undefined {
  if (textMember(message, 'method') === '') return undefined;
  const params = member(message, 'params');
  return member(params, 'value') ?? member(params, 'result') ?? params;
}

const STANDARD: Record<string, readonly [string, string]> = {
  '-32700': ['Parse error', 'The server could not read the message as JSON.'],
  '-32600': ['Invalid request', 'The message is not a request that the server accepts.'],
  '-32601': ['Method not found', 'The server has no method of this name.'],
  '-32602': ['Invalid params', 'The params do not fit the method.'],
  '-32603': ['Internal error', 'The server failed. Its log may say why.'],
};

export function knownError(method: Method, code: string): KnownError | undefined {
  const declared: DeclaredError | undefined = method.errors.find((error) => error.code === code);
  if (declared !== undefined) return { ...declared, isDeclared: true };
  const standard = STANDARD[code];
  return standard && { name: standard[0], docs: standard[1], kind: '', isDeclared: false };
}
