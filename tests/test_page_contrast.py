"""Every colour of letters stands out from what it stands on, in each theme, by 4.5 : 1.

axe-core looks at pages that are open (tests/browser/test_page_accessible.py); here the colours themselves are
held against one another, also those that are seldom seen: a selection, a place that was found, ANSI colours.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parent.parent / "web" / "src"
THEME = (STYLES / "styles" / "theme.css").read_text("utf-8")
PAIR = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)")
SINGLE = re.compile(r"--([\w-]+): (#\w{3,6});")
SELECTED = re.compile(r"--selected: color-mix\(in srgb, var\(--accent\) (\d+)%, var\(--surface\)\)")

Color = tuple[float, ...]

# Letters, and what they stand on.
PLAIN = ("text", "soft", "accent-strong", "error", "warn", "value", "stream")
ON = {
    "accent-soft": ("text", "soft", "accent-strong"),
    "error-soft": ("text", "soft", "error", "accent-strong"),
    "warn-soft": ("text", "soft", "warn"),
    "stream-soft": ("text", "soft", "stream", "accent-strong"),
    "added-soft": ("text",),
    "accent": ("on-accent",),
    "accent-strong": ("on-accent",),
}
# What stands behind letters of the editor.
EDITOR = ("surface", "sunken", "selected", "added-soft", "error-soft", "warn-soft")


def read(text: str) -> Color:
    digits = text.lstrip("#")
    whole = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    return tuple(int(whole[at : at + 2], 16) for at in (0, 2, 4))


def themes() -> dict[str, dict[str, Color]]:
    light: dict[str, Color] = {}
    dark: dict[str, Color] = {}
    for name, first, second in PAIR.findall(THEME):
        light[name], dark[name] = read(first), read(second)
    _, _, own = THEME.partition('[data-theme="contrast"]')
    contrast = dark | {name: read(value) for name, value in SINGLE.findall(own)}
    (share,) = SELECTED.findall(THEME)
    found = {"light": light, "dark": dark, "contrast": contrast}
    for colors in found.values():
        pairs = zip(colors["accent"], colors["surface"], strict=True)
        colors["selected"] = tuple(
            a * int(share) / 100 + b * (1 - int(share) / 100) for a, b in pairs
        )
    return found


def luminance(color: Color) -> float:
    parts = [part / 255 for part in color]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Returns the ratio of WCAG 2."""
    least, most = sorted((luminance(one), luminance(other)))
    return (most + 0.05) / (least + 0.05)


def pairs_of(colors: dict[str, Color]) -> set[tuple[str, str]]:
    ansi = [name for name in colors if name.startswith("ansi-")]
    letters = [name for name in colors if name.startswith("tok-")] + ["text", "soft"]
    found = {(name, ground) for name in PLAIN for ground in ("background", "surface", "sunken")}
    found |= {(name, "surface") for name in ansi}
    found |= {(name, ground) for name in letters for ground in EDITOR}
    return found | {(name, ground) for ground, names in ON.items() for name in names}


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_letters_stand_out(theme: str) -> None:
    colors = themes()[theme]
    pairs = pairs_of(colors)
    assert len(pairs) > 80
    weak = {
        pair: round(contrast(colors[pair[0]], colors[pair[1]]), 2)
        for pair in pairs
        if contrast(colors[pair[0]], colors[pair[1]]) < 4.5
    }
    assert weak == {}


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast(read("#000"), read("#ffffff")) == pytest.approx(21)
    assert contrast(read("#767676"), read("#fff")) == pytest.approx(4.54, abs=0.01)


def test_letters_do_not_fade() -> None:
    faded = []
    for file in sorted(STYLES.rglob("*.css")):
        for value in re.findall(r"^\s*opacity: (0?\.\d+);", file.read_text("utf-8"), re.MULTILINE):
            if float(value) < 0.8:
                faded.append((file.parent.name, value))
    # A dot that pulses, and a bar beside which words stand.
    assert faded == [("inspector", "0.5"), ("run", "0.25")]
