"""Interop peer: a language server of the Python package pygls, over stdin and stdout.

It complains about each document that is opened. The symbols of one whose name has "slow" in it never come.
"""

import asyncio

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("pygls_server", "1")


def start_of_file(length):
    return types.Range(start=types.Position(0, 0), end=types.Position(0, length))


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def did_open(params: types.DidOpenTextDocumentParams):
    text = params.text_document.text
    complaint = types.Diagnostic(range=start_of_file(len(text)), message=f"I do not like {text}")
    server.text_document_publish_diagnostics(
        types.PublishDiagnosticsParams(uri=params.text_document.uri, diagnostics=[complaint])
    )


@server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
async def symbols(params: types.DocumentSymbolParams):
    if "slow" in params.text_document.uri:
        await asyncio.sleep(3600)
    range = start_of_file(1)
    return [
        types.DocumentSymbol(name="all", kind=types.SymbolKind.File, range=range, selection_range=range)
    ]


if __name__ == "__main__":
    server.start_io()
