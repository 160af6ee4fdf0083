"""Accounts as objects in a dict, and transfers that raise what is wrong with them."""


class Account:
    def __init__(self, owner, balance, history):
        self.owner = owner
        self.balance = balance
        self.history = history


class Refused(Exception):
    pass


def find_account(bank, key):
    if key not in bank:
        raise Refused("unknown", key)
    return bank[key]


def withdraw(account, amount):
    if account.balance < amount:
        raise Refused("overdrawn", account.owner)
    return Account(account.owner, account.balance - amount, (-amount, account.history))


def deposit(account, amount):
    return Account(account.owner, account.balance + amount, (amount, account.history))


def transfer(bank, origin, to, amount):
    source, target = find_account(bank, origin), find_account(bank, to)
    return {**bank, origin: withdraw(source, amount), to: deposit(target, amount)}


def length(history):
    count = 0
    while history:
        count += 1
        history = history[1]
    return count


def benchmark():
    bank = {key: Account(key, 100, ()) for key in range(20)}
    failed = 0
    for i in range(500):
        try:
            bank = transfer(bank, i * 7 % 23, (i + 11) % 20, i * 3 % 60)
        except Refused:
            failed += 1
    total = sum(account.balance * length(account.history) for account in bank.values())
    return 10000 * failed + total
