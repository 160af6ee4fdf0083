"""Formats whose packages the page serves as wheels: loaded with the first call."""

from __future__ import annotations

from playground import Playground

PROGRAM = """
(list (markdown/to-html "~~a~~ *b*\\n\\n- [x] c")
      (markdown/headings "# d")
      (toml/decode "a = {b = 1,\\n}")
      (yaml/decode "c: [d, 2]"))
"""


def test_markdown_toml_and_yaml_by_their_wheels(playground: Playground) -> None:
    result = playground.run(PROGRAM)
    assert result["error"] is None
    assert "<del>a</del> <em>b</em>" in result["value"]
    assert '({:level 1 :text "d"})' in result["value"]
    assert "{:a {:b 1}}" in result["value"]
    assert '{:c ("d" 2)}' in result["value"]
