"""Floating point numbers in a loop that ends early."""


def steps(cr, ci):
    zr = zi = 0.0
    i = 0
    while i < 60:
        rr, ii = zr * zr, zi * zi
        if rr + ii > 4.0:
            break
        zr, zi = rr - ii + cr, 2.0 * zr * zi + ci
        i += 1
    return i


def benchmark():
    total = 0
    for y in range(48):
        for x in range(72):
            total += steps(x / 24.0 - 2.25, y / 19.2 - 1.25)
    return total
