"""A tokenizer and a calculator by recursive descent."""


def tokens(text):
    found, i, end = [], 0, len(text)
    while i < end:
        c = text[i]
        if c == " ":
            i += 1
        elif c.isdigit():
            value = 0
            while i < end and text[i].isdigit():
                value = 10 * value + int(text[i])
                i += 1
            found.append(value)
        else:
            found.append(c)
            i += 1
    return found


def factor(items, at):
    if items[at] == "(":
        value, at = add(items, at + 1)
        return value, at + 1
    return items[at], at + 1


def multiply(items, at):
    left, at = factor(items, at)
    while at < len(items) and items[at] == "*":
        right, at = factor(items, at + 1)
        left *= right
    return left, at


def add(items, at):
    left, at = multiply(items, at)
    while at < len(items) and items[at] in ("+", "-"):
        operator = items[at]
        right, at = multiply(items, at + 1)
        left = left + right if operator == "+" else left - right
    return left, at


def benchmark():
    text = "(12 + 30) * 4 - 17 * (2 + 3 * (8 - 5)) + 1024"
    return sum(add(tokens(text), 0)[0] for _ in range(250))
