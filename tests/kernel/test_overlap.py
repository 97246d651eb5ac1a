"""Cells that run at the same time, in a subshell (ipykernel 7): each gets its half, and says so."""

import time

import pytest

BURN = "import time\nend = time.monotonic() + {seconds}\nwhile time.monotonic() < end: pass"


def subshell(kernel):
    client = kernel.client
    message = client.session.msg("create_subshell_request")
    client.control_channel.send(message)
    reply = client.get_control_msg(timeout=10)
    while reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
        reply = client.get_control_msg(timeout=10)
    return reply["content"]["subshell_id"]


def execute(kernel, code, shell=None):
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    message = kernel.client.session.msg("execute_request", content)
    if shell is not None:
        message["header"]["subshell_id"] = shell
    kernel.client.shell_channel.send(message)
    return message["header"]["msg_id"]


def test_overlapping_cells_add_up_and_are_flagged(kernel):
    kernel.run("1")
    kernel.listen(1.2)
    shell = subshell(kernel)
    session = "__import__('jupyter_green').session()"
    in_cells = f"{session}.total.footprint.energy.joules - {session}.total.between_joules"
    before = kernel.value(in_cells)
    requests = {execute(kernel, BURN.format(seconds=3)), execute(kernel, BURN.format(seconds=3), shell)}
    deadline = time.monotonic() + 30
    while requests:
        assert time.monotonic() < deadline
        requests.discard(kernel.client.get_shell_msg(timeout=30)["parent_header"]["msg_id"])
    kernel.listen(1.2)
    cells = kernel.value(
        f"[[r.footprint.energy.joules, r.footprint.duration, list(r.footprint.flags)] for r in {session}.cells[-2:]]"
    )
    after = kernel.value(in_cells)
    assert all("overlapping-cells" in flags for _, _, flags in cells)
    assert sum(joules for joules, _, _ in cells) == pytest.approx(after - before, rel=0.02)
    assert cells[0][0] == pytest.approx(cells[1][0], rel=0.35)
