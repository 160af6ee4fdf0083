"""An evaluator with functions: closures as tuples, environments as dicts that grow."""


def evaluate(e, env):
    if isinstance(e, int):
        return e
    if isinstance(e, str):
        if e not in env:
            raise NameError(f"unbound: {e}")
        return env[e]
    if e[0] == "quote":
        return e[1]
    if e[0] == "if":
        return evaluate(e[2] if evaluate(e[1], env) else e[3], env)
    if e[0] == "lambda":
        return ("closure", e[1], e[2], env)
    return apply_function(evaluate(e[0], env), [evaluate(each, env) for each in e[1:]], env)


def apply_function(f, arguments, env):
    if isinstance(f, tuple):
        inner = {**env, **f[3]}
        inner.update(zip(f[1], arguments, strict=True))
        return evaluate(f[2], inner)
    return f(*arguments)


GLOBALS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<": lambda a, b: a < b,
}
FACT = ["lambda", ["n"], ["if", ["<", "n", 2], 1, ["*", "n", ["fact", ["-", "n", 1]]]]]
SUM = ["+", ["fib", ["-", "n", 1]], ["fib", ["-", "n", 2]]]
FIB = ["lambda", ["n"], ["if", ["<", "n", 2], "n", SUM]]


def benchmark():
    env = {**GLOBALS, "fact": evaluate(FACT, GLOBALS)}
    env["fib"] = evaluate(FIB, env)
    return evaluate(["+", ["fact", 10], ["fib", 10]], env)
