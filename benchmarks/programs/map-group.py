"""Grouping, and sums in nested dictionaries."""

from collections import defaultdict

ORDERS = [
    {"customer": f"c{i * 31 % 200}", "month": i % 12, "amount": i * 97 % 500} for i in range(5000)
]


def benchmark():
    by_customer = defaultdict(list)
    totals = defaultdict(lambda: defaultdict(int))
    for order in ORDERS:
        by_customer[order["customer"]].append(order)
        totals[order["month"]][order["customer"]] += order["amount"]
    return len(by_customer) + sum(sum(month.values()) for month in totals.values())
