"""A robot's state as a dict: commands turn, move and paint, one new state after the other."""

NAMES = "forward left forward paint right forward forward paint left back".split()
COMMANDS = [NAMES[i * 7 % 10] for i in range(1500)]
ORDER = ["north", "east", "south", "west"]


def turn(facing, by):
    return ORDER[(by + ORDER.index(facing)) % 4]


def move(robot, distance):
    facing = robot["facing"]
    if facing == "north":
        return {**robot, "y": robot["y"] - distance}
    if facing == "south":
        return {**robot, "y": robot["y"] + distance}
    if facing == "east":
        return {**robot, "x": robot["x"] + distance}
    return {**robot, "x": robot["x"] - distance}


def obey(robot, command):
    if command == "forward":
        return move(robot, 1)
    if command == "back":
        return move(robot, -1)
    if command == "left":
        return {**robot, "facing": turn(robot["facing"], -1)}
    if command == "right":
        return {**robot, "facing": turn(robot["facing"], 1)}
    if command == "paint":
        robot["painted"][f"{robot['x']},{robot['y']}"] = True
    return robot


def benchmark():
    robot = {"x": 0, "y": 0, "facing": "north", "painted": {}}
    for command in COMMANDS:
        robot = obey(robot, command)
    return f"{robot['x']} {robot['y']} :{robot['facing']} {len(robot['painted'])}"
