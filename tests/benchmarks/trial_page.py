"""The page of figures about trials."""

from __future__ import annotations

from typing import Any

_TARGETS = {"A/A": 0.06, "5 %": 0.70, "10 %": 0.90}

_PAGE = """# Trials

`python -m tests.benchmarks.trial`: whether a trial sees what is there, and nothing else, on a machine that others use.

{date} · {cores} cores of {cpu}, {memory_gb} GB · {system}, Python {python}, PyTorch {torch} · load average {load:.1f} · {minutes:.0f} min

## What is seen

{runs:,} real training runs of {milliseconds:.0f} ms of CPU time (a convolutional network with batch norm and dropout, AdamW; each
from the same restored state), recorded in turn – as it is, 10 % less steps, as it is, 5 % less – while another process
makes one core busy in bursts of 0.05 to 3 s. A run took {stretched:.1f} times its CPU time; the CPU time itself scatters by
{scatter:.1%}. From the record, {experiments:,} experiments of K = {blocks} are drawn for each figure: they begin anywhere in it.
*A/A* is how often a difference is seen between the runs as they are and the runs as they are; the other columns, how
often a real one is. A trial's own runs are four times as long.

| compared by | design | A/A (≤ 6 %) | 5 % less (≥ 70 %) | 10 % less (≥ 90 %) |
| --- | --- | ---: | ---: | ---: |
{rows}

Targets are for CPU time in ABBA blocks. Where one after the other sees more, it does so by chance, as its A/A column says.

## What is left behind

Training of every kind, ten steps on after a trial in its midst, one that was stopped, and one whose arm B raised: whether
parameters, buffers, gradients, optimizer, scheduler, scaler, counters and all random number generators are the same,
bit for bit, as without.

| training | trial | stopped | raised |
| --- | --- | --- | --- |
{restored}
"""


def page(figures: dict[str, Any]) -> str:
    return _PAGE.format(
        date=figures["date"],
        **figures["machine"],
        torch=figures["torch"],
        load=figures["load_average"],
        minutes=figures["seconds"] / 60,
        runs=figures["runs"],
        milliseconds=figures["cpu_seconds"] * 1e3,
        stretched=figures["stretched"],
        scatter=figures["scatter"],
        blocks=figures["blocks"],
        experiments=figures["rows"][0]["A/A"]["experiments"],
        rows="\n".join(map(_row, figures["rows"])),
        restored="\n".join(
            f"| {row['training']} | " + " | ".join(_same(row[what]) for what in ("trial", "stopped", "raised")) + " |"
            for row in figures["restored"]
        ),
    )


def _row(row: dict[str, Any]) -> str:
    cells = " | ".join(f"{row[column]['share']:.1%}" for column in _TARGETS)
    return f"| {row['figure']} | {row['design']} | {cells} |"


def _same(value: bool) -> str:
    return "the same" if value else "**differs**"
