"""A log as a list of dicts: filtered, grouped by day, totalled, sorted and rendered."""

KINDS = ["visit", "order", "refund"]
EVENTS = [{"day": 1 + i % 7, "kind": KINDS[i * i % 3], "amount": i * 29 % 100} for i in range(400)]


def total(events):
    return sum([-e["amount"] if e["kind"] == "refund" else e["amount"] for e in events])


def benchmark():
    groups = {}
    for event in EVENTS:
        if event["amount"] > 10 and event["kind"] != "visit":
            groups.setdefault(event["day"], []).append(event)
    lines = [
        {"day": day, "count": len(groups[day]), "total": total(groups[day])}
        for day in sorted(groups)
    ]
    ranked = sorted(lines, key=lambda line: -line["total"])
    return "; ".join(
        f"day {each['day']}: {each['count']} events, {each['total']}" for each in ranked[:3]
    )
