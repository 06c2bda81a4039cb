// The same call for other programs. Each of them runs as it is, apart from secrets, which people fill in.

import { message, withHiddenSecrets, type Call } from '../rpc/message';
import { isObject, type Json } from '../json/value';
import { writeJson, writeSpaced } from '../json/write';
import { javaScript, python, rust, shell } from './quote';

export const LANGUAGES = ['curl', 'rpc', 'Rust', 'TypeScript', 'Python', 'JSON'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The languages in which a server at this address can be called. Only `rpc` knows other connections than HTTP. */
export function languagesFor(url: string): readonly Language[] {
  return /^https?:/i.test(url) ? LANGUAGES : ['rpc', 'JSON'];
}

/** Where to, and with which headers. Their values are not shown. */
export interface Target {
  readonly url: string;
  readonly headers: readonly string[];
}

export function snippet(language: Language, call: Call, target: Target): string {
  const shown = { ...call, params: withHiddenSecrets(call.method, call.params) };
  switch (language) {
    case 'curl': return curl(shown, target);
    case 'rpc': return command(shown, target);
    case 'Rust': return rustProgram(shown, target);
    case 'TypeScript': return typeScriptProgram(shown, target);
    case 'Python': return pythonProgram(shown, target);
    case 'JSON': return writeSpaced(message(shown, '1'));
  }
}

function curl(call: Call, { url, headers }: Target): string {
  const isStream = call.method.stream !== undefined;
  const lines = [
    `curl ${isStream ? '-N ' : ''}${shell(url)}`,
    `-H 'content-type: application/json'`,
    ...(isStream ? [`-H 'accept: application/json, text/event-stream'`] : []),
    ...headers.map((name) => `-H ${shell(`${name}: ***`)}`),
    `--data-raw ${shell(writeJson(message(call, '1')))}`,
  ];
  return lines.join(' \\\n  ');
}

/** Params go as JSON each, which says exactly what they are. */
function command(call: Call, { url, headers }: Target): string {
  const { params } = call;
  const words = isObject(params)
    ? [...params].map(([name, value]) => paramWord(name, value))
    : Array.isArray(params) ? params.map((value: Json) => paramWord('', value)) : [];
  const isPlain = !isObject(params) || [...params.keys()].every((name) => /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name));
  const begin = ['rpc call', shell(url), shell(call.method.name)];
  if (call.isNotification) begin.push('--notify');
  for (const name of headers) begin.push('--header', shell(`${name}: ***`));
  if (!isPlain || words.some((word) => word.startsWith('-'))) {
    return `${begin.join(' ')} --params - <<'JSON'\n${writeJson(params ?? null)}\nJSON`;
  }
  return [...begin, ...words.map(shell)].join(' ');
}

function paramWord(name: string, value: Json): string {
  return typeof value === 'string' ? `${name}=${value}` : `${name}:=${writeJson(value)}`;
}

function rustProgram(call: Call, { url, headers }: Target): string {
  const { method, params, isNotification } = call;
  const isStream = method.stream !== undefined;
  const uses = ['use rpc_http::Client;', ...(params === undefined ? [] : ['use serde_json::value::RawValue;'])];
  if (isStream) uses.unshift('use futures_util::StreamExt;');
  if (!isNotification) uses.push('use serde_json::Value;');
  const builder = headers.length === 0
    ? `let client = Client::new(${rust(url)})?;`
    : `let client = Client::builder()\n    .headers([${headers.map((name) => `(${rust(name)}.parse()?, "***".parse()?)`).join(', ')}].into_iter().collect())\n    .build(${rust(url)})?;`;
  const given = params === undefined ? [] : [`let params = RawValue::from_string(${rust(writeJson(params))}.into())?;`];
  const argument = params === undefined ? '()' : '&params';
  const name = rust(method.name);
  const sent = isNotification
    ? [`client.notify(${name}, ${argument}).await?;`]
    : isStream
      ? [`let mut items = client.stream::<_, Value>(${name}, ${argument}).await?;`, 'while let Some(item) = items.next().await {', '    println!("{}", item?);', '}']
      : [`let result: Value = client.call(${name}, ${argument}).await?;`, 'println!("{result:#}");'];
  return [...uses, '', builder, ...given, ...sent].join('\n');
}

function typeScriptProgram(call: Call, { url, headers }: Target): string {
  const isStream = call.method.stream !== undefined;
  const head = [
    '    "content-type": "application/json",',
    ...(isStream ? ['    accept: "application/json, text/event-stream",'] : []),
    ...headers.map((name) => `    ${javaScript(name)}: "***",`),
  ];
  const request = [
    `const response = await fetch(${javaScript(url)}, {`,
    '  method: "POST",',
    '  headers: {',
    ...head,
    '  },',
    `  body: ${javaScript(writeJson(message(call, '1')))},`,
    '});',
    'if (!response.ok) throw new Error(`HTTP status ${response.status}`);',
  ];
  if (call.isNotification) return request.join('\n');
  if (!isStream) {
    return [...request, 'const { result, error } = await response.json();', 'if (error) throw new Error(`${error.code}: ${error.message}`);', 'console.log(result);'].join('\n');
  }
  return [
    ...request,
    'let text = "";',
    'const decoder = new TextDecoder();',
    'for await (const bytes of response.body!) {',
    '  text += decoder.decode(bytes, { stream: true });',
    '  const events = text.split("\\n\\n");',
    '  text = events.pop()!;',
    '  for (const event of events) {',
    '    if (event.startsWith("data: ")) console.log(JSON.parse(event.slice(6)));',
    '  }',
    '}',
  ].join('\n');
}

function pythonProgram(call: Call, { url, headers }: Target): string {
  const isStream = call.method.stream !== undefined;
  const request = [
    'import json',
    'import urllib.request',
    '',
    'request = urllib.request.Request(',
    `    ${python(url)},`,
    `    data=${python(writeJson(message(call, '1')))}.encode(),`,
    '    headers={',
    '        "content-type": "application/json",',
    ...(isStream ? ['        "accept": "application/json, text/event-stream",'] : []),
    ...headers.map((name) => `        ${python(name)}: "***",`),
    '    },',
    ')',
    'with urllib.request.urlopen(request) as response:',
  ];
  if (call.isNotification) return [...request, '    response.read()'].join('\n');
  if (isStream) {
    return [...request, '    for line in response:', '        if line.startswith(b"data: "):', '            print(json.loads(line[6:]))'].join('\n');
  }
  return [...request, '    reply = json.load(response)', 'if "error" in reply:', '    raise SystemExit(reply["error"])', 'print(reply["result"])'].join('\n');
}
