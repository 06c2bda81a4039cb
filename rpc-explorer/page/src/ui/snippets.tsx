// The same call for other programs.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Header } from '../rpc/headers';
import type { Call } from '../rpc/message';
import { languagesFor, snippet, type Language } from '../snippets/snippets';
import { load, store } from '../state/storage';
import { CopyButton, Segments } from './parts';

interface Props {
  readonly call: Call;
  readonly url: string;
  readonly headers: readonly Header[];
}

export function Snippets({ call, url, headers }: Props): VNode {
  const languages = languagesFor(url);
  const [chosen, setLanguage] = useState(() => load('language'));
  const language = languages.find((it) => it === chosen) ?? languages[0] ?? 'rpc';
  const choose = (chosen: Language) => {
    setLanguage(chosen);
    store('language', chosen);
  };
  const text = snippet(language, call, { url, headers: headers.map((it) => it.name) });
  const hidesSecrets = headers.length > 0 || call.method.params.some((param) => param.hasSecret);
  return (
    <section class="card snippets" aria-labelledby="snippets-title">
      <header class="card-head">
        <h2 id="snippets-title">Request</h2>
        <CopyButton text={() => text} label={`Copy ${language}`} isBare />
      </header>
      <Segments name="language" legend="Language" options={languages} chosen={language} onChoose={choose} />
      <pre class="code snippet" tabIndex={0} role="region" aria-label={`the call in ${language}`}><code>{text}</code></pre>
      {hidesSecrets && <p class="hint card-note">Secrets are shown as ***.</p>}
    </section>
  );
}
