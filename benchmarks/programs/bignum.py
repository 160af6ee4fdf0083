"""Integers that outgrow a machine word."""


def factorial(n):
    product = 1
    for i in range(1, n + 1):
        product *= i
    return product


def digits(n):
    total = 0
    while n:
        n, digit = divmod(n, 10)
        total += digit
    return total


def power(base, n, modulus):
    result = 1
    while n:
        if n % 2:
            result = result * base % modulus
        base = base * base % modulus
        n //= 2
    return result


def benchmark():
    prime = 170141183460469231731687303715884105727
    return digits(factorial(500)) + sum(power(i, prime - 1, prime) for i in range(2, 60))
