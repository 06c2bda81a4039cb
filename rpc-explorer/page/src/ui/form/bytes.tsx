// Bytes: as base64, as a text, or from a file.

import type { VNode } from 'preact';
import { base64, base64OfBytes } from '../../rpc/headers';
import { isBase64 } from '../../schema/check';
import { size } from '../parts';
import { described, fieldId, useForm, type ControlProps } from './context';

export function BytesControl({ draft, onChange, path, label }: ControlProps): VNode {
  const message = useForm().mistakes.get(path);
  const text = typeof draft === 'string' ? draft : '';
  const take = (file: File | undefined) => {
    file?.arrayBuffer().then((bytes) => onChange(base64OfBytes(new Uint8Array(bytes))), () => onChange(''));
  };
  return (
    <div class="bytes">
      <textarea
        class="input input-text input-code" id={fieldId(path)} aria-label={`${label} as base64`} rows={2} spellcheck={false}
        value={text} onInput={(event) => onChange(event.currentTarget.value.replace(/\s+/g, ''))} {...described(path, message)}
      />
      <div class="row">
        <span class="hint">{isBase64(text) ? size(decodedSize(text)) : 'base64'}</span>
        <label class="button button-quiet">
          <span>Choose a file</span>
          <input class="unseen" type="file" onChange={(event) => take(event.currentTarget.files?.[0])} />
        </label>
        <input
          class="input" type="text" placeholder="or type text to encode" aria-label={`${label} as text`}
          onInput={(event) => onChange(base64(event.currentTarget.value))}
        />
      </div>
    </div>
  );
}

function decodedSize(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
