// The page: it asks for the document, and shows the view that the address names.

import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Api } from '../document/model';
import { unknownMethod } from '../document/read';
import { headersOf, NO_AUTH } from '../rpc/headers';
import type { Call } from '../rpc/message';
import { endpoint, type Sent } from '../rpc/send';
import { Schemas } from '../schema/schemas';
import { discover } from '../state/discover';
import { entryOf, loadHistory, saveHistory, withEntry } from '../state/history';
import { hashOf, placeIn, type Place } from '../state/link';
import { wellFormed } from '../text/encoded';
import { AuthDialog } from './auth';
import { BatchView } from './batch';
import { HistoryView } from './history';
import { MethodView } from './method';
import { Overview } from './overview';
import { Button } from './parts';
import { Sidebar } from './sidebar';
import { Toolbar } from './toolbar';

const EMPTY: Api = { root: null, title: 'JSON-RPC', version: '', description: '', servers: [], methods: [], undescribed: [], url: undefined, headers: undefined };

export function App(): VNode {
  const [api, setApi] = useState<Api>();
  const [problem, setProblem] = useState('');
  const [place, setPlace] = usePlace();
  const [auth, setAuth] = useState(NO_AUTH);
  const [isAuthOpen, setAuthOpen] = useState(false);
  const [isListOpen, setListOpen] = useState(false);
  const [batch, setBatch] = useState<readonly Call[]>([]);
  const [history, setHistory] = useState(loadHistory);
  const headers = useMemo(() => headersOf(auth), [auth]);

  const load = useCallback(() => {
    setProblem('');
    discover(headers).then(setApi, (error: Error) => setProblem(error.message));
  }, [headers]);
  useEffect(load, []);
  useEffect(() => saveHistory(history), [history]);
  useEffect(() => {
    document.title = place.view === 'method' ? `${place.name.slice(0, 100)} · ${api?.title ?? ''}` : (api?.title ?? 'JSON-RPC');
  }, [api, place]);

  const remember = useCallback((call: Call, sent: Sent) => setHistory((before) => withEntry(before, entryOf(call, sent))), []);
  const add = useCallback((call: Call) => setBatch((before) => [...before, call]), []);
  const shown = api ?? EMPTY;
  return (
    <div class={`app${isListOpen ? ' app-list-open' : ''}`}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>Skip to the method</a>
      <Toolbar
        title={shown.title} version={shown.version} batchSize={batch.length} hasAuth={headers.length > 0} isListOpen={isListOpen}
        onAuth={() => setAuthOpen(true)} onList={() => setListOpen(!isListOpen)}
      />
      <Sidebar methods={shown.methods} chosen={place.view === 'method' ? place.name : ''} onOpened={() => setListOpen(false)} />
      <main id="main" tabIndex={-1}>
        {problem !== '' && <Problem reason={problem} onRetry={load} />}
        {api === undefined && problem === '' && <p class="hint loading" role="status">Asking for the document …</p>}
        {(api !== undefined || problem !== '') && (
          <View
            api={shown} place={place} batch={batch} headers={headers} hasProblem={problem !== ''} history={history}
            onBatch={setBatch} onAdd={add} onSent={remember} onPlace={setPlace} onClear={() => setHistory([])}
          />
        )}
      </main>
      {isAuthOpen && <AuthDialog auth={auth} forwarded={shown.headers} onChange={setAuth} onClose={() => setAuthOpen(false)} />}
    </div>
  );
}

interface ViewProps {
  readonly api: Api;
  readonly place: Place;
  readonly batch: readonly Call[];
  readonly headers: ReturnType<typeof headersOf>;
  readonly hasProblem: boolean;
  readonly history: ReturnType<typeof loadHistory>;
  readonly onBatch: (calls: readonly Call[]) => void;
  readonly onAdd: (call: Call) => void;
  readonly onSent: (call: Call, sent: Sent) => void;
  readonly onPlace: (place: Place) => void;
  readonly onClear: () => void;
}

function View(props: ViewProps): VNode | null {
  const { api, place, headers, onSent, onPlace } = props;
  const schemas = useMemo(() => new Schemas(api.root), [api]);
  const view = useRef<HTMLDivElement>(null);
  const name = place.view === 'method' ? place.name : place.view;
  useEffect(() => view.current?.parentElement?.scrollTo(0, 0), [name]);
  if (place.view === 'batch') return <BatchView calls={props.batch} headers={headers} onChange={props.onBatch} onSent={onSent} />;
  if (place.view === 'history') return <HistoryView history={props.history} onClear={props.onClear} />;
  if (place.view !== 'method') return props.hasProblem ? null : <Overview api={api} />;
  const isNamed = (name: string) => wellFormed(name) === wellFormed(place.name);
  const method = api.methods.find((it) => isNamed(it.name) || it.aliases.some(isNamed)) ?? unknownMethod(place.name);
  return (
    <div ref={view}>
      <MethodView
        key={`${place.name}?${place.visit}`} schemas={schemas} method={method} url={api.url ?? location.origin + endpoint()} linked={place.params}
        headers={headers} onSent={onSent} onBatch={props.onAdd}
        onParams={(params) => onPlace({ ...place, params })}
      />
    </div>
  );
}

/** Why the page has no document, and what can be done. */
function Problem({ reason, onRetry }: { reason: string; onRetry: () => void }): VNode {
  return (
    <div class="notice notice-bad" role="alert">
      <p><strong>This page could not get the server's document.</strong> {reason}</p>
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
