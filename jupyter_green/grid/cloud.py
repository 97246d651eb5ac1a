"""Cloud regions and the grid that feeds each: a mapping of our own, ``data/cloud_regions.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .zones import normalised, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDERS = {"aws": "Amazon", "azure": "Microsoft", "gcp": "Google"}
_ALSO = {"aws": ("amazon",), "azure": ("microsoft",), "gcp": ("google", "gce")}


@dataclass(frozen=True, slots=True)
class CloudRegion:
    """A region of a provider.

    Attributes
    ----------
    provider
        ``aws``, ``azure`` or ``gcp``.
    region
        As the provider calls it.
    place
        Where it is, for people.
    zone
        Code of the country, or of the US state or Canadian province, whose grid feeds it.
    """

    provider: str
    region: str
    place: str
    zone: str

    @property
    def id(self) -> str:
        """As a user writes it: ``aws:eu-west-3``."""
        return f"{self.provider}:{self.region}"

    @property
    def country(self) -> str:
        """Alpha-2 code of the country."""
        return self.zone[:2]


@cache
def table() -> Mapping[str, CloudRegion]:
    """Return every region by its id, such as ``aws:eu-west-3``."""
    regions = [CloudRegion(**row) for row in rows("cloud_regions.csv")]
    return {region.id: region for region in regions}


def find(text: str) -> CloudRegion | None:
    """Return the region that ``provider:region`` names, in any case; ``None`` when there is none."""
    return _index().get(_key(text))


def provider_of(text: str) -> str | None:
    """Return the provider with whose name *text* begins, as in ``google:nowhere``; ``None`` when with none."""
    first = normalised(text.split(":")[0]) if ":" in text else ""
    return next((provider for provider, others in _ALSO.items() if first in (provider, *others)), None)


@cache
def _index() -> Mapping[str, CloudRegion]:
    index: dict[str, CloudRegion] = {}
    for region in table().values():
        for name in (region.provider, *_ALSO[region.provider]):
            index[_key(f"{name} {region.region}")] = region
    return index


def _key(text: str) -> str:
    return normalised(text).replace(" ", "")
