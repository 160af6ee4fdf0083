"""In which order to build: a graph as a dict of lists, walked depth first; a cycle is an error."""

GRAPH = {f"task{i}": [f"task{j}" for j in range(i) if (i + j) % 7 == 0] for i in range(60)}
# Our maps and the peer's are walked in the order of their keys.


class Cycle(Exception):
    pass


def visit(graph, name, marks, order):
    mark = marks.get(name)
    if mark == "done":
        return
    if mark == "open":
        raise Cycle(name)
    marks[name] = "open"
    for each in graph[name]:
        visit(graph, each, marks, order)
    marks[name] = "done"
    order.append(name)


def build_order(graph):
    order = []
    marks = {}
    for name in sorted(graph):
        visit(graph, name, marks, order)
    return order


def check(graph):
    try:
        return len(build_order(graph))
    except Cycle as cycle:
        return f"cycle at {cycle}"


def benchmark():
    broken = check({**GRAPH, "task0": ["task7"]})
    return f"{check(GRAPH)}, {broken}, {' '.join(build_order(GRAPH)[:4])}"
