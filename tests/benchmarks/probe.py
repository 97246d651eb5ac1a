"""Runs inside the kernels: loads what is measured, times its event callbacks and reads its figures."""

import threading
import time

loading = {}
hooks = []
_threads = []


def load_green():
    shell = _shell()
    before = time.perf_counter()
    shell.run_line_magic("load_ext", "jupyter_green")
    loading["load"] = time.perf_counter() - before
    for event in ("pre_run_cell", "post_run_cell"):
        callbacks = shell.events.callbacks[event]
        ours = [i for i, c in enumerate(callbacks) if getattr(c, "__module__", "").startswith("jupyter_green")]
        assert ours, f"no callback for {event}"
        for i in ours:
            callbacks[i] = _timed(callbacks[i], event)


def load_codecarbon(continuous=False):
    shell = _shell()
    before = time.perf_counter()
    from codecarbon import OfflineEmissionsTracker

    imported = time.perf_counter()
    tracker = OfflineEmissionsTracker(country_iso_code="FRA", save_to_file=False, log_level="error")
    loading.update(load=time.perf_counter() - before, imported=imported - before)
    if continuous:
        tracker.start()
        return
    running = []

    def begin(info):
        tracker.start_task()
        running.append(True)

    def end(result):
        if running and running.pop():
            assert tracker.stop_task() is not None

    shell.events.register("pre_run_cell", _timed(begin, "pre_run_cell"))
    shell.events.register("post_run_cell", _timed(end, "post_run_cell"))


def start_threads(count):
    for _ in range(count):
        thread = threading.Thread(target=threading.Event().wait, daemon=True)
        thread.start()
        _threads.append(thread)


def sources():
    from jupyter_green import session

    return [f"{source.name} ({source.method})" for source in session().hardware.sources]


_begun = []


def _timed(callback, event):
    """Return *callback* under a stop watch: a cell's two times are added, an unpaired one is left out."""

    def timed(argument):
        before = time.perf_counter()
        try:
            return callback(argument)
        finally:
            took = time.perf_counter() - before
            if event == "pre_run_cell":
                _begun.append(took)
            elif _begun:
                hooks.append(_begun.pop() + took)

    return timed


def _shell():
    from IPython import get_ipython

    return get_ipython()


# -- accuracy ----------------------------------------------------------------------------------------------------------

edges = {}


def bracket():
    """Note when a cell's metering has begun and when it is about to end, as a peer's caller does."""
    from . import window

    def note(name, info):
        if info.store_history:  # not for what is merely asked
            edges[name] = window.now()

    shell = _shell()
    shell.events.register("pre_run_cell", lambda info: note("start", info))
    shell.events.callbacks["post_run_cell"].insert(0, lambda result: note("end", result.info))


def settled():
    """Return the last cell's settled figures, or nothing while they are due."""
    from jupyter_green import session

    footprint = session().cells[-1].footprint
    return _figures(footprint) if footprint.settled else None


def _figures(footprint):
    return {
        "components": {name: _range(part.energy) for name, part in footprint.components.items()},
        "machine": {name: _range(part.energy) for name, part in footprint.machine.items()},
        "flags": list(footprint.flags),
    }


def _range(energy):
    return {"joules": energy.joules, "low": energy.low, "high": energy.high}


def sampling_seconds():
    """Return the CPU seconds of all threads that metering has started."""
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("jupyter-green")]
    assert threads
    return sum(time.clock_gettime(time.pthread_getcpuclockid(thread.ident)) for thread in threads)
