"""Shared by the interop peers that serve HTTP."""
import sys
from http.server import ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # with the default of 5, a burst of connections waits for seconds


def run(handler):
    """Serves on the port given on the command line, until the process is interrupted."""
    server = Server(("127.0.0.1", int(sys.argv[1])), handler)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
