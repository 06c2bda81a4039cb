"""What the interop peers that serve HTTP have in common."""
import sys
from http.server import ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # 5 makes a burst of connections wait for seconds


def run(handler):
    """Serves until the process is interrupted, at the port of the command line."""
    server = Server(("127.0.0.1", int(sys.argv[1])), handler)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
