"""A way to a server that a test can cut and mend."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Thread


class Relay:
    """Listens on a port of its own and hands everything on, until it is cut."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.sockets: list[socket.socket] = []
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Listen, at the same port as before."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        """Break all connections, and refuse new ones."""
        # close() alone would leave accept() waiting, and the port open with it.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for opened in self.sockets:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()
        self.sockets.clear()

    def accept(self, listener: socket.socket) -> None:
        """Connect each who comes."""
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self.target)
                self.sockets += [near, far]
                for source, sink in ((near, far), (far, near)):
                    Thread(target=hand_on, args=(source, sink), daemon=True).start()


def hand_on(source: socket.socket, sink: socket.socket) -> None:
    """Send what comes from the one to the other, to its end."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
