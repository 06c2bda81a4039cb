// The page: it asks for the document, and shows the view that the address names.

import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Api } from '../document/model';
import { unknownMethod } from '../document/read';
import { headersOf, NO_AUTH } from '../rpc/headers';
import type { Call } from '../rpc/message';
import { endpoint, type Sent } from '../rpc/send';
import { Schemas } from '../schema/schemas';
import { discover, NoDocument } from '../state/discover';
import { entryOf, loadHistory, saveHistory, withEntry } from '../state/history';
import { hashOf, placeIn, type Place } from '../state/link';
import { cut } from '../text/cut';
import { wellFormed } from '../text/encoded';
import { AuthDialog } from './auth';
import { BatchView, useBatch, type Batch } from './batch';
import { HistoryView } from './history';
import { MethodView } from './method';
import { Overview } from './overview';
import { Button } from './parts';
import { Sidebar } from './sidebar';
import { Toolbar } from './toolbar';

const EMPTY: Api = { root: null, title: 'JSON-RPC', version: '', description: '', servers: [], methods: [], undescribed: [], url: undefined, takesHeaders: true };

export function App(): VNode {
  const [api, setApi] = useState<Api>();
  const [problem, setProblem] = useState<Error>();
  const [place, setPlace] = usePlace();
  const [auth, setAuth] = useState(NO_AUTH);
  const [isAuthOpen, setAuthOpen] = useState(false);
  const [isListOpen, setListOpen] = useState(false);
  const [history, setHistory] = useState(loadHistory);
  const headers = useMemo(() => headersOf(auth), [auth]);

  const load = useCallback(() => {
    setProblem(undefined);
    discover(headers).then(setApi, setProblem);
  }, [headers]);
  useEffect(load, []);
  useEffect(() => saveHistory(history), [history]);
  useEffect(() => setListOpen(false), [place]);
  useEffect(() => {
    document.title = place.view === 'method' ? `${cut(place.name, 100)} · ${api?.title ?? ''}` : (api?.title ?? 'JSON-RPC');
  }, [api, place]);

  const remember = useCallback((call: Call, sent: Sent) => setHistory((before) => withEntry(before, entryOf(call, sent))), []);
  const batch = useBatch(headers, remember);
  const shown = api ?? EMPTY;
  const openList = useCallback(() => setListOpen(true), []);
  const closeList = useCallback(() => setListOpen(false), []);
  return (
    <div class={`app${isListOpen ? ' app-list-open' : ''}`}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>Skip to the method</a>
      <Toolbar
        title={shown.title} version={shown.version} batchSize={batch.calls.length} hasAuth={headers.length > 0} isListOpen={isListOpen}
        onAuth={() => setAuthOpen(true)} onList={() => setListOpen(!isListOpen)}
      />
      <Sidebar
        methods={shown.methods} isLoading={api === undefined && problem === undefined} chosen={place.view === 'method' ? place.name : ''}
        isOpen={isListOpen} onOpen={openList} onClose={closeList}
      />
      <main id="main" tabIndex={-1}>
        {problem !== undefined && <Problem error={problem} onRetry={load} />}
        {api === undefined && problem === undefined && <p class="hint loading" role="status">Asking for the document …</p>}
        {(api !== undefined || problem !== undefined) && (
          <View
            api={shown} place={place} batch={batch} headers={headers} hasProblem={problem !== undefined} history={history}
            onSent={remember} onPlace={setPlace} onClear={() => setHistory([])}
          />
        )}
      </main>
      {isAuthOpen && <AuthDialog auth={auth} takesHeaders={shown.takesHeaders} onChange={setAuth} onClose={() => setAuthOpen(false)} />}
    </div>
  );
}

interface ViewProps {
  readonly api: Api;
  readonly place: Place;
  readonly batch: Batch;
  readonly headers: ReturnType<typeof headersOf>;
  readonly hasProblem: boolean;
  readonly history: ReturnType<typeof loadHistory>;
  readonly onSent: (call: Call, sent: Sent) => void;
  readonly onPlace: (place: Place) => void;
  readonly onClear: () => void;
}

function View(props: ViewProps): VNode | null {
  const { api, place, batch, headers, onSent, onPlace } = props;
  const schemas = useMemo(() => new Schemas(api.root), [api]);
  useHeading(place);
  if (place.view === 'batch') return <BatchView batch={batch} />;
  if (place.view === 'history') return <HistoryView history={props.history} onClear={props.onClear} />;
  if (place.view !== 'method') return props.hasProblem ? <h1 class="unseen" tabIndex={-1}>{api.title}</h1> : <Overview api={api} />;
  const isNamed = (name: string) => wellFormed(name) === wellFormed(place.name);
  const method = api.methods.find((it) => isNamed(it.name) || it.aliases.some(isNamed)) ?? unknownMethod(place.name);
  return (
    <MethodView
      key={`${place.name}?${place.visit}`} schemas={schemas} method={method} url={api.url ?? location.origin + endpoint()} linked={place.params}
      headers={headers} onSent={onSent} onBatch={(call) => batch.change([...batch.calls, call])}
      onParams={(params) => onPlace({ ...place, params })}
    />
  );
}

/** Whoever opens another view goes on from its heading, with the keyboard or a screen reader. */
function useHeading(place: Place): void {
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      const main = document.getElementById('main');
      main?.scrollTo(0, 0);
      main?.querySelector('h1')?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [place]);
}

/** Why the page has no document, and what can be done. */
function Problem({ error, onRetry }: { error: Error; onRetry: () => void }): VNode {
  const said = error instanceof NoDocument ? error.said : '';
  return (
    <div class="notice notice-bad" role="alert">
      <p class="problem">This page could not get the server’s document</p>
      <p>{error.message}</p>
      {said !== '' && <pre class="code" tabIndex={0} role="region" aria-label="what the server said"><code>{cut(said, 2_000)}</code></pre>}
      <p>If the server wants credentials, set them under “Auth”. Methods can be called without the document: search for a name.</p>
      <Button icon="reset" label="Try again" onClick={onRetry} />
    </div>
  );
}

/** The place that the address names, and a way to change the params in it, which opens nothing anew. */
function usePlace(): [Place, (place: Place) => void] {
  const [place, setPlace] = useState<Place>(() => placeIn(location.hash));
  useEffect(() => {
    let visit = 0;
    const listen = () => {
      visit += 1;
      setPlace(placeIn(location.hash, visit));
    };
    addEventListener('hashchange', listen);
    return () => removeEventListener('hashchange', listen);
  }, []);
  const note = useCallback((changed: Place) => {
    history.replaceState(null, '', location.pathname + location.search + hashOf(changed));
  }, []);
  return [place, note];
}
