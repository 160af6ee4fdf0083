"""A text report: rows of dicts as columns that are padded, joined and totalled."""

ROWS = [
    {"name": f"product {i}", "count": i * 17 % 90, "price": i * 37 % 500 / 4} for i in range(120)
]


def pad_right(text, width):
    while len(text) < width:
        text += " "
    return text


def pad_left(text, width):
    while len(text) < width:
        text = " " + text
    return text


def render_row(row):
    total = pad_left(str(round(row["count"] * row["price"])), 10)
    return f"{pad_right(row['name'], 14)}|{pad_left(str(row['count']), 6)}|{total}"


def render(rows):
    lines = ["name          | count|     total", "--------------+------+----------"]
    lines += [render_row(row) for row in rows]
    lines.append(f"sum {sum(row['count'] for row in rows)}")
    return "\n".join(lines)


def benchmark():
    size = 0
    for _ in range(4):
        size += len(render(ROWS))
    return size
