"""Text that others wrote, made safe to show: nothing in it steers a terminal or hides itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

# Control characters but line breaks and tabs, line and paragraph separators, marks
# that turn or hide text (bidi, zero width, tags, variation selectors), halves of pairs.
_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def printable(text: object) -> str:
    """The text with every character that is no plain sign written as `\\x1b` or `\\u202e`.

    Line breaks and tabs stay, so whoever needs one line makes it one.
    """
    return _HOSTILE.sub(lambda found: _escaped(found[0]), str(text))


def printable_line(text: object) -> str:
    """The same on one line: line breaks and tabs are written out as well."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def json_text(content: Any) -> str:
    """JSON for files and terminals: the same values, with every hostile character escaped."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
    return _HOSTILE.sub(lambda found: json.dumps(found[0])[1:-1], text.replace("\x7f", "\\u007f"))


def clean_log(log: Path, start: int = 0) -> int:
    """Make a log safe to show from byte `start` on (all of it, if it is shorter); its new size.

    Libraries write what they are told into their logs; only who runs them can take care.
    """
    if not log.is_file():
        return 0
    start = start if start <= log.stat().st_size else 0
    with log.open("rb+") as file:
        file.seek(start)
        written = file.read()
        safe = printable(written.decode("utf-8", "replace").replace("\r\n", "\n")).encode()
        if safe != written:
            file.seek(start)
            file.write(safe)
            file.truncate()
    return log.stat().st_size


def is_invisible(sign: str) -> bool:
    """Whether a character shows nothing, or steers what shows."""
    return _HOSTILE.fullmatch(sign) is not None


def _escaped(sign: str) -> str:
    code = ord(sign)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
