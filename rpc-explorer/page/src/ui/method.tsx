// The view of a method: its docs, its params, and what has come of the last call.

import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Method } from '../document/model';
import { writeJson } from '../json/write';
import type { Header } from '../rpc/headers';
import { withoutSecrets, type Call } from '../rpc/message';
import type { Sent } from '../rpc/send';
import type { Schemas } from '../schema/schemas';
import { initialParams, readParams, type ParamsState } from '../state/params';
import { start, type Run, type Running } from '../state/run';
import { cut } from '../text/cut';
import { visible } from '../text/visible';
import { Badges, MethodDocs, Returns } from './about';
import { Params } from './params';
import { Button, CopyButton, TellingButton } from './parts';
import { Reply } from './reply';
import { Snippets } from './snippets';

/** More of a name fills the page. */
const MAX_NAME = 400;

export interface MethodProps {
  readonly schemas: Schemas;
  readonly method: Method;
  readonly url: string;
  /** The params in the link, as JSON. */
  readonly linked: string;
  readonly headers: readonly Header[];
  readonly onParams: (params: string) => void;
  readonly onSent: (call: Call, sent: Sent) => void;
  readonly onBatch: (call: Call) => void;
}

export function MethodView(props: MethodProps): VNode {
  const { schemas, method, url, linked, headers, onParams, onSent, onBatch } = props;
  const [state, setState] = useState<ParamsState>(() => initialParams(schemas, method, linked));
  const [isNotification, setNotification] = useState(method.isNotification);
  const [isAttempted, setAttempted] = useState(false);
  const [run, setRun] = useState<Run>();
  const running = useRef<Running | undefined>(undefined);
  const read = useMemo(() => readParams(schemas, method, state), [schemas, method, state]);
  const call: Call = { method, params: read.params, isNotification };
  const isRight = read.mistake === '' && read.mistakes.size === 0;
  const isUnderWay = run !== undefined && run.sent === undefined;

  useEffect(() => {
    // Nobody knows which params of such a method are secret.
    if (!method.isDescribed) return;
    const kept = read.mistake === '' ? withoutSecrets(method, read.params) : undefined;
    onParams(kept === undefined ? '' : writeJson(kept));
  }, [read]);
  useEffect(() => () => running.current?.stop(), []);

  const sendNow = () => {
    // A key is quicker than the page. The call before can still be stopped.
    if (running.current?.isOver() === false) return;
    running.current = start(call, headers, setRun, (sent) => onSent(call, sent));
  };
  const sendChecked = () => {
    setAttempted(true);
    if (isRight) sendNow();
    else requestAnimationFrame(focusMistake);
  };
  const reset = () => {
    setState(initialParams(schemas, method, ''));
    setAttempted(false);
  };
  const sendByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    sendChecked();
  };

  // What does not depend on the form is not compared with every key.
  const docs = useMemo(() => <MethodDocs method={method} />, [method]);
  const reply = useMemo(() => <Reply run={run} onStop={() => running.current?.stop()} />, [run]);
  const returns = useMemo(() => <Returns schemas={schemas} method={method} />, [schemas, method]);

  return (
    <article class="method" aria-label={method.name} onKeyDown={sendByKey}>
      <header class="method-head">
        <h1 tabIndex={-1}><MethodName method={method} /></h1>
        <CopyButton text={() => location.href} label="Copy link" />
        <Badges method={method} />
      </header>
      <form class="method-call" onSubmit={(event) => { event.preventDefault(); sendChecked(); }}>
        {docs}
        <Params schemas={schemas} method={method} state={state} read={read} isAttempted={isAttempted} onChange={setState} />
        <div class="actions">
          <button type="submit" class="button button-primary" id="send" disabled={isUnderWay}>
            {isNotification ? 'Notify' : method.stream === undefined ? 'Call' : 'Start stream'}<kbd>Ctrl ⏎</kbd>
          </button>
          <TellingButton icon="stack" label="Add to batch" onClick={() => { onBatch(call); return 'Added'; }} isDisabled={read.mistake !== ''} />
          <Button icon="reset" label="Reset" onClick={reset} kind="quiet" />
          {!method.isNotification && method.stream === undefined && (
            <label class="check"><input type="checkbox" checked={isNotification} onChange={(event) => setNotification(event.currentTarget.checked)} /><span>as notification</span></label>
          )}
        </div>
        {isAttempted && !isRight && (
          <p class="notice notice-warning" role="alert">
            {read.mistake !== '' ? 'The params are not right yet.' : `${read.mistakes.size} field${read.mistakes.size === 1 ? ' is' : 's are'} not right yet.`}
            {' '}<Button label="Send anyway" kind="quiet" onClick={sendNow} />
          </p>
        )}
      </form>
      <div class="method-side">
        {reply}
        <Snippets call={call} url={url} headers={headers} />
      </div>
      {returns}
    </article>
  );
}

/** The namespace steps back behind the rest of the name. */
function MethodName({ method }: { method: Method }): VNode {
  const { name, namespace } = method;
  if (visible(name) !== name) return <>{visible(name)}</>;
  const hasNamespace = namespace !== '' && name.startsWith(namespace) && name.length > namespace.length + 1;
  const start = hasNamespace ? namespace.length + 1 : 0;
  return <><span class="namespace">{name.slice(0, start)}</span>{cut(name.slice(start), MAX_NAME)}</>;
}

function focusMistake(): void {
  const input = document.querySelector('[aria-invalid="true"]');
  if (input instanceof HTMLElement) input.focus();
}
