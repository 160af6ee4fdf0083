"""Closures that keep state of their own."""


def make_counter(step):
    n = 0

    def count():
        nonlocal n
        n += step
        return n

    return count


def make_account(balance):
    def act(action, amount):
        nonlocal balance
        if action == "deposit":
            balance += amount
        elif action == "withdraw":
            balance -= amount
        return balance

    return act


def benchmark():
    one, three, account = make_counter(1), make_counter(3), make_account(1000)
    for _ in range(60_000):
        one()
        three()
        account("deposit", 5)
        account("withdraw", 3)
    return one() + three() + account("deposit", 0)
