"""A TCP proxy that holds every byte back for a while: a far-away server on one machine."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 1 << 16


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Pass bytes on, each ``delay`` seconds after it came; latency grows, bandwidth doesn't."""
    now = asyncio.get_running_loop().time
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def receive() -> None:
        chunk = b"..."
        while chunk:
            try:
                chunk = await reader.read(CHUNK)
            except OSError:
                chunk = b""
            waiting.put_nowait((now() + delay, chunk))

    receiving = asyncio.ensure_future(receive())
    with suppress(OSError):  # either end may hang up at any time, as on a real line
        while True:
            due, chunk = await waiting.get()
            await asyncio.sleep(due - now())
            if not chunk:
                break
            writer.write(chunk)
            await writer.drain()
    receiving.cancel()
    writer.close()


@contextmanager
def delayed(port: int, *, one_way: float = 0.05) -> Iterator[int]:
    """Serve ``port`` of this machine once more, ``one_way`` seconds away in each direction.

    Nagle's algorithm is off on both sides, so that the proxy adds its delay and nothing else.

    Yields:
        The port on which the far-away twin listens.
    """
    started: queue.Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = queue.Queue()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        for end in (writer, far_writer):
            connection = end.get_extra_info("socket")
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Cancelled when the proxy ends, with the page perhaps still talking: nothing to report.
        with suppress(asyncio.CancelledError):
            await asyncio.gather(
                _carry(reader, far_writer, one_way), _carry(far_reader, writer, one_way)
            )

    async def serve() -> None:
        enough = asyncio.Event()
        server = await asyncio.start_server(meet, "127.0.0.1", 0)
        listening_on = server.sockets[0].getsockname()[1]
        started.put((asyncio.get_running_loop(), enough, listening_on))
        await enough.wait()
        server.close()

    # A thread of its own: the browser's driver keeps an event loop running in the tests' thread.
    thread = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
    thread.start()
    loop, enough, listening_on = started.get(timeout=10)
    try:
        yield listening_on
    finally:
        loop.call_soon_threadsafe(enough.set)
        thread.join(timeout=10)
