"""A server that misbehaves by the path it is asked for.

bad_server.py PORT [CERTIFICATE KEY]

/404       404 with a page                /loop      302 in a circle
/to-file   302 to file:///etc/passwd      /evil      a name that climbs out of its folder
/page      200 with a web page            else       two MiB that differ by path; below /slow/
                                                     they take about six seconds
No ranges, as the worst servers have it.
"""

import hashlib
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_BYTES = 2 * 1024 * 1024
CHUNK = 64 * 1024
PAGE = b"<!doctype html><html><head><title>Sorry</title></head><body>Nothing here.</body></html>\n"


class Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self):
        """One answer."""
        path = self.path.partition("?")[0]
        if path == "/404":
            self.answer(404, {"Content-Type": "text/html"}, PAGE)
        elif path == "/page":
            self.answer(200, {"Content-Type": "text/html"}, PAGE)
        elif path in ("/loop", "/loop-back"):
            target = "/loop-back" if path == "/loop" else "/loop"
            self.answer(302, {"Location": target}, b"")
        elif path == "/to-file":
            self.answer(302, {"Location": "file:///etc/passwd"}, b"")
        elif path == "/evil":
            name = 'attachment; filename="../../evil.bin"'
            self.answer(200, {"Content-Disposition": name}, body_of(path))
        else:
            self.answer(200, {}, body_of(path), slow=path.startswith("/slow/"))

    def answer(self, status, headers, body, slow=False):
        """Sends head and body, a slow one in pieces."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/octet-stream", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            for at in range(0, len(body), CHUNK):
                self.wfile.write(body[at : at + CHUNK])
                if slow:
                    time.sleep(0.2)
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        """Says nothing."""


def body_of(path):
    """Bytes that differ by path and are the same every time."""
    block = hashlib.sha512(path.encode()).digest()
    return block * (BODY_BYTES // len(block))


def main():
    """Serves until it is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


main()
