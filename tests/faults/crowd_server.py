#!/usr/bin/env python3
"""Twenty hosts (127.0.0.2 to 127.0.0.21) that serve many files at once, and misbehave as told.

crowd_server.py SIZE RATE SEED CHANGE_AFTER: prints its port. RATE is bytes a second of each connection.
The path is /KIND/NUMBER.bin; NUMBER makes the bytes, so that whoever knows it can compare. The kinds:
  plain     honest
  reset     three of ten connections are reset in the middle
  stall     one of ten goes silent in the middle and stays open
  busy      three of ten requests get 503 with Retry-After: 1
  short     three of ten bodies end too early
  silent    tells no validator
  changing  another file, with another ETag, from CHANGE_AFTER seconds on
"""

import asyncio
import random
import socket
import struct
import sys
import time

HOSTS = [f"127.0.0.{n}" for n in range(2, 22)]
KINDS = ["plain", "reset", "plain", "stall", "busy", "plain", "short", "silent", "changing", "plain"]
SLICE = 4 << 10
# How often a kind does what it does.
OFTEN, SELDOM = 0.3, 0.1


def body(number, version, size, seed):
    """The bytes of a file: one block at a place of its own for each, again and again."""
    base = random.Random(seed).randbytes(64 << 10)
    first = (number * 7919 + version * 131) % len(base)
    mark = b"%08d%08d" % (number, version)
    block = base[first:] + mark + base[:first]
    return (block * (size // len(block) + 1))[:size]


class Crowd:
    def __init__(self, size, rate, seed, change_after):
        self.size, self.rate, self.seed = size, rate, seed
        self.begun, self.change_after = time.monotonic(), change_after
        self.bodies = {}

    def body(self, number, version):
        key = (number, version)
        if key not in self.bodies:
            self.bodies[key] = body(number, version, self.size, self.seed)
        return self.bodies[key]

    async def serve(self, reader, writer):
        try:
            while line := await reader.readline():
                headers = {}
                while (field := await reader.readline()).strip():
                    name, _, value = field.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                _, kind, name = line.split()[1].decode().split("/")
                number = int(name.removesuffix(".bin"))
                if not await self.answer(writer, kind, number, headers):
                    return
        except (ConnectionError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.close()

    async def answer(self, writer, kind, number, headers):
        dice = random.random()
        if kind == "busy" and dice < OFTEN:
            writer.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
            return True
        version = int(kind == "changing" and time.monotonic() - self.begun > self.change_after)
        data, tag = self.body(number, version), f'"{number}-{version}"'
        first, end, status = 0, self.size, "200 OK"
        asked = headers.get("range", "").removeprefix("bytes=")
        if asked and headers.get("if-range", tag) == tag:
            low, _, high = asked.partition("-")
            first, end = int(low), min(int(high) + 1 if high else self.size, self.size)
            status = "206 Partial Content"
        head = [f"HTTP/1.1 {status}", f"Content-Length: {end - first}", "Accept-Ranges: bytes"]
        if kind != "silent":
            head.append(f"ETag: {tag}")
        if status.startswith("206"):
            head.append(f"Content-Range: bytes {first}-{end - 1}/{self.size}")
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
        often = SELDOM if kind == "stall" else OFTEN
        bends = kind in ("reset", "stall", "short") and dice < often
        stop = random.randrange(first, end) if bends else end
        await self.send(writer, data, first, stop)
        if not bends:
            return True
        if kind == "stall":
            await asyncio.sleep(3600)
        if kind == "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return False

    async def send(self, writer, data, first, end):
        ready = time.monotonic()
        while first < end:
            part = data[first : min(first + SLICE, end)]
            writer.write(part)
            await writer.drain()
            first += len(part)
            ready = max(ready, time.monotonic() - 0.2) + len(part) / self.rate
            await asyncio.sleep(max(0, ready - time.monotonic()))


async def main():
    size, rate, seed, change_after = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    random.seed(seed)
    crowd = Crowd(size, rate, seed, change_after)
    servers = [await asyncio.start_server(crowd.serve, HOSTS[0], 0, backlog=2048)]
    port = servers[0].sockets[0].getsockname()[1]
    for host in HOSTS[1:]:
        servers.append(await asyncio.start_server(crowd.serve, host, port, backlog=2048))
    print(port, flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
