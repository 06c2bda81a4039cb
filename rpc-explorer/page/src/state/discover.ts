// Asks the server for its document.

import type { Api } from '../document/model';
import { readApi } from '../document/read';
import type { Header } from '../rpc/headers';
import { send } from '../rpc/send';
import { cut } from '../text/cut';

const MESSAGE = '{"jsonrpc":"2.0","method":"rpc.discover","id":0}';

/** Why there is no document, and what the server said instead. */
export class NoDocument extends Error {
  constructor(reason: string, readonly said: string) {
    super(reason);
  }
}

export async function discover(headers: readonly Header[]): Promise<Api> {
  const sent = await send(MESSAGE, { headers, signal: new AbortController().signal, isNotification: false });
  const { answer, exchange } = sent;
  switch (answer.kind) {
    case 'result': return readApi(answer.value);
    case 'error': throw new Error(`The server answered rpc.discover with error ${answer.error.code}: ${cut(answer.error.message, 300)}`);
    case 'lost': throw new Error(answer.reason);
    case 'other': throw new NoDocument(`HTTP status ${exchange.status}. ${answer.reason}`, answer.text);
    case 'nothing': throw new Error('The server did not answer.');
  }
}
