"""One mapping in the metadata of a README.md – the YAML between ``---`` lines at its head – and nothing else changed.

Cards are written by hand: comments, order, quotes and line ends are their authors'. So the lines of the one key are
replaced, and the result is read back: whatever else it says must be what it said before.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ..problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCK = re.compile(r"(?P<head>\ufeff?\s*---[ \t]*\r?\n)(?P<yaml>(?:.*\n)*?)(?P<foot>---[ \t]*(?:\r?\n|$))")


def with_mapping(card: str, key: str, values: Mapping[str, float | str]) -> str:
    """Return *card* with *values* under *key*; what else stood under it stays, and a card without metadata gets some.

    Raises
    ------
    Problem
        When the metadata cannot be read, or is no block mapping.
    """
    block = _BLOCK.match(card)
    end = "\r\n" if "\r\n" in card else "\n"
    text = block["yaml"] if block else ""
    before = _read(text)
    stood = before.get(key)
    merged = {**(stood if isinstance(stood, dict) else {}), **values}
    written = _written(key, merged, end)
    start, stop = _span(text, key)
    changed = text[:start] + written + text[stop:]
    if _read(changed) != {**before, key: merged}:
        raise Problem(f"the card's metadata is written in a way that cannot be added to: put {key} in by hand")
    if block is None:
        return f"---{end}{changed}---{end}{card}"
    return card[: block.start("yaml")] + changed + card[block.end("yaml") :]


def _read(text: str) -> dict[str, Any]:
    import yaml

    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Problem(f"the card's metadata is no YAML: {' '.join(str(error).split())}") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Problem("the card's metadata is no mapping of names to values")
    return data


def _span(text: str, key: str) -> tuple[int, int]:
    """Return where the lines of *key* begin and end; both at the end where it has none."""
    import yaml

    root = yaml.compose(text, yaml.SafeLoader)
    for name, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if name.value == key:
            lines = text[name.start_mark.index : value.end_mark.index].rstrip().splitlines(keepends=True)
            # A block ends where the next key begins, comments before that included: they are the next key's.
            while len(lines) > 1 and lines[-1].startswith("#"):
                del lines[-1]
            stop = name.start_mark.index + len("".join(lines).rstrip())
            following = text.find("\n", stop)
            return name.start_mark.index, len(text) if following < 0 else following + 1
    return len(text), len(text)


def _written(key: str, values: Mapping[str, Any], end: str) -> str:
    return "".join([f"{key}:{end}", *(f"  {name}: {_value(value)}{end}" for name, value in values.items())])


def _value(value: object) -> str:
    """Return a value on one line, as YAML 1.1 and 1.2 alike read it: JSON, but for numbers such as ``1.0e-05``."""
    if isinstance(value, float):
        mantissa, exponent, power = repr(value).partition("e")
        return f"{mantissa}.0{exponent}{power}" if exponent and "." not in mantissa else mantissa + exponent + power
    return json.dumps(value, ensure_ascii=False, default=str)
