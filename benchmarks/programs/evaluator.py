"""An evaluator over nested lists: symbols compared, items by index, a dict as environment."""


def ev(e, env):
    if isinstance(e, int):
        return e
    if isinstance(e, str):
        return env.get(e)
    op = e[0]
    if op == "add":
        return ev(e[1], env) + ev(e[2], env)
    if op == "mul":
        return ev(e[1], env) * ev(e[2], env)
    if op == "let":
        return ev(e[3], {**env, e[1]: ev(e[2], env)})
    return 0


PRODUCT = ["mul", ["add", "x", "y"], ["add", "y", ["mul", "x", "y"]]]
PROGRAM = ["let", "x", 3, ["let", "y", ["add", "x", 4], PRODUCT]]


def benchmark():
    total = 0
    for _ in range(1000):
        total += ev(PROGRAM, {})
    return total
