"""Where this machine's electricity comes from, and the factor in force: of the year or, if configured, of the hour."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .grid import Place, Pue, locate
from .grid.cloud_metadata import Inquiry
from .grid.live import LiveIntensity, client, provider, zone_of
from .grid.live.tokens import FILE_NAME, Tokens
from .grid.pue import decide
from .grid.site import look
from .power.processor import read_processor

if TYPE_CHECKING:
    from .clock import Clock
    from .config import Green
    from .emissions import Intensity


class Electricity:
    """The factor in force by the user's settings, which may change at any time.

    Parameters
    ----------
    config
        The user's settings.
    clock
        Time.
    """

    def __init__(self, config: Green, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._settings: tuple[object, ...] | None = None
        self._place: Place | None = None
        self._live: LiveIntensity | None = None
        self._asks = False
        self._site = look(read_processor().virtual)
        self._inquiry: Inquiry | None = None
        self._changing = threading.Lock()

    @property
    def place(self) -> Place:
        """Where we are taken to be, with the factor of the year."""
        self._look()
        assert self._place is not None
        return self._place

    @property
    def live(self) -> LiveIntensity | None:
        """The service that tells the factor of the hour; ``None`` where none is configured."""
        self._look()
        return self._live

    @property
    def unchanging(self) -> tuple[Intensity, float]:
        """The factor that does not change with the hours, and the PUE."""
        place, live = self.place, self._live
        return (place.intensity if live is None else live.annual), self.pue.value

    @property
    def pue(self) -> Pue:
        """What the building around this machine is taken to add, and why."""
        return decide(self._config.pue, self.place.cloud, self._site)

    def settle(self) -> None:
        """Wait for the cloud's answer, where it was asked: a second at most. Not for the path of a cell."""
        self._look()
        if self._inquiry is not None:
            self._inquiry.wait()

    @property
    def present(self) -> Intensity:
        """The factor in force now."""
        place, live = self.place, self._live
        return place.intensity if live is None else live.present

    def at(self, boottime: int) -> Intensity | None:
        """Return the factor in force at a time, ns; ``None`` where it does not change with the hours."""
        self._look()
        live = self._live
        return None if live is None else live.at(boottime)

    def start(self) -> None:
        """Begin to ask the service, if one is configured."""
        self._asks = True
        self._look()
        if self._live is not None:
            self._live.start()

    def stop(self) -> None:
        """Cease to ask."""
        self._asks = False
        if self._live is not None:
            self._live.stop()

    def _look(self) -> None:
        """Follow the settings."""
        config = self._config
        metadata = self._said_by_the_cloud()
        settings = (config.region, config.intensity, config.provider, config.provider_zone, metadata)
        if settings == self._settings:
            return
        with self._changing:  # the sampler's thread comes here too
            if settings == self._settings:
                return
            if config.provider == "uk" and not config.region:
                place = replace(locate("GB", intensity=config.intensity), found="that of the configured service")
            else:
                place = locate(config.region, intensity=config.intensity, metadata=metadata)
            if self._live is not None:
                self._live.stop()
            self._place, self._live = place, live_service(config, place, self._clock)
            if self._live is not None and self._asks:
                self._live.start()
            self._settings = settings

    def _said_by_the_cloud(self) -> str | None:
        if not self._config.cloud_metadata or self._config.region:
            return None
        with self._changing:
            if self._inquiry is None:
                self._inquiry = Inquiry(self._site.provider)
        return self._inquiry.answer


def live_service(config: Green, place: Place, clock: Clock) -> LiveIntensity | None:
    """Return the live service that is configured, not yet asked; ``None`` for none, or beside a configured factor."""
    name, zone, region = config.provider, config.provider_zone, place.intensity.zone
    if name == "annual" or config.intensity is not None:
        return None
    from jupyter_core.paths import jupyter_config_dir

    tokens = Tokens(Path(jupyter_config_dir()) / FILE_NAME)
    return LiveIntensity(
        provider(name, tokens),
        client(name),
        lambda: zone_of(name, zone, region),
        place.intensity,
        clock,
    )
