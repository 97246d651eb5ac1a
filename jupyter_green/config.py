"""Configuration: one traitlets class, loaded alike by kernel, command line and server.

In rising order: ``jupyter_green_config`` (.py or .json) on Jupyter's configuration path, ``ipython_config.py``,
environment variables ``JUPYTER_GREEN_*``, ``%config Green.x = …``. Never the notebook's own directory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from traitlets import Bool, Enum, Float, TraitError, Unicode, validate
from traitlets.config import Config, Configurable

from .budget import parse as parse_budget
from .grid import check_pue, configured, lookup
from .grid.live import PROVIDERS, check_zone
from .power.cpu_model import check_power_model

_T = TypeVar("_T")
_NAME = "jupyter_green_config"


class Green(Configurable):
    """What a user may set."""

    region = Unicode(
        None,
        allow_none=True,
        help="Where the electricity comes from: a country (FR), a US state or Canadian province (US-CA), a cloud "
        "region (aws:eu-west-3, azure:francecentral, gcp:europe-west9); empty: by time zone.",
    ).tag(config=True)
    cloud_metadata = Bool(
        False,
        help="Whether to ask the cloud that this machine runs in for its region, at its link-local address, once.",
    ).tag(config=True)
    pue = Float(
        None,
        allow_none=True,
        help="Power usage effectiveness of the site: 1.0 for a laptop or desktop; empty: by cloud region and machine.",
    ).tag(config=True)
    intensity = Float(None, allow_none=True, help="Carbon intensity in gCO2e/kWh, instead of the offline table's.").tag(
        config=True
    )
    provider = Enum(
        ["annual", *PROVIDERS],
        default_value="annual",
        help="Carbon intensity of the year, from the offline table, or of the hour, asked of a service: uk (no key), "
        "electricitymaps or watttime. Tokens (JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN, JUPYTER_GREEN_WATTTIME_USER, "
        "JUPYTER_GREEN_WATTTIME_PASSWORD) from the environment, or the file jupyter_green_tokens, mode 600, in "
        "Jupyter's configuration directory.",
    ).tag(config=True)
    provider_zone = Unicode(
        "", help="The place as that service names it: US-CAL-CISO, CAISO_NORTH, RG10; empty: by the region."
    ).tag(config=True)
    interval = Float(1.0, min=1.0, help="Seconds between live figures while a cell runs.").tag(config=True)
    record = Enum(
        ["output", "marked", "none"],
        default_value="output",
        help="Which cells get a record in the notebook: all above the threshold, those with %%carbon, or none.",
    ).tag(config=True)
    record_threshold = Float(
        36.0, min=0.0, help="Joules below which a cell gets no record unless it is marked; 0 records every cell."
    ).tag(config=True)
    ledger = Unicode("", help="File of the ledger; empty: in Jupyter's data directory. 'none' keeps no ledger.").tag(
        config=True
    )
    labels = Bool(
        True,
        help="Whether cells are labelled by their first line, string literals removed; and whether the ledger keeps "
        "labels, and what was changed between runs of a label.",
    ).tag(config=True)
    footnote = Enum(
        ["long", "short", "none"], default_value="long", help="How much the footnote of an exported notebook says."
    ).tag(config=True)
    powercap = Unicode(
        "/sys/class/powercap", help="Where the kernel shows its energy counters; a container may mount them elsewhere."
    ).tag(config=True)

    cpu_power_model = Unicode(
        "",
        help="Power of a CPU without a counter: watts of the whole package, such as 'idle=20,full=120', or a processor "
        "or generation of the tables, such as 'EPYC Genoa'; empty: found by itself. Read when metering begins.",
    ).tag(config=True)
    show_embodied = Bool(
        False, help="Whether records also tell, apart and as a range, what making the hardware emitted."
    ).tag(config=True)

    remote = Bool(
        True, help="Whether calls of hosted models are noted; only where jupyter-green[remote] is installed."
    ).tag(config=True)
    equivalents = Bool(
        False, help="Whether %carbon compares the session's emissions with something known, such as a car's."
    ).tag(config=True)

    advice_threshold = Float(
        1000.0,
        min=0.0,
        help="Joules that a cell must have used, or a minute run, before any rule speaks of it; 0 opens every gate of "
        "size, for teaching and tests.",
    ).tag(config=True)

    budget = Unicode(
        "",
        help="What a notebook's session may spend, such as 50Wh or 10gCO2e; empty: no limit. The cell that spends it "
        "is interrupted, cells after it are not.",
    ).tag(config=True)
    daily_budget = Unicode(
        "",
        help="What all kernels on this ledger may spend together from midnight to midnight, such as 200Wh; empty: no "
        "limit. The cell that spends it is interrupted, cells after it are not.",
    ).tag(config=True)

    @validate("budget", "daily_budget")
    def _check_budget(self, proposal: Mapping[str, Any]) -> str:
        text: str = proposal["value"]
        return _checked(parse_budget, text) if text else text

    @validate("pue")
    def _check_pue(self, proposal: Mapping[str, Any]) -> float | None:
        pue: float | None = proposal["value"]
        return None if pue is None else _checked(check_pue, pue)

    @validate("region")
    def _check_region(self, proposal: Mapping[str, Any]) -> str | None:
        region: str | None = proposal["value"]
        return _checked(lookup, region) if region else None

    @validate("intensity")
    def _check_intensity(self, proposal: Mapping[str, Any]) -> float | None:
        value: float | None = proposal["value"]
        return None if value is None else _checked(configured, value)

    @validate("provider_zone")
    def _check_provider_zone(self, proposal: Mapping[str, Any]) -> str:
        zone: str = proposal["value"]
        return _checked(check_zone, zone) if zone else zone

    @validate("cpu_power_model")
    def _check_cpu_power_model(self, proposal: Mapping[str, Any]) -> str:
        text: str = proposal["value"]
        return _checked(check_power_model, text) if text else text


def _checked(check: Callable[[_T], object], value: _T) -> _T:
    try:
        check(value)
    except ValueError as error:
        raise TraitError(str(error)) from None
    return value


def load(base: Config | None = None, environ: Mapping[str, str] | None = None) -> tuple[Green, list[str]]:
    """Return the configuration, and one line for each setting that was refused (its default stands instead).

    Parameters
    ----------
    base
        IPython's own configuration, where there is one.
    environ
        Instead of the process's environment.
    """
    complaints: list[str] = []
    wanted: dict[str, Any] = {}
    files = _from_files(complaints)
    if base is not None:
        files.merge(Config({"Green": base.get("Green", {})}))
    wanted.update(files.get("Green", {}))
    green = Green()
    for name, text in _from_environment(os.environ if environ is None else environ).items():
        try:
            wanted[name] = green.traits()[name].from_string(text)
        except (ValueError, TraitError) as error:
            complaints.append(f"jupyter-green: JUPYTER_GREEN_{name.upper()} is ignored: {_one_line(error)}")
    known = green.traits(config=True)
    for name, value in wanted.items():
        if name not in known:
            complaints.append(f"jupyter-green: there is no setting Green.{name}; known are {', '.join(sorted(known))}")
            continue
        try:
            setattr(green, name, value)
        except TraitError as error:
            complaints.append(f"jupyter-green: Green.{name} is ignored: {_one_line(error)}")
    return green, complaints


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = Green.class_trait_names(config=True)
    return {name: environ[key] for name in names if environ.get(key := f"JUPYTER_GREEN_{name.upper()}")}


def _from_files(complaints: list[str]) -> Config:
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

    merged = Config()
    for directory in reversed(jupyter_config_path()):
        for loader, suffix in ((PyFileConfigLoader, "py"), (JSONFileConfigLoader, "json")):
            path = Path(directory) / f"{_NAME}.{suffix}"
            if not path.is_file():
                continue
            try:
                merged.merge(loader(path.name, path=str(path.parent)).load_config())
            except ConfigFileNotFound:
                continue
            except Exception as error:  # noqa: BLE001 - a user's file may hold anything
                complaints.append(f"jupyter-green: {path.name} is ignored: {_one_line(error)}")
    return merged


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
