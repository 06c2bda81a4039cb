// Asks the server for its document.

import type { Api } from '../document/model';
import { readApi } from '../document/read';
import type { Header } from '../rpc/headers';
import { send } from '../rpc/send';

const MESSAGE = '{"jsonrpc":"2.0","method":"rpc.discover","id":0}';

export async function discover(headers: readonly Header[]): Promise<Api> {
  const sent = await send(MESSAGE, { headers, signal: new AbortController().signal, isNotification: false });
  const { answer, exchange } = sent;
  switch (answer.kind) {
    case 'result': return readApi(answer.value);
    case 'error': throw new Error(`The server answered rpc.discover with error ${answer.error.code}: ${answer.error.message}`);
    case 'lost': throw new Error(answer.reason);
    default: throw new Error(`The server answered with HTTP status ${exchange.status}. ${answer.kind === 'other' ? answer.text.slice(0, 300) : ''}`);
  }
}
