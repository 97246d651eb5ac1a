"""The one line that is said about a region nobody knows: what may have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import cloud, countries, subdivisions
from .zones import WORLD, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST = 3
_LONGEST = 80  # characters of what was asked for; more name nothing
_WAYS = "use a country such as FR, a US state or Canadian province such as US-CA, a cloud region such as aws:eu-west-3"


def unknown_region(region: object) -> str:
    """Return the line for a region that no table has."""
    near = ", ".join(dict.fromkeys(_near(region[:_LONGEST]) if isinstance(region, str) else ()))
    asked = f"Unknown region {shown(region)}"
    return f"{asked}: did you mean {near}?" if near else f"{asked}: {_WAYS}, or 'world'."


def shown(value: object) -> str:
    """Return what a user gave, which may be anything, on one line and short."""
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:36]}…{text[-1]}"


def _near(asked: str) -> Iterable[str]:
    provider = cloud.provider_of(asked)
    if provider is not None:
        return _near_cloud(asked.partition(":")[2], provider)
    wanted = normalised(asked)
    bare = [_named_cloud(region) for region in cloud.table().values() if normalised(region.region) == wanted]
    if bare:
        return bare[:_MOST]
    country = countries.index().get(wanted.split(" ")[0]) if wanted else None
    if country is not None:
        codes = _close(wanted, [code for code in subdivisions.index() if code.startswith(f"{country.casefold()} ")])
        return [*map(_named, dict.fromkeys(subdivisions.index()[code] for code in codes)), _named(country)][-_MOST:]
    known = {**subdivisions.index(), **countries.index()}
    return list(dict.fromkeys(_named(known[name]) for name in _close(wanted, known, 2 * _MOST)))[:_MOST]


def _near_cloud(asked: str, provider: str) -> Iterator[str]:
    regions = {normalised(r.region): r for r in cloud.table().values() if r.provider == provider}
    wanted = normalised(asked)
    begun = [name for name in regions if wanted and name.startswith(wanted)]
    names = dict.fromkeys([*begun, *_close(wanted, regions)])
    yield from (_named_cloud(regions[name]) for name in list(names)[:_MOST])


def _close(wanted: str, known: Iterable[str], most: int = _MOST) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(wanted, list(known), n=most, cutoff=0.7)


def _named(code: str) -> str:
    zone = countries.table().get(code) or subdivisions.table()[code]
    return WORLD if code == WORLD else f"{zone.name} ({code})"


def _named_cloud(region: cloud.CloudRegion) -> str:
    return f"{region.id} ({region.place})"
