"""A pipeline over a list of dictionaries."""

from collections import defaultdict

PEOPLE = [{"name": f"person-{i}", "age": 18 + i * 7 % 60, "team": i % 12} for i in range(4000)]


def benchmark():
    teams = defaultdict(list)
    for person in PEOPLE:
        if person["age"] > 30:
            teams[person["team"]].append({**person, "senior": person["age"] >= 60})
    ages = {team: sum(person["age"] for person in members) for team, members in teams.items()}
    return sum(ages.values())
