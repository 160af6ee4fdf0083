"""A machine for instructions: a list as program, a tuple as stack, a dict as memory."""

LOOP = [("load", "sum"), ("load", "i"), ("add",), ("store", "sum")]
NEXT = [("load", "i"), ("push", 1), ("add",), ("store", "i")]
TEST = [("load", "i"), ("push", 200), ("less",), ("jump-if", 4)]
START = [("push", 0), ("store", "sum"), ("push", 1), ("store", "i")]
PROGRAM = [*START, *LOOP, *NEXT, *TEST, ("load", "sum"), ("halt",)]


def step(state):
    instruction = PROGRAM[state["counter"]]
    op = instruction[0]
    stack = state["stack"]
    state["counter"] += 1
    if op == "push":
        stack.append(instruction[1])
    elif op == "load":
        stack.append(state["memory"].get(instruction[1]))
    elif op == "store":
        state["memory"][instruction[1]] = stack.pop()
    elif op == "add":
        last = stack.pop()
        stack.append(stack.pop() + last)
    elif op == "less":
        last = stack.pop()
        stack.append(stack.pop() < last)
    elif op == "jump-if":
        if stack.pop():
            state["counter"] = instruction[1]
    elif op == "halt":
        state["halted"] = True
    else:
        raise ValueError(f"unknown instruction {op}")


def benchmark():
    state = {"counter": 0, "stack": [], "memory": {}, "halted": False}
    while not state["halted"]:
        step(state)
    return state["stack"][-1]
