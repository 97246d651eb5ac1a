"""The accuracy figures as a page of Markdown: every target beside its figure."""

from __future__ import annotations

from typing import Any

from .subjects import PUBLISHED, SETTLED

Figures = dict[str, Any]
RAPL_ROWS = {
    "plain, 0.1 s": ("0.1 s", 3.0),
    "plain, 1 s": ("1 s", 1.0),
    "plain, 10 s": ("10 s", 1.0),
    "mirrors, 1 s": ("1 s, with psys, core, uncore and mmio views of the same energy", 1.0),
    "one wrap, 1 s": ("1 s, across one wrap", 1.0),
    "five wraps, 10 s": ("10 s, longer than the counter's range: five wraps", 1.0),
}
GPU_TARGETS = {
    "gpu_live": {SETTLED: {"0.05 s": 10.0, "0.2 s": 3.0, "1 s": 1.0}, PUBLISHED: {}},
    "gpu_per_tick": {
        SETTLED: {"0.05 s": 50.0, "0.2 s": 20.0, "1 s": 4.0},
        PUBLISHED: {"0.05 s": 75.0, "0.2 s": 25.0, "1 s": 5.0},
    },
}
GPU_TITLES = {
    "gpu_live": "GPU, ideal stub: counter per 100 ms tick, instant power live",
    "gpu_per_tick": "GPU, stub as real devices are: instant power per tick, mean of 25 ms",
}
CHILDREN = {
    "ten_short": "ten short subprocesses",
    "ten_reaped_at_once": "ten reaped at once",
    "pool": "a pool, left alive",
    "killed": "a child killed −9",
    "daemonised": "a daemon, forked twice",
    "job": "a shell's background job in a session of its own",
    "ignored": "SIGCHLD ignored, a forked child",
    "ignored_program": "SIGCHLD ignored, a program",
}


def page(figures: Figures) -> str:
    """Return ``results/accuracy.md``."""
    return "\n".join(
        [
            *_head(figures),
            *_contest(figures, "CPU and DRAM counters, 33 W + 3 W", "rapl", _rapl_rows(figures)),
            *(line for part, title in GPU_TITLES.items() for line in _gpu(figures, part, title)),
            *_contest(figures, "1–8 GPUs, 2 packages, DRAM, psys and mirrors, 1 s", "devices", _device_rows(figures)),
            *_contest(
                figures,
                "A sleeping cell beside a busy neighbour: CPU energy billed to it over what the neighbour's work drew",
                "neighbour",
                [("5 s; a machine's meter says all of it, and the idle power", SETTLED, 2.0, figures["neighbour"])],
            ),
            *_own(figures),
            *_missing(figures),
            "",
        ]
    )


def _head(figures: Figures) -> list[str]:
    machine = figures["machine"]
    kind = "virtual machine, " if machine["virtual"] else ""
    return [
        "# Accuracy",
        "",
        f"{figures['date']} · {kind}{machine['cores']} cores of {machine['cpu']}, {machine['memory_gb']} GB · "
        f"{machine['system']}, Python {machine['python']} · load average {figures['load_average']:.1f} · "
        f"{figures['minutes']:.0f} min · jupyter-green {figures['version']}"
        + (" · quick run: few repetitions" if figures["quick"] else ""),
        "",
        "Written by `python -m tests.benchmarks.accuracy`, in one run. Counters and GPUs are the rig's (`tests/rig`):",
        "they do what a script says, so that the truth is known. jupyter-green runs in a real kernel, each peer in a",
        "process of its own without a network, as its manual says; the truth is that of the time from the end of its",
        "start to the call of its stop. Figures are mean absolute errors of all the energy that a tool reports, unless",
        "a row says otherwise; in brackets the CPU package alone, where a modelled part makes the difference.",
        "*Published* stands in the notebook at once, *settled* in ledger and panel a second later. A GPU's pulse goes",
        "from 60 W to 300 W and back in ramps of 40 ms.",
        "",
        "![Errors by tool](accuracy.svg)",
    ]


def _contest(figures: Figures, title: str, part: str, rows: list[tuple[str, str, float | None, Any]]) -> list[str]:
    peers = figures["peers"]
    titles = [f"{p['title']} {p['version']}" for p in peers.values()]
    lines = [
        "",
        f"## {title}",
        "",
        f"| | target | jupyter-green | | {' | '.join(titles)} |" if titles else "| | target | jupyter-green | |",
        "| --- | ---: | ---: | --- |" + " ---: |" * len(titles),
    ]
    for name, ours, target, scores in rows:
        found = _value(scores[ours])
        cells = [name, f"≤ {target:g} %" if target else "", f"**{percent(found)}**", verdict(found, target)]
        lines.append(f"| {' | '.join([*cells, *(_cell(scores, key) for key in peers)])} |")
    failed = figures["failed"].get(part, {})
    return [*lines, *(["", *(f"{peers[key]['title']}: {reason}." for key, reason in failed.items())] if failed else [])]


def _rapl_rows(figures: Figures) -> list[tuple[str, str, float | None, Any]]:
    return [
        (f"{name}{' (published)' if ours == PUBLISHED else ''}", ours, target, figures["rapl"][key])
        for key, (name, target) in RAPL_ROWS.items()
        for ours in (SETTLED, PUBLISHED)
        if ours == SETTLED or key in ("plain, 0.1 s", "plain, 1 s")
    ]


def _gpu(figures: Figures, part: str, title: str) -> list[str]:
    if part not in figures:
        return ["", f"## {title}", "", "This rig has no such device."]
    rows = [
        (f"{seconds}{' (published)' if ours == PUBLISHED else ''}", ours, targets.get(seconds), figures[part][seconds])
        for ours, targets in GPU_TARGETS[part].items()
        for seconds in figures[part]
    ]
    return _contest(figures, title, part, rows)


def _device_rows(figures: Figures) -> list[tuple[str, str, float | None, Any]]:
    return [(name, SETTLED, 1.0, scores) for name, scores in figures["devices"].items()]


def _own(figures: Figures) -> list[str]:
    fake, cost = figures["kernels_fake"], figures["cost"]
    rows = [
        _row(
            f"Two to eight kernels, fake clock, {fake['n']} random histories: all shares over the machine's energy",
            100 * max(0.0, fake["excess"]),
            1e-6,
            "%",
        ),
        _row("… largest error of the machine's energy", 100 * fake["machine_error"], 1e-6, "%"),
        *(
            _row(f"{count} kernels busy at once, live: all shares together over the machine's energy", ratio, 1.02, "")
            for count, ratio in figures["kernels_live"].items()
        ),
    ]
    rows += _children(figures["cpu_seconds"])
    for key, title in (("hooks", "one after another"), ("hooks_50_ms_apart", "50 ms apart")):
        spread = cost[key]
        label = f"Hooks of a trivial cell with RAPL and 8 GPUs, {title}"
        rows.append(_row(f"{label}, median of {spread['n']}", spread["median_ms"], 0.5, "ms"))
        rows.append(_row("… 99th percentile", spread["p99_ms"], 3.0, "ms"))
    for key, title in (("rapl_8_gpus", "RAPL and 8 GPUs"), ("rapl", "RAPL alone")):
        shares = cost["sampler_percent"][key]
        rows.append(_row(f"Sampler while a cell runs, {title}, of a core", shares["busy"], 0.3, "%"))
        rows.append(_row(f"Sampler when idle, {title}, of a core", shares["idle"], 0.02, "%"))
    return [
        "",
        "## What only a kernel's meter can be asked",
        "",
        "| | target | jupyter-green | |",
        "| --- | ---: | ---: | --- |",
        *rows,
        *_coverage(figures["coverage"]),
    ]


def _children(found: Figures) -> list[str]:
    """Return a row for each case; whoever ends unseen may be missed, if the record says so."""
    rows = []
    reference = found["reference"]
    for key, case in found.items():
        if key == "reference":
            continue
        name, _, where = key.partition(", ")
        name, _, seconds = name.partition(" ")
        title = CHILDREN[name] + (f" of {seconds} s" if seconds else "")
        if where:
            title += ", in a group of our own"
        elif case["seen"] is not None:
            title += ", seen alive" if case["seen"] else ", never seen alive"
        row = _row(f"CPU seconds: {title}; error against {reference}", abs(case["error_percent"]), 5.0, "%")
        flagged = "cpu-lower-bound" in case["flags"]
        rows.append(row.replace("missed by", "flagged `cpu-lower-bound`; missed by") if flagged else row)
    if not any(case["seen"] is not None for key, case in found.items() if key != "reference"):
        rows.append("| CPU seconds: daemons and children that nobody reaps | ≤ 5 % | – | no control group here |")
    return rows


def _coverage(coverage: Figures) -> list[str]:
    lines = [
        "",
        "## Does the stated range cover the truth?",
        "",
        "Cells of 20 ms to 10 s, log-uniform, under the fake clock, with RAPL, DRAM and a GPU of 100 ms tick whose",
        "power changes now and then. Each sensor's gain is drawn anew for every 4 cells, normal, with the claimed",
        "spread as its 95 % half-width; others' CPU seconds cost more or less than ours within the claimed spread of "
        "the split.",
        "",
        "| | target | energy | | CPU | DRAM | GPU |",
        "| --- | ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    titles = {"live": "instant power live", "per_tick": "instant power per tick"}
    for sensor, title in titles.items():
        for state in ("settled", "published"):
            found = coverage[sensor][f"any_{state}"]
            share = found["energy"]["covered_percent"]
            low, high = 95.0, 99.5
            said = "met" if low <= share <= high else f"missed by {max(low - share, share - high):.1f} points"
            parts = " | ".join(f"{found[n]['covered_percent']:.1f} %" for n in ("cpu", "ram", "gpu"))
            name = f"Covered, {title}, {state}, {found['energy']['n']} cells"
            lines.append(f"| {name} | 95–99.5 % | **{share:.1f} %** | {said} | {parts} |")
            found = coverage[sensor][f"1s_{state}"]
            half = found["energy"]["half_width_percent"]
            parts = " | ".join(f"±{found[n]['half_width_percent']:.1f} %" for n in ("cpu", "ram", "gpu"))
            count, share = found["energy"]["n"], found["energy"]["covered_percent"]
            name = f"… half-width at 1 s, median of {count} (covers {share:.1f} %)"
            lines.append(f"| {name} | ≤ ±12 % | **±{half:.1f} %** | {verdict(half, 12.0)} | {parts} |")
    return lines


def _missing(figures: Figures) -> list[str]:
    reasons = [f"- {key}: {reason}" for key, reason in figures["missing"].items()]
    return ["", "## Left out", "", *reasons] if reasons else []


def _row(title: str, found: float, target: float, unit: str) -> str:
    limit = f"≤ {target:g} {unit}".rstrip() if target > 1e-3 else "exact"
    shown = percent(found) if unit == "%" else f"{found:.3g} {unit}".rstrip()
    return f"| {title} | {limit} | **{shown}** | {verdict(found, target, unit)} |"


def _cell(scores: Figures, key: str) -> str:
    if key not in scores:
        return "–"
    score = scores[key]
    found = _value(score)
    cpu = score.get("cpu_mean_absolute") if isinstance(score, dict) else None
    return percent(found) + (f" ({percent(cpu)})" if cpu is not None and cpu < found / 3 and found > 3 else "")


def _value(score: Any) -> float:
    value: float = score["mean_absolute"] if isinstance(score, dict) else score
    return value


def percent(value: float) -> str:
    """Return a percentage in two digits, never ``0`` for what is not."""
    if value == 0:
        return "0 %"
    if value < 0.01:
        return "< 0.01 %"
    return f"{value:.0f} %" if value >= 9.5 else f"{value:.2g} %"


def verdict(found: float, target: float | None, unit: str = "%") -> str:
    """Return whether a target is met."""
    if target is None:
        return ""
    if found <= target:
        return "met"
    unit = "points" if unit == "%" else unit
    return f"missed by {found - target:.2g} {unit}".rstrip()
