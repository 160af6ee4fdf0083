"""JSON read, changed and written."""

import json

DOCUMENT = json.dumps(
    {
        "items": [
            {"id": i, "name": f"item {i}", "tags": ["a", "b", str(i)], "price": i / 4.0}
            for i in range(800)
        ]
    }
)


def benchmark():
    data = json.loads(DOCUMENT)
    dear = [item for item in data["items"] if item["price"] > 100]
    cut = [{**item, "price": item["price"] * 0.9} for item in dear]
    return len(cut) + len(json.loads(json.dumps({"items": cut}))["items"])
