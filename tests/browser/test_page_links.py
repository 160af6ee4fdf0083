"""Links: what goes in comes out, nothing runs by itself, and a bad one does no harm."""

from __future__ import annotations

import base64
import zlib

import pytest
from playground import Playground

pytestmark = pytest.mark.one_page

PROGRAM = '; Grüße, мир, 日本, 🦊 \u202e\n(println "ünï\\n🦊")\n"' + "x" * 500 + '"\n'


def pack(text: str, version: str = "v1") -> str:
    """Returns a link's hash as documented: raw deflate, base64url."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(text.encode()) + packer.flush()
    return f"#{version}=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_a_program_travels_by_link(playground: Playground) -> None:
    playground.page.evaluate("code => playground.setCode(code)", PROGRAM)
    url = playground.page.evaluate("playground.share()")
    before, _, after = url.partition("#")
    assert before == playground.url
    assert after.startswith("v1=")
    receiver = Playground(playground.page.context.new_page(), playground.url)
    receiver.page.goto(url)
    receiver.page.wait_for_function("window.playground")
    receiver.page.evaluate("playground.ready")
    assert receiver.page.evaluate("playground.getCode()") == PROGRAM
    receiver.page.wait_for_timeout(300)
    assert receiver.output() == ""
    assert receiver.part("status").get_attribute("data-state") == "ready"


def test_the_share_button_shows_the_link(playground: Playground) -> None:
    playground.page.evaluate("playground.setCode('(+ 1 2)')")
    playground.part("share").click()
    shown = playground.part("share-url").input_value()
    assert shown == playground.page.evaluate("playground.share()")


def test_a_link_made_in_the_first_format_opens(closed_playground: Playground) -> None:
    closed_playground.open(pack('{"code": "(+ 20 22)"}'))
    assert closed_playground.page.evaluate("playground.getCode()") == "(+ 20 22)"
    assert closed_playground.page.evaluate("playground.run()")["value"] == "42"


def test_the_program_that_a_link_replaces_can_be_brought_back(playground: Playground) -> None:
    playground.page.evaluate("playground.setCode('; my own work')")
    playground.page.evaluate("hash => { location.hash = hash }", pack('{"code": "(theirs)"}'))
    playground.page.wait_for_function("playground.getCode() === '(theirs)'")
    playground.page.get_by_role("button", name="Restore my program").click()
    assert playground.page.evaluate("playground.getCode()") == "; my own work"


@pytest.mark.no_interpreter
def test_what_was_typed_after_opening_a_link_outlives_a_reload(
    closed_playground: Playground,
) -> None:
    closed_playground.open(pack('{"code": "(theirs)"}'), ready=False)
    closed_playground.page.evaluate("playground.setCode('(theirs and mine)')")
    closed_playground.page.reload()
    closed_playground.page.wait_for_function("window.playground")
    assert closed_playground.page.evaluate("playground.getCode()") == "(theirs and mine)"


BAD_LINKS = (
    "#v1=",
    "#v1=%%%",
    "#v1=AAAA",
    "#v1=" + "A" * 20_000,
    pack('{"code": "(+ 1 2)"}')[:-6],
    pack('{"code": 7}'),
    pack('["code"]'),
    pack("null"),
    pack("no json"),
    pack('{"code": "x"}', "v99"),
    pack('{"code": "' + "x" * 30_000_000 + '"}'),
)


@pytest.mark.no_interpreter
def test_a_bad_link_changes_nothing(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    playground.page.evaluate("playground.setCode('; my own work')")
    banner = playground.page.locator("#banner")
    for link in BAD_LINKS:
        playground.page.evaluate("link => { location.hash = link }", link)
        banner.wait_for()
        assert "does not open" in (banner.text_content() or ""), link[:30]
        assert playground.page.evaluate("playground.getCode()") == "; my own work"
        banner.get_by_label("Close").click()
    playground.page.reload()
    playground.page.wait_for_function("window.playground")
    assert playground.page.evaluate("playground.getCode()") == "; my own work"


def test_a_hostile_program_is_only_text(closed_playground: Playground) -> None:
    code = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
    closed_playground.open(pack('{"code": "' + code + '", "title": "<b>x</b>"}'))
    assert closed_playground.page.evaluate("playground.getCode()") == code
    closed_playground.part("run").click()
    closed_playground.part("output").locator(".error").wait_for()
    assert closed_playground.page.evaluate("window.hacked") is None
