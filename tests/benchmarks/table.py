"""The figures as a page of Markdown."""

from __future__ import annotations

from typing import Any

Figures = dict[str, Any]


def page(figures: Figures) -> str:
    """Return ``results/overhead.md``."""
    machine, peer = figures["machine"], figures.get("codecarbon")
    kind = "virtual machine, " if machine["virtual"] else ""
    head = [
        "# Overhead",
        "",
        f"{figures['date']} · {kind}{machine['cores']} cores of {machine['cpu']}, {machine['memory_gb']} GB · "
        f"{machine['system']}, Python {machine['python']} · load average {figures['load_average']:.1f} · "
        f"jupyter-green {figures['green']['version']}, sources {', '.join(figures['green']['sources'])}"
        + (f" · CodeCarbon {peer['version']}" if peer else ""),
        "",
        "Written by `python -m tests.benchmarks.overhead`. Real kernels in one run; *hooks* are the event callbacks",
        "`pre_run_cell` and `post_run_cell` together. For CodeCarbon they call `start_task` and `stop_task` of an",
        "offline tracker. *In turn*: some 50 ms pass between a kernel's cells, in which other kernels work.",
        "Targets are the project's, for a machine without a GPU.",
        "",
        "| | jupyter-green | target | CodeCarbon |",
        "| --- | ---: | ---: | ---: |",
    ]
    rows = _cell_rows(figures) + _process_rows(figures)
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows), ""])


def _cell_rows(figures: Figures) -> list[tuple[str, str, str, str]]:
    green, peer = figures["green"], figures.get("codecarbon", {})
    n = green["hooks"]["n"]

    def row(title: str, key: str, figure: str, target: str) -> tuple[str, str, str, str]:
        return title, _ms(green, key, figure), target, _ms(peer, key, figure)

    return [
        row(f"Hooks of a trivial cell, one after another, median of {n}", "hooks", "median_ms", "≤ 0.25 ms"),
        row("… 99th percentile", "hooks", "p99_ms", "≤ 2 ms"),
        row("Same with 64 idle threads in the kernel, median", "hooks_64_threads", "median_ms", "≤ 0.25 ms"),
        row("… 99th percentile", "hooks_64_threads", "p99_ms", "≤ 2 ms"),
        row("Marked with `%%carbon`, the record published, median", "hooks_marked", "median_ms", ""),
        row("… 99th percentile", "hooks_marked", "p99_ms", ""),
        row("Hooks of a trivial cell, in turn, median", "hooks_in_turn", "median_ms", "≤ 0.25 ms"),
        row("… 99th percentile", "hooks_in_turn", "p99_ms", "≤ 2 ms"),
        row("Same with 64 idle threads, median", "hooks_64_threads_in_turn", "median_ms", "≤ 0.25 ms"),
        row("… 99th percentile", "hooks_64_threads_in_turn", "p99_ms", "≤ 2 ms"),
        row("Marked with `%%carbon`, in turn, median", "hooks_marked_in_turn", "median_ms", ""),
        row("… 99th percentile", "hooks_marked_in_turn", "p99_ms", ""),
        row(f"Hooks after {figures['pause_s']:g} s of idling, median", "hooks_after_pause", "median_ms", ""),
        row("… slowest", "hooks_after_pause", "p99_ms", ""),
        row("First metered cell, median of fresh kernels", "first", "median_ms", "≤ 50 ms"),
        row("… slowest", "first", "p99_ms", ""),
        ("Request to reply in turn, metered minus not, median (95 %)", _pair(green), "", _pair(peer)),
    ]


def _process_rows(figures: Figures) -> list[tuple[str, str, str, str]]:
    green, peer, noise = figures["green"], figures.get("codecarbon", {}), figures["idle_noise_s_per_minute"]

    def row(title: str, key: str, unit: str, target: str, digits: int = 0) -> tuple[str, str, str, str]:
        return title, _plain(green, key, unit, digits), target, _plain(peer, key, unit, digits)

    return [
        row("Import over IPython's own", "import_ms", "ms", "≤ 60 ms", 1),
        row("… with all that metering a notebook imports", "import_all_ms", "ms", "≤ 60 ms", 1),
        row("Load: `%load_ext`, or import and make the tracker", "load_ms", "ms", ""),
        row(
            f"CPU time a minute when idle, over a bare kernel (noise {noise:.4f} s)",
            "idle_cpu_s_per_minute",
            "s",
            "≤ 0.01 s",
            4,
        ),
        row("… with the tracker started for the whole session", "idle_started_cpu_s_per_minute", "s", "", 4),
        row("Threads over a bare kernel", "threads", "", "1"),
        row("Child processes", "children", "", "0"),
        row("Memory (RSS) over a bare kernel after all cells", "rss_mb", "MB", "≤ 5 MB", 1),
    ]


def _ms(part: Figures, key: str, figure: str) -> str:
    if key not in part:
        return "–"
    value = part[key][figure]
    return f"{value:.0f} ms" if value >= 100 else f"{value:.3g} ms"


def _pair(part: Figures) -> str:
    pair = part.get("round_trip")
    return f"{pair['median_ms']:.2f} ms ({pair['low_ms']:.2f} – {pair['high_ms']:.2f})" if pair else "–"


def _plain(part: Figures, key: str, unit: str, digits: int) -> str:
    return f"{part[key]:.{digits}f} {unit}".rstrip() if key in part else "–"
