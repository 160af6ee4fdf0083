"""A queue: jobs that wait, are done in slices, and wait again."""

from collections import deque


def run(queue, slice_):
    time = turnaround = 0
    while queue:
        job = queue.popleft()
        left = job["work"] - slice_
        if left > 0:
            queue.append({**job, "work": left})
            time += slice_
        else:
            time += job["work"]
            turnaround += time - job["arrived"]
    return turnaround


def benchmark():
    jobs = [{"id": i, "work": 1 + i * 37 % 50, "arrived": i % 10} for i in range(100)]
    return run(deque(jobs), 4)
