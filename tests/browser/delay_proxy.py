"""A TCP proxy that holds every byte back for a while: a far-away server on one machine."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _End(asyncio.Protocol):
    """One end of a conversation: passes on what it hears, ``delay`` seconds later.

    Latency grows, bandwidth doesn't. Nagle's algorithm is off, so that nothing else is added.
    """

    def __init__(self, delay: float, ends: set[_End]) -> None:
        self.delay, self.ends = delay, ends
        self.far: _End | None = None
        self.early: list[bytes] = []  # heard before the other end was reached

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ends.add(self)
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        if self.far is None:
            self.early.append(data)
        else:
            asyncio.get_running_loop().call_later(self.delay, self.far.transport.write, data)

    def connection_lost(self, _error: Exception | None) -> None:
        self.ends.discard(self)
        if self.far is not None:
            asyncio.get_running_loop().call_later(self.delay, self.far.transport.close)

    def meet(self, far: _End) -> None:
        self.far, far.far = far, self
        for data in self.early:
            self.data_received(data)


class _Near(_End):
    """The end that the browser called; it calls the server in turn."""

    def __init__(self, port: int, delay: float, ends: set[_End]) -> None:
        super().__init__(delay, ends)
        self.port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.calling = asyncio.ensure_future(self.call())

    async def call(self) -> None:
        def far() -> _End:
            return _End(self.delay, self.ends)

        try:
            loop = asyncio.get_running_loop()
            _, end = await loop.create_connection(far, "127.0.0.1", self.port)
        except OSError:
            self.transport.close()
        else:
            self.meet(end)


@contextmanager
def delayed(port: int, *, one_way: float = 0.05) -> Iterator[int]:
    """Serve ``port`` of this machine once more, ``one_way`` seconds away in each direction.

    Yields:
        The port on which the far-away twin listens.
    """
    started: queue.Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = queue.Queue()

    async def serve() -> None:
        loop, enough, ends = asyncio.get_running_loop(), asyncio.Event(), set()
        server = await loop.create_server(lambda: _Near(port, one_way, ends), "127.0.0.1", 0)
        started.put((loop, enough, server.sockets[0].getsockname()[1]))
        await enough.wait()
        server.close()
        for end in ends:
            end.transport.abort()
        while ends:
            await asyncio.sleep(0.01)

    # A thread of its own: the browser's driver keeps an event loop running in the tests' thread.
    thread = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
    thread.start()
    loop, enough, listening_on = started.get(timeout=10)
    try:
        yield listening_on
    finally:
        loop.call_soon_threadsafe(enough.set)
        thread.join(timeout=10)
