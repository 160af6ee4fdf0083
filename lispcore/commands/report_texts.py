"""What reports as XML and HTML share: texts made safe, and the look of a page."""

from __future__ import annotations

import re

# What XML 1.0 has no way to say.
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

PAGE_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em }
table { border-collapse: collapse }
th { text-align: left }
td, th { padding: 4px 10px; vertical-align: top; border-top: 1px solid #8886 }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
.passed { color: light-dark(#176f2c, #6fd98a) }
.failed, .error { color: light-dark(#b3261e, #ff8a80) }
"""


def markup(text: str) -> str:
    """Returns a text as it stands in XML or HTML, without what neither can hold."""
    from html import escape

    return escape(_NOT_IN_XML.sub("\ufffd", text))
