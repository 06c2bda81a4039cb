// A value that is being edited: JSON, except for what is not finished.

import { isObject, type Json } from '../json/value';

/** The text of an input that is not a value yet. */
export class Unfinished {
  constructor(readonly text: string) {}
}

/** A value of a union, with the variant that the user chose. */
export class Picked {
  constructor(readonly variant: number, readonly value: Draft) {}
}

export type DraftObject = ReadonlyMap<string, Draft>;
export type Draft = Json | Unfinished | Picked | readonly Draft[] | DraftObject;

export function isDraftObject(draft: Draft | undefined): draft is DraftObject {
  return draft instanceof Map;
}

export function isDraftList(draft: Draft | undefined): draft is readonly Draft[] {
  return Array.isArray(draft);
}

/** The value itself, whatever variant was chosen for it. */
export function unpicked(draft: Draft | undefined): Draft | undefined {
  return draft instanceof Picked ? unpicked(draft.value) : draft;
}

/** As JSON. What is not finished becomes the text that it is. */
export function toJson(draft: Draft): Json {
  if (draft instanceof Unfinished) return draft.text;
  if (draft instanceof Picked) return toJson(draft.value);
  if (isDraftList(draft)) return draft.map(toJson);
  if (isDraftObject(draft)) return new Map([...draft].map(([name, it]) => [name, toJson(it)]));
  return draft;
}

export function withMember(object: Draft | undefined, name: string, value: Draft | undefined): DraftObject {
  const changed = new Map(isDraftObject(object) ? object : []);
  if (value === undefined) changed.delete(name);
  else changed.set(name, value);
  return changed;
}

export function withItem(list: readonly Draft[], index: number, value: Draft): readonly Draft[] {
  return list.map((it, at) => (at === index ? value : it));
}

export function withoutItem(list: readonly Draft[], index: number): readonly Draft[] {
  return list.filter((_, at) => at !== index);
}

/** The same object with the member under another name, at the same place. */
export function renamed(object: DraftObject, from: string, to: string): DraftObject {
  return new Map([...object].map(([name, it]) => [name === from ? to : name, it]));
}

export function isJsonObject(value: Json | undefined): boolean {
  return isObject(value);
}
