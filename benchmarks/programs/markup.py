"""Markup rendered from nested tuples: a tag, perhaps attributes, and children."""


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render_attributes(attributes):
    return "".join([f' {key}="{value}"' for key, value in attributes.items()])


def render(node):
    if isinstance(node, str):
        return escape(node)
    if isinstance(node, int):
        return str(node)
    if isinstance(node, list):
        return "".join([render(each) for each in node])
    tag = node[0]
    has_attributes = len(node) > 1 and isinstance(node[1], dict)
    children = node[2 if has_attributes else 1 :]
    attributes = render_attributes(node[1]) if has_attributes else ""
    return f"<{tag}{attributes}>{''.join([render(each) for each in children])}</{tag}>"


def page(count):
    items = [
        ("li", {"id": i}, "number ", ("b", i), " odd" if i % 2 else " < even >")
        for i in range(count)
    ]
    return ("main", {"class": "page"}, ("h1", "Fish & chips"), ("ul", items))


def benchmark():
    return len(render(page(150)))
