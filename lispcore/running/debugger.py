"""The step debugger: stops a program at its forms, and says where it is and what it sees.

A debug run is compiled with probes (compiler/passes/probes.py) and with every pass switched off
that would move code or variables. At each probe `Debugger.probe` decides whether to stop; who then
asks what is to be done is a `Frontend`: the page (hosts/browser_debugging.py) or a terminal
(commands/debugging.py). Functions of the library, macros and imported files have no probes, so they
are passed over.

- **Depth** is counted in frames of the program, so that "over" and "out" know when a call is over.
  In a task that runs in steps (tasks/stepping.py) the callers stand in a list instead.
- **A tail call** may take the place of its caller, which then is called by `bounce`. Who steps over
  such a call stops again only when the caller's own caller goes on.
- **Errors** are seen by Python's trace function, which hears of an exception in a frame that is
  still there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import FrameType
from typing import Any, Final, NamedTuple, Protocol

from lispcore.compiler.passes.probes import Names, Site, insert_probes
from lispcore.core.nodes import Lambda, Variable
from lispcore.library import LIBRARY
from lispcore.reading.reader import read_source
from lispcore.running.diagnosis import clean_name, explain, place_of
from lispcore.tasks.stepping import in_one_piece
from lispcore.values.calls import bounce, call, spread
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import LISP_FILE_PREFIX, Value

# A running program is asked whether the breakpoints have changed after so many probes.
PROBES_PER_LOOK: Final = 200
SECONDS_PER_LOOK: Final = 0.25
# Of a value that is shown.
MOST_CHARACTERS: Final = 2_000
MOST_FRAMES: Final = 200
# The name of what is evaluated while the program stands.
ASIDE: Final = "<debugger>"


class Step(Enum):
    """How a program goes on."""

    CONTINUE = auto()
    INTO = auto()
    OVER = auto()
    OUT = auto()


class StackFrame(NamedTuple):
    """A function of the program that is under way, and where it is."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Where and why a program stands.

    `why` is "step", "breakpoint", "pause", "error", or "before-call" and "after-call" of a model,
    which `call` describes.
    """

    why: str
    message: str
    line: int
    column: int
    end_line: int
    end_column: int
    stack: tuple[StackFrame, ...]
    call: Mapping[str, str] | None = None


class Frontend(Protocol):
    """Who asks what is to be done."""

    def stopped(self, debugger: Debugger, pause: Pause) -> Step:
        """Shows where the program stands, until somebody says how it goes on."""
        ...

    def look(self, debugger: Debugger) -> bool:
        """Takes over what has changed while the program ran; returns whether it is to stop."""
        ...


@dataclass(slots=True)
class _Aim:
    """Where a step ends."""

    step: Step = Step.CONTINUE
    depth: int = 0
    frame: FrameType | None = None
    site: Site | None = None
    task: Any = None


@dataclass(slots=True)
class _Frames:
    """The frames of a pause, innermost first, and the site of each."""

    frames: list[FrameType] = field(default_factory=list)
    sites: list[Site | None] = field(default_factory=list)


class Debugger:
    """Stops one run of one program."""

    def __init__(
        self,
        frontend: Frontend,
        breakpoints: Iterable[int] = (),
        *,
        stops_at_errors: bool = False,
        stops_at_calls: bool = False,
        stops_first: bool = False,
    ) -> None:
        self.frontend = frontend
        self.stops_at_errors = stops_at_errors
        self.stops_at_calls = stops_at_calls
        self._breakpoints = set(breakpoints)
        self._sites: list[Site] = []
        self._stops: set[int] = set()
        self._variables: dict[Variable, str] = {}
        self._words: frozenset[str] = frozenset()
        self._aim = _Aim(Step.INTO if stops_first else Step.CONTINUE)
        # What somebody wants to be different in a model call that is stopped at.
        self.changes: Mapping[str, str] = {}
        self._is_free = True  # not while it is stopped: what is evaluated then runs through
        self._probes_left = PROBES_PER_LOOK
        self._looked_at = 0.0
        self._error: BaseException | None = None
        self._frames = _Frames()
        self._session: Any = None
        self._file = ""

    # --- while the program is compiled ----------------------------------------------------------

    def begin(self, session: Any, name: str, text: str) -> None:
        """Is told before a program is compiled: its session, its name, its text."""
        self._session, self._file = session, name
        self._words = frozenset(re.findall(r"[^\s()\[\]{}\"'`,;]+", text))
        self._looked_at = session.host.monotonic()

    def concerns(self, file: str) -> bool:
        """Tells whether code is stopped in, by the name that Python knows it by."""
        return file.removeprefix(LISP_FILE_PREFIX).partition(":")[2] == self._file

    def instrument(self, main: Lambda) -> Lambda:
        """Returns the function of a unit with probes."""
        defined = self._session.user_defined
        made = insert_probes(main, self._add, lambda name: name in LIBRARY and name not in defined)
        self._find_stops()
        return made

    def name_variables(self, variables: dict[Variable, str]) -> None:
        """Takes in what the variables of a unit are called in Python."""
        self._variables.update(variables)

    def _add(self, site: Site) -> int:
        self._sites.append(site)
        return len(self._sites) - 1

    @property
    def breakpoints(self) -> set[int]:
        """The lines at which the program stops."""
        return self._breakpoints

    @breakpoints.setter
    def breakpoints(self, lines: Iterable[int]) -> None:
        self._breakpoints = set(lines)
        self._find_stops()

    def _find_stops(self) -> None:
        """Finds for each line with a breakpoint the first form that begins there."""
        first: dict[int, int] = {}
        for number, site in enumerate(self._sites):
            line, column = site.span[:2]
            known = first.get(line)
            if known is None or column < self._sites[known].span[1]:
                first[line] = number
        self._stops = {first[line] for line in self._breakpoints if line in first}

    # --- while it runs --------------------------------------------------------------------------

    def probe(self, number: int) -> None:
        """Is called before each form."""
        if not self._is_free:
            return
        aim = self._aim
        frame = sys._getframe(1)
        if self.stops_at_errors and frame.f_trace is None:
            frame.f_trace_lines = False
            frame.f_trace = self._traced
        why = ""
        if number in self._stops:
            why = "breakpoint"
        elif aim.step is not Step.CONTINUE and self._is_reached(aim, frame, self._sites[number]):
            why = "step"
        else:
            self._probes_left -= 1
            if self._probes_left <= 0 and self._is_to_pause():
                why = "pause"
        if why:
            self._stop(why, "", frame, self._sites[number])

    def _is_to_pause(self) -> bool:
        self._probes_left = PROBES_PER_LOOK
        now = self._session.host.monotonic()
        if now - self._looked_at < SECONDS_PER_LOOK:
            return False
        self._looked_at = now
        return self.frontend.look(self)

    def _is_reached(self, aim: _Aim, frame: FrameType, site: Site) -> bool:
        """Tells whether a step ends at a form."""
        if aim.step is Step.INTO:
            return True
        if aim.task is not self._session.tasks.current:
            return False
        depth = len(_program_frames(frame))
        if depth < aim.depth:
            return True
        if depth > aim.depth or aim.step is Step.OUT:
            return False
        if aim.frame is not frame:
            # It has ended. What comes now has taken its place, or was called by the same function.
            return not _is_bounced(frame)
        return not (site.is_part and aim.site is not None and _is_within(site.span, aim.site.span))

    def stop_at_call(self, why: str, about: Mapping[str, str]) -> Mapping[str, str]:
        """Stops before or after a model call; returns what is to be different."""
        frame = next(iter(_program_frames(sys._getframe(1))), None)
        if frame is None or not self._is_free or self._session is None:
            return {}
        self.changes = {}
        self._stop(why, "", frame, None, about)
        return self.changes

    def _stop(
        self,
        why: str,
        message: str,
        frame: FrameType,
        site: Site | None,
        about: Mapping[str, str] | None = None,
    ) -> None:
        frames = _program_frames(frame)
        places = [_place(each) for each in frames]
        sites = [site or self._site_at(*places[0])]
        sites += [self._site_at(*place) for place in places[1:]]
        self._frames = _Frames(frames, sites)
        span = sites[0].span if sites[0] is not None else (*places[0], *places[0])
        if site is not None:
            places[0] = site.span[:2]
        stack = tuple(
            StackFrame(clean_name(each.f_code.co_name), *place)
            for each, place in zip(frames[:MOST_FRAMES], places, strict=False)
        )
        self._is_free = False
        try:
            step = self.frontend.stopped(self, Pause(why, message, *span, stack, about))
        finally:
            self._is_free = True
            self._frames = _Frames()
        self._looked_at = self._session.host.monotonic()
        task = self._session.tasks.current
        self._aim = _Aim(step, len(frames), frame, sites[0], task)

    def _site_at(self, line: int, column: int) -> Site | None:
        """Returns the innermost form at a place."""
        around = [
            each for each in self._sites if _is_within((line, column, line, column), each.span)
        ]
        return max(around, key=lambda each: each.span[:2], default=None)

    # --- what is asked while it stands ----------------------------------------------------------

    def locals_of(self, place: int) -> list[tuple[str, Value]]:
        """Returns the local variables that a frame of the stack sees, innermost first."""
        if not 0 <= place < len(self._frames.frames):
            return []
        site = self._frames.sites[place]
        values = self._frames.frames[place].f_locals
        unset = self._session.globals.get(" unset")
        found: dict[str, Value] = {}
        names: Names | None = site.names if site is not None else None
        while names is not None:
            name, python_name = names.variable.name, self._variables.get(names.variable, "")
            if name not in found and python_name in values and name in self._words:
                value = values[python_name]
                if type(value) is list and len(value) == 1:  # shared with the closures of a loop
                    value = value[0]
                if value is not unset:
                    found[name] = value
            names = names.outer
        return list(found.items())

    def evaluate(self, text: str, place: int) -> str:
        """Returns the printed value of an expression in a frame, or what is wrong."""
        known = self.locals_of(place)
        names = " ".join(name for name, _ in known)
        try:
            source = read_source(f"(fn ({names}) {text}\n)", ASIDE)
            function = self._session.run_source(source)
            return shown(call(function, *(value for _, value in known)))
        except LispError as error:
            return f"Error: {error.message}"
        except Exception as error:
            return f"Error: {explain(error, self._session).message}"

    # --- errors ---------------------------------------------------------------------------------

    def watch_errors(self) -> Callable[[], None]:
        """Has errors heard of while a program runs; returns what ends it."""
        before = sys.gettrace()
        if self.stops_at_errors:
            sys.settrace(_nothing)

        def end() -> None:
            if self.stops_at_errors:
                sys.settrace(before)

        return end

    def _traced(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "exception" and self._is_free and self.stops_at_errors:
            error = argument[1]
            is_new = isinstance(error, Exception) and error is not self._error
            if is_new and not isinstance(error, (StopIteration, StopAsyncIteration)):
                self._error = error
                self._stop("error", self._said(error), frame, None)
        return self._traced

    def _said(self, error: Exception) -> str:
        if isinstance(error, LispError):
            return error.message
        return explain(error, self._session).message


def _nothing(frame: FrameType, event: str, argument: Any) -> None:
    """The trace function of frames that nobody wants to hear of."""


def shown(value: Value) -> str:
    """Returns a value as it is shown beside its name."""
    text = "nil" if value is None else print_value(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} …"


def _place(frame: FrameType) -> tuple[int, int]:
    return place_of(frame.f_code, frame.f_lasti)


def _is_within(span: Any, around: Any) -> bool:
    return bool(around[:2] <= span[:2] and span[2:] <= around[2:])


def _program_frames(frame: FrameType | None) -> list[FrameType]:
    """Returns the frames of the program that are under way, innermost first."""
    found: list[FrameType] = []
    while frame is not None:
        if frame.f_code is in_one_piece.__code__:
            callers = reversed(frame.f_locals["callers"])
            frames = [getattr(each, "gi_frame", None) for each in callers]
            return found + [each for each in frames if each is not None and _is_program(each)]
        if _is_program(frame):
            found.append(frame)
        frame = frame.f_back
    return found


def _is_bounced(frame: FrameType) -> bool:
    """Tells whether a function was called in the place of one that has ended with this call."""
    caller = frame.f_back
    if caller is not None and caller.f_code is spread.__code__:
        caller = caller.f_back
    return caller is not None and caller.f_code is bounce.__code__


def _is_program(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    return file.startswith(LISP_FILE_PREFIX) and not file.endswith(("<macro>", ASIDE))
