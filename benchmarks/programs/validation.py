"""Rows checked one by one: what is wrong is raised, caught around each row, and counted."""


def make_row(i):
    return {
        "id": i,
        "name": "" if i % 7 == 0 else f"user{i}",
        "age": "unknown" if i % 5 == 0 else str(i * 13 % 130),
        "email": "nowhere" if i % 11 == 0 else f"user{i}@example.org",
    }


ROWS = [make_row(i) for i in range(200)]


class Invalid(Exception):
    def __init__(self, field, message):
        self.field = field
        self.message = message


def check_name(row):
    if row["name"] == "":
        raise Invalid("name", "is empty")
    return row


def check_age(row):
    try:
        age = int(row["age"])
    except ValueError:
        raise Invalid("age", "is no number") from None
    if age > 120:
        raise Invalid("age", "is too high")
    return {**row, "age": age}


def check_email(row):
    if "@" not in row["email"]:
        raise Invalid("email", "has no @")
    return row


def validate(row):
    try:
        return {"ok": check_email(check_age(check_name(row)))}
    except Invalid as error:
        return {"error": error, "id": row["id"]}


def benchmark():
    counts = {}
    for result in map(validate, ROWS):
        key = result["error"].field if "error" in result else "ok"
        counts[key] = counts.get(key, 0) + 1
    return f"{counts['ok']} {counts['name']} {counts['age']} {counts['email']}"
