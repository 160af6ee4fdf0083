"""Times programs round by round, each runtime once a round, so that noise meets all alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from benchmarks.figures import Measurement
from benchmarks.suite import Program

# A runtime that has spent this on a program is left out of its further rounds; one whose first call
# takes as long is not timed at all.
LONGEST_SECONDS = 12.0


class Place(Protocol):
    """Where runtimes live: the page or the terminal."""

    def step(self, runtime: str, method: str, *arguments: Any) -> Any:
        """Does "load", "time" or "value"; raises `RuntimeError` with the runtime's error."""

    def round(self, runtimes: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Times one call in each runtime: {"value": milliseconds} or {"error": text}."""


def measure(place: Place, program: Program, runtimes: Sequence[str], rounds: int) -> Measurement:
    """Returns the times of a program in all runtimes that have it, the cold call first."""
    found = Measurement(program.name)
    running: list[str] = []
    for runtime in runtimes:
        source = program.source_for(runtime)
        if source is None:
            continue
        try:
            place.step(runtime, "load", source)
            running.append(runtime)
        except RuntimeError as error:
            found.problems[runtime] = str(error)
    for number in range(rounds + 1):
        # Who comes first changes, so that nobody always follows the same one.
        going = [each for each in running if has_time(found, each)]
        shift = number % max(len(going), 1)
        for runtime, answer in place.round(going[shift:] + going[:shift]).items():
            if "error" in answer:
                found.problems[runtime] = answer["error"]
                running.remove(runtime)
                found.times.pop(runtime, None)
            else:
                found.times.setdefault(runtime, []).append(float(answer["value"]))
    for runtime in running:
        if rounds and len(found.times[runtime]) == 1:
            seconds = found.times.pop(runtime)[0] / 1000
            found.problems[runtime] = f"its first call took {seconds:.0f} s: not timed"
    compare_values(place, found, running)
    return found


def has_time(found: Measurement, runtime: str) -> bool:
    """Tells whether a runtime has not used up its time yet."""
    return sum(found.times.get(runtime, [])) < LONGEST_SECONDS * 1000


def compare_values(place: Place, found: Measurement, running: Sequence[str]) -> None:
    """Notes a problem for each runtime whose value is another than ours."""
    values = {runtime: str(place.step(runtime, "value")) for runtime in running}
    ours = values.get("lispcore")
    for runtime, value in values.items():
        if value != ours:
            found.problems[runtime] = f"gives {value[:60]}, lispcore {str(ours)[:60]}"
            found.times.pop(runtime, None)


def measure_all(
    place: Place,
    programs: Sequence[Program],
    runtimes: Sequence[str],
    rounds: int,
    show: Callable[[Measurement], None],
) -> list[Measurement]:
    """Measures programs one after the other and shows each when it is done."""

    def each() -> Iterator[Measurement]:
        for program in programs:
            found = measure(place, program, runtimes, rounds)
            show(found)
            yield found

    return list(each())
