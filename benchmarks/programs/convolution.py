"""A signal smoothed by a window."""

from array import array

SIGNAL = array("d", [0.001 * x * x - x for x in map(float, range(3000))])
WINDOW = array("d", [1.0 / (1.0 + x) for x in map(float, range(24))])


def smooth(signal, window):
    width = len(window)
    total = 0.0
    for i in range(len(signal) - width):
        for j in range(width):
            total += signal[i + j] * window[j]
    return total


def benchmark():
    return int(smooth(SIGNAL, WINDOW))
