"""A shop's stock as a dict of dicts: orders that reserve, sell and are refused."""


def make_stock(count):
    return {i: {"name": f"item-{i}", "quantity": 5 + i * 7 % 11, "sold": 0} for i in range(count)}


def place_order(state, order):
    stock = state["stock"]
    item = stock.get(order["item"])
    wanted = order["quantity"]
    if item is None or item["quantity"] < wanted:
        state["refused"] += 1
        return
    item["quantity"] -= wanted
    item["sold"] += wanted
    state["income"] += wanted * order["price"]


ORDERS = [{"item": i * 13 % 45, "quantity": 1 + i % 3, "price": 10 + i % 7} for i in range(700)]


def benchmark():
    state = {"stock": make_stock(40), "refused": 0, "income": 0}
    for order in ORDERS:
        place_order(state, order)
    sold = sum(item["sold"] for item in state["stock"].values())
    return state["income"] + 1000 * state["refused"] + sold
