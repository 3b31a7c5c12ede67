"""Mail in numbers: threads that send, and what became of it."""

import threading
import time


def all_at_once(work, items, seconds=120):
    """Runs work(item) for every item, each on a thread of its own; their results, in order.  The first
    exception is raised."""
    results, faults = [None] * len(items), []

    def run(index):
        try:
            results[index] = work(items[index])
        except Exception as fault:  # pylint: disable=broad-exception-caught
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(index,), daemon=True)
               for index in range(len(items))]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    assert not any(thread.is_alive() for thread in threads), f"not done within {seconds} s"
    if faults:
        raise faults[0]
    return results


class Traffic:
    """Threads that call work(n), n counting up, until the block ends; the first exception is raised
    there.  `done` is what work returned."""

    def __init__(self, work, threads=4):
        self.work, self.done, self.faults = work, [], []
        self.stopping, self.lock, self.count = threading.Event(), threading.Lock(), 0
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def _next(self):
        with self.lock:
            self.count += 1
            return self.count

    def _run(self):
        while not self.stopping.is_set():
            try:
                self.done.append(self.work(self._next()))
            except Exception as fault:  # pylint: disable=broad-exception-caught
                self.faults.append(fault)
                return

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in self.threads)
        if self.faults and kind is None:
            raise self.faults[0]
