// Inputs for single values.

import type { VNode } from 'preact';
import { isSame, JsonNumber } from '../../json/value';
import { writeJson } from '../../json/write';
import { toJson, Unfinished } from '../../schema/draft';
import { isJsonNumber } from '../../schema/numbers';
import type { ChoiceShape, NumberShape, TextShape } from '../../schema/shape';
import { described, fieldId, useForm, type ControlProps } from './context';

/** The browser takes long to find out how high a longer text is. */
const MAX_GROWING = 5_000;

/** More options than this are a list to choose from. */
const MAX_SEGMENTS = 4;

export function BooleanControl({ draft, onChange, path, label }: ControlProps): VNode {
  const chosen = typeof draft === 'boolean' ? String(draft) : '';
  const message = useForm().mistakes.get(path);
  return (
    <div class="segments" role="radiogroup" aria-label={label} id={fieldId(path)} {...described(path, message)}>
      {['true', 'false'].map((option) => (
        <label class="segment" key={option}>
          <input type="radio" name={fieldId(path)} checked={chosen === option} onChange={() => onChange(option === 'true')} />
          <span>{option}</span>
        </label>
      ))}
    </div>
  );
}

/** The text of the input is the number: no digit is lost. */
export function NumberControl({ draft, onChange, path, label, shape }: ControlProps & { shape: NumberShape }): VNode {
  const message = useForm().mistakes.get(path);
  const text = draft instanceof JsonNumber || draft instanceof Unfinished ? draft.text : draft === undefined ? '' : writeJson(toJson(draft));
  const change = (text: string) => onChange(isJsonNumber(text.trim()) ? new JsonNumber(text.trim()) : new Unfinished(text.trim()));
  return (
    <input
      class="input input-number" id={fieldId(path)} type="text" inputMode={shape.isInteger ? 'numeric' : 'decimal'}
      aria-label={label} autocomplete="off" spellcheck={false} value={text} placeholder={hint(shape)}
      onInput={(event) => change(event.currentTarget.value)} {...described(path, message)}
    />
  );
}

function hint({ min, max }: NumberShape): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined && min !== '0') return `at least ${min}`;
  return max === undefined ? '' : `at most ${max}`;
}

export function TextControl({ draft, onChange, path, label, shape, isSecret }: ControlProps & { shape: TextShape }): VNode {
  const message = useForm().mistakes.get(path);
  const text = typeof draft === 'string' ? draft : draft instanceof Unfinished ? draft.text : draft === undefined ? '' : writeJson(toJson(draft));
  const shared = {
    id: fieldId(path), 'aria-label': label, spellcheck: false, value: text, ...described(path, message),
  };
  if (isSecret) {
    return (
      <input {...shared} class="input" type="password" autocomplete="off" onInput={(event) => onChange(event.currentTarget.value)} />
    );
  }
  const rows = Math.min(8, text.split('\n').length);
  return (
    <textarea
      {...shared} class={`input input-text${text.length > MAX_GROWING ? '' : ' input-growing'}`} rows={rows} placeholder={placeholder(shape)}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function placeholder({ format }: TextShape): string {
  const samples: Record<string, string> = {
    'date-time': '2026-01-31T12:00:00Z', date: '2026-01-31', uuid: '00000000-0000-0000-0000-000000000000', uri: 'https://…', email: 'ann@example.org',
  };
  return samples[format] ?? '';
}

export function ChoiceControl(props: ControlProps & { shape: ChoiceShape }): VNode {
  const { draft, onChange, path, label, shape } = props;
  const message = useForm().mistakes.get(path);
  const chosen = shape.options.findIndex((it) => draft !== undefined && isSame(it.value, toJson(draft)));
  const [only] = shape.options;
  if (shape.options.length === 1 && only !== undefined && chosen === 0) {
    return <p class="constant" id={fieldId(path)}><code>{shown(writeJson(only.value))}</code></p>;
  }
  const texts = shape.options.map((it) => (typeof it.value === 'string' ? it.value : writeJson(it.value)));
  const isShort = texts.length <= MAX_SEGMENTS && texts.join('').length < 36 && chosen >= 0 && !texts.includes('');
  if (isShort) {
    return (
      <div class="segments" role="radiogroup" aria-label={label} id={fieldId(path)} {...described(path, message)}>
        {shape.options.map((option, index) => (
          <label class="segment" key={index} title={option.docs}>
            <input type="radio" name={fieldId(path)} checked={index === chosen} onChange={() => onChange(option.value)} />
            <span>{texts[index]}</span>
          </label>
        ))}
      </div>
    );
  }
  const choose = (index: number) => onChange(shape.options[index]?.value ?? new Unfinished(''));
  return (
    <select
      class="input" id={fieldId(path)} aria-label={label} value={String(chosen)}
      onChange={(event) => choose(Number(event.currentTarget.value))} {...described(path, message)}
    >
      {chosen < 0 && <option value="-1">{draft === undefined || draft instanceof Unfinished ? 'choose …' : shown(writeJson(toJson(draft)))}</option>}
      {shape.options.map((option, index) => (
        <option key={index} value={String(index)}>{shown(texts[index] ?? '')}{option.docs === '' ? '' : ` — ${shown(option.docs)}`}</option>
      ))}
    </select>
  );
}

function shown(text: string): string {
  return text === '' ? '""' : text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
