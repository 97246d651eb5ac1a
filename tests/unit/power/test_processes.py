"""CPU seconds of a process tree against what the children say they used; see ``processes_worker.py``."""

import subprocess
import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).with_name("processes_worker.py")


@pytest.mark.parametrize(
    "scenario",
    [
        "our_own_threads_and_calls_count",
        "short_subprocesses_that_no_sample_sees_count_once_they_are_reaped",
        "ten_children_reaped_at_once_count_once_though_they_were_seen_alive",
        "a_living_child_counts_and_goes_on_counting_after_it_was_killed",
        "a_child_that_nobody_reaps_keeps_its_last_value_and_is_not_counted_twice",
        "a_grandchild_orphaned_while_it_was_watched_goes_on_counting",
        "a_background_job_whose_shell_has_gone_counts_once_it_was_looked_for",
        "a_daemon_is_found_by_where_its_memory_lies",
        "a_daemon_that_is_reaped_at_once_loses_little_and_that_is_known",
        "a_program_in_a_session_of_its_own_is_found_by_the_variables_of_our_kernel",
        "kernels_forked_from_one_process_do_not_take_each_others_daemons",
        "children_of_an_orphan_count_once",
        "while_sigchld_is_ignored_the_figure_is_a_lower_bound",
        "a_fork_in_a_child_is_the_childs_own",
        "nothing_is_lost_where_children_are_waited_for",
        "it_never_decreases",
        "memory_of_the_tree_counts_a_childs_private_pages",
    ],
)
def test_the_tree(scenario):
    done = subprocess.run(
        [sys.executable, WORKER, f"scenario_{scenario}"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
