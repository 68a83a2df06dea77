#!/usr/bin/env python3
"""Serves the files of a folder over HTTP/1.1 with ranges, at a pace, for the first-use story.

story_server.py FOLDER RATE: prints its port. Each connection gets RATE bytes a second.
  /NAME             the file, as long as it is asked for
  /signed/NAME?k=N  a link that expires: with k=1 it gives 403 once a quarter of the file was sent
                    over it, with any other k it goes on for ever; the same entity tag for all
"""

import http.server
import os
import sys
import threading
import time
import urllib.parse

FOLDER, RATE = sys.argv[1], float(sys.argv[2])
SLICE = 32 << 10
SENT = {}
LOCK = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def refuse(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def has_expired(self, name, size):
        query = urllib.parse.parse_qs(self.parsed.query)
        if not self.parsed.path.startswith("/signed/") or query.get("k") != ["1"]:
            return False
        with LOCK:
            return SENT.get(name, 0) >= size / 4

    def do_GET(self):
        self.parsed = urllib.parse.urlsplit(self.path)
        name = os.path.basename(urllib.parse.unquote(self.parsed.path))
        path = os.path.join(FOLDER, name)
        if not os.path.isfile(path):
            return self.refuse(404)
        size = os.path.getsize(path)
        if self.has_expired(name, size):
            return self.refuse(403)
        start, end = 0, size
        asked = self.headers.get("Range", "").removeprefix("bytes=")
        if asked:
            first, _, last = asked.partition("-")
            start, end = int(first), min(int(last) + 1 if last else size, size)
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.send_header("Content-Length", str(end - start))
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("ETag", f'"{size:x}-{name.encode().hex()[:16]}"')
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        self.send_slices(name, path, start, end, size)

    def send_slices(self, name, path, start, end, size):
        ready = time.monotonic()
        with open(path, "rb") as file:
            file.seek(start)
            while start < end:
                if self.has_expired(name, size):
                    self.close_connection = True
                    return
                part = file.read(min(SLICE, end - start))
                self.wfile.write(part)
                start += len(part)
                with LOCK:
                    SENT[name] = SENT.get(name, 0) + len(part)
                ready = max(ready, time.monotonic() - 0.05) + len(part) / RATE
                time.sleep(max(0.0, ready - time.monotonic()))

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
