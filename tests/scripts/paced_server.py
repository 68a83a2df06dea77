#!/usr/bin/env python3
"""Serves one file over HTTP/1.1 with ranges, each connection at its own pace.

paced_server.py FILE RATE: prints its port. The path chooses how connections differ, counted in the
order they come since the last path of another name:
  /even/NAME       every one at RATE bytes a second
  /slow/NAME       every eighth, beginning with the fourth, at a twentieth of it
  /collapse/NAME   that one falls to 50,000 bytes a second once 90 % of the file were sent
"""

import asyncio
import email.utils
import os
import sys
import time

SLICE = 32 << 10


class Served:
    """What is served, and the count of connections of the present path."""

    def __init__(self, path, rate):
        self.file = os.open(path, os.O_RDONLY)
        self.size = os.fstat(self.file).st_size
        self.date = email.utils.formatdate(os.fstat(self.file).st_mtime, usegmt=True)
        self.rate = rate
        self.name = None
        self.connections = {}
        self.sent = 0

    def number(self, name, writer):
        if name != self.name:
            self.name, self.connections, self.sent = name, {}, 0
        return self.connections.setdefault(writer, len(self.connections))

    def pace(self, kind, number):
        if number % 8 == 3:
            if kind == "slow":
                return self.rate / 20
            if kind == "collapse" and self.sent >= self.size * 0.9:
                return 50_000
        return self.rate


async def send(served, writer, kind, number, start, end):
    """Each slice is sent when the one before it is paid for."""
    ready = time.monotonic()
    while start < end:
        part = os.pread(served.file, min(SLICE, end - start), start)
        writer.write(part)
        await writer.drain()
        start += len(part)
        served.sent += len(part)
        ready = max(ready, time.monotonic() - 0.05) + len(part) / served.pace(kind, number)
        pause = ready - time.monotonic()
        if pause > 0:
            await asyncio.sleep(pause)


async def serve(served, reader, writer):
    try:
        while line := await reader.readline():
            path = line.split()[1].decode()
            kind = path.split("/")[1]
            asked = None
            while (header := await reader.readline()).strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"range":
                    asked = value.strip().decode().removeprefix("bytes=")
            start, end = 0, served.size
            if asked:
                first, _, last = asked.partition("-")
                start, end = int(first), min(int(last) + 1 if last else served.size, served.size)
            status = "206 Partial Content" if asked else "200 OK"
            head = [f"HTTP/1.1 {status}", f"Content-Length: {end - start}", 'ETag: "paced"',
                    f"Last-Modified: {served.date}", "Accept-Ranges: bytes"]
            if asked:
                head.append(f"Content-Range: bytes {start}-{end - 1}/{served.size}")
            writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
            await send(served, writer, kind, served.number(path, writer), start, end)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main():
    served = Served(sys.argv[1], float(sys.argv[2]))
    server = await asyncio.start_server(lambda r, w: serve(served, r, w), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
