"""10,000 tasks that each send one number through a queue to one that adds them up.

The tasks are generators and the scheduler is a double-ended queue: a page's event loop can not be
run from inside a synchronous call, which rules asyncio out.
"""

from collections import deque


class Channel:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = deque()
        self.senders = deque()
        self.receivers = deque()


def run(tasks):
    ready = deque((task, None) for task in tasks)
    result = None
    while ready:
        task, value = ready.popleft()
        try:
            wish, channel, *rest = task.send(value)
        except StopIteration as stop:
            result = stop.value if stop.value is not None else result
            continue
        if wish == "send":
            if channel.receivers:
                ready.append((channel.receivers.popleft(), rest[0]))
                ready.append((task, None))
            elif len(channel.items) < channel.capacity:
                channel.items.append(rest[0])
                ready.append((task, None))
            else:
                channel.senders.append((task, rest[0]))
        elif channel.items:
            ready.append((task, channel.items.popleft()))
            if channel.senders:
                sender, item = channel.senders.popleft()
                channel.items.append(item)
                ready.append((sender, None))
        else:
            channel.receivers.append(task)
    return result


def sender(channel, number):
    yield "send", channel, number


def collector(channel, count):
    total = 0
    for _ in range(count):
        total += yield "receive", channel
    return total


def benchmark():
    numbers = Channel(64)
    tasks = [sender(numbers, i) for i in range(10_000)]
    return run([*tasks, collector(numbers, 10_000)])
