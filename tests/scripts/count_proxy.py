"""A TCP proxy that counts the bytes going from the server to its clients.

count_proxy.py PORT SERVER_PORT FILE

Counts what a client really took, also of answers that were broken off, which not every
server's log does. FILE holds the sum at any moment; it grows and never shrinks.
"""

import os
import socket
import sys
import threading

CHUNK = 256 * 1024
total = 0
lock = threading.Lock()


def note(size, path):
    """Adds to the sum and puts it into the file in one step."""
    global total
    with lock:
        total += size
        with open(path + ".new", "w", encoding="ascii") as out:
            out.write(f"{total}\n")
        os.replace(path + ".new", path)


def pump(source, sink, path):
    """Copies until one side ends; counts where a path is given."""
    try:
        while data := source.recv(CHUNK):
            sink.sendall(data)
            if path:
                note(len(data), path)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    """Listens until it is ended."""
    port, server_port, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    note(0, path)
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        client, _ = listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", server_port))
        except OSError:
            client.close()
            continue
        threading.Thread(target=pump, args=(client, server, None), daemon=True).start()
        threading.Thread(target=pump, args=(server, client, path), daemon=True).start()


main()
