"""The page of figures about trials."""

from __future__ import annotations

from typing import Any

_COLUMNS = ("A/A", "5 %", "10 %")

_PAGE = """# Trials

`python -m tests.benchmarks.trial`: whether a trial sees what is there, and nothing else, on a machine that others use.

{date} · {cores} cores of {cpu}, {memory_gb} GB · {system}, Python {python}, PyTorch {torch} · load average {load:.1f} ·
{minutes:.0f} min

## What is seen

{slices:,} pieces of real training, {milliseconds:.0f} ms of CPU time each (a convolutional network with batch norm and
dropout, AdamW; each from the same restored state), recorded in turn – as it is, 10 % fewer steps, as it is, 5 % fewer –
while another process makes one core busy in bursts of 0.05 to 3 s. A piece took {stretched:.1f} times its CPU time, and
the CPU time itself scatters by {scatter:.0%}. From the record, {experiments:,} experiments of K = {blocks} blocks, with
runs of {turns} pieces, are drawn for each figure: each begins anywhere, and goes on from there. *A/A* is how often a
difference is seen between training as it is and training as it is; the other columns, how often one is seen that is
there. A trial's own runs are some twice as long.

| compared by | design | A/A | 5 % | 10 % |
| --- | --- | ---: | ---: | ---: |
{rows}
| | *target, CPU time* | *≤ 6 %* | *≥ 70 %* | *≥ 90 %* |

The first design is a trial's. What one after the other sees, it sees by chance, as its A/A column says.

Two runs before this one, on a busier machine and with runs of 4 pieces instead of {turns}, saw 5.9 % and 4.7 % in
A/A, 79.6 % and 64.5 % for 5 %, 100.0 % and 99.6 % for 10 %: under the target for 5 % once, where runs were a quarter
of a trial's.

## What is left behind

Training of every kind, ten steps on after a trial in its midst, after one that was stopped, and after one whose arm B
raised: whether parameters, buffers, gradients, optimizer, scheduler, scaler, counters and all random number generators
are the same, bit for bit, as without.

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
        slices=figures["slices"],
        turns=figures["turns"],
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
    cells = " | ".join(f"{row[column]['share']:.1%}".replace("%", " %") for column in _COLUMNS)
    return f"| {row['figure']} | {row['design']} | {cells} |"


def _same(value: bool) -> str:
    return "the same" if value else "**differs**"
