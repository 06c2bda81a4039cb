// A value of any type, as JSON.

import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { tryReadJson } from '../../json/read';
import { prettyJson } from '../../json/write';
import { toJson, Unfinished, type Draft } from '../../schema/draft';
import { described, fieldId, useForm, type ControlProps } from './context';

export function RawControl({ draft, onChange, path, label }: ControlProps): VNode {
  const message = useForm().mistakes.get(path);
  const [text, setText] = useState(() => textOf(draft));
  const sent = useRef<Draft | undefined>(draft);
  useEffect(() => {
    // Somebody else has changed the value.
    if (draft !== sent.current) setText(textOf(draft));
    sent.current = draft;
  }, [draft]);
  const change = (changed: string) => {
    const value = tryReadJson(changed);
    const next = value === undefined ? new Unfinished(changed) : value;
    sent.current = next;
    setText(changed);
    onChange(next);
  };
  return (
    <textarea
      class="input input-text input-code" id={fieldId(path)} aria-label={`${label} as JSON`} spellcheck={false}
      rows={Math.max(2, Math.min(12, text.split('\n').length))} value={text}
      onInput={(event) => change(event.currentTarget.value)} {...described(path, message)}
    />
  );
}

function textOf(draft: Draft | undefined): string {
  if (draft instanceof Unfinished) return draft.text;
  return draft === undefined ? '' : prettyJson(toJson(draft));
}
