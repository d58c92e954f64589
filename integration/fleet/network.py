"""The network between one instance and Redis, which can be stalled, slowed and cut."""

import asyncio
import contextlib
import threading


class Network:
    """Hands every connection on to (host, port), on a thread of its own. What it does to one it does to all."""

    def __init__(self, host, port):
        self.target = (host, port)
        self._loop = asyncio.new_event_loop()
        self._writers = set()
        self._delay = 0.0
        self._is_cut = False
        self._flows = asyncio.Event()
        self._flows.set()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.host, self.port = self._do(self._listen())

    def url(self):
        return f"redis://{self.host}:{self.port}/0"

    def stall(self):
        """Nothing arrives any more, and nobody is told: what is sent is kept for later, and connections stay."""
        self._do(self._set(flows=False))

    def slow(self, seconds):
        """Everything takes so much longer, each way."""
        self._do(self._set(delay=seconds))

    def cut(self):
        """Connections are reset, and what was on its way is lost; new ones are refused."""
        self._do(self._set(is_cut=True))

    def mend(self):
        self._do(self._set())

    def _do(self, what):
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    async def _listen(self):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return server.sockets[0].getsockname()

    async def _set(self, flows=True, delay=0.0, is_cut=False):
        self._delay, self._is_cut = delay, is_cut
        if is_cut:
            for writer in self._writers:
                writer.transport.abort()
        if flows:
            self._flows.set()
        else:
            self._flows.clear()

    async def _serve(self, near_reader, near):
        if self._is_cut:
            return near.transport.abort()
        far = None
        self._writers.add(near)
        with contextlib.suppress(OSError):
            far_reader, far = await asyncio.open_connection(*self.target)
            self._writers.add(far)
            await self._either(self._pipe(near_reader, far), self._pipe(far_reader, near))
        for writer in filter(None, (near, far)):
            self._writers.discard(writer)
            writer.transport.abort()

    @staticmethod
    async def _either(*pipes):
        """Until one of them ends."""
        tasks = [asyncio.ensure_future(pipe) for pipe in pipes]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pipe(self, source, sink):
        due = asyncio.Queue()

        async def take():
            data = True
            while data:
                data = await source.read(1 << 16)
                due.put_nowait((self._loop.time() + self._delay, data))

        taking = asyncio.ensure_future(take())
        try:
            await self._hand_on(due, taking, sink)
        finally:
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)

    async def _hand_on(self, due, taking, sink):
        taking.add_done_callback(lambda _: due.put_nowait((0, b"")))  # however it ended
        while True:
            when, data = await due.get()
            await asyncio.sleep(when - self._loop.time())
            await self._flows.wait()
            if not data:
                return
            sink.write(data)
            await sink.drain()
