"""Trials of step functions: what they find, what they refuse, and that nothing is left of them."""

import math
import os
import random
import signal
import threading
import types
from functools import partial

import numpy as np
import pytest
import torch
from rig.arms import CountedWork, instruments
from rig.trainings import TRAININGS, same, seed, state
from torch import nn

from jupyter_green.advice.trial import Options, experiment, try_step
from jupyter_green.advice.trial.outcome import CPU_TIME
from jupyter_green.advice.trial.reach import reach


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setitem(experiment.LONG, CPU_TIME, 0.002)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def tried(step, variant="same", rounds=3, **options):
    return try_step(step, variant, instruments(), Options(rounds=rounds, **options))


def spin(amount):
    total = 0
    for number in range(amount):
        total += number * number
    return total


# -- what is found ---------------------------------------------------------------------------------------------------


def test_a_function_that_does_half_the_work_takes_half():
    work = CountedWork()
    spin, others = work.spin, random.Random(1)

    def step():
        spin(others.randrange(19_000, 21_000))

    def half():
        spin(others.randrange(9_500, 10_500))

    trial = try_step(step, half, work.instruments(), Options(rounds=6))
    assert trial.ratio == pytest.approx(0.5, rel=0.05)
    assert trial.low < trial.ratio < trial.high < 1
    assert trial.detected
    assert trial.rounds == 6
    assert trial.basis == CPU_TIME
    assert trial.verified.ratio == trial.ratio
    assert [run.arm for run in trial.arms if run.used] == [*"AABB"] * 6


def test_the_loss_is_compared_from_one_state_on_the_same_numbers():
    seed()
    step, _ = TRAININGS["dropout"]()
    trial = tried(step)
    assert trial.loss_difference == 0.0
    assert trial.finite is True


def test_bf16_changes_the_loss_a_little():
    seed()
    step, _ = TRAININGS["batch norm"]()
    trial = tried(step, "bf16")
    assert trial.known
    assert 0 < abs(trial.loss_difference) < 0.1


def test_numbers_that_are_not_finite_are_told():
    model = nn.Linear(2, 1)

    def step():
        return model(torch.ones(1, 2)).sum()

    def worse():
        with torch.no_grad():
            model.weight.mul_(math.inf)
        return step()

    trial = tried(step, worse)
    assert trial.finite is False
    assert torch.isfinite(model.weight).all()


def test_a_batch_size_is_compared_by_the_sample_with_the_same_samples():
    model = nn.Linear(4, 2)
    sizes = []

    def step(batch):
        x, _ = batch
        sizes.append(len(x))
        return model(x).sum()

    batches = [(torch.randn(6, 4), {"ids": np.arange(6)}) for _ in range(3)]
    trial = tried(step, "batch=2x", batches=batches)
    assert trial.unit == "sample"
    assert trial.loss_difference is None
    assert "accuracy not tested" in trial.notes[-1]
    assert sizes == []  # what the step appended is put back


@pytest.mark.parametrize("name", ["batch=N/2", "batch=0.5x", "batch=/2", "batch=1/2"])
def test_half_the_size(name):
    trial = tried(lambda x: x.sum(), name, batches=[torch.randn(6, 4)])
    assert trial.known


def test_a_sweep_tries_four_sizes_and_says_which_needs_least():
    trial = tried(lambda x: spin(100), "batch=sweep", batches=[torch.randn(8, 4)])
    assert [factor for factor, _ in trial.sizes] == [0.25, 0.5, 2.0, 4.0]
    assert trial.ratio == min(one.ratio for _, one in trial.sizes)
    assert "batch=4x" in trial.label


def test_a_step_may_take_a_batch_spread_out_or_by_name():
    x, y = torch.randn(4, 2), torch.randn(4)
    assert tried(lambda x, y: x.sum() + y.sum(), batches=[(x, y)]).known
    assert tried(lambda *, ids, labels: ids.sum(), batches=[{"ids": x, "labels": y}]).known


def test_a_loader_gives_its_first_batches_and_is_put_back():
    loader = torch.utils.data.DataLoader(torch.randn(40, 2), batch_size=2, shuffle=True)
    seed()
    before = torch.get_rng_state()
    trial = tried(lambda batch: batch.sum(), batches=loader)
    assert trial.known
    assert torch.equal(before, torch.get_rng_state())


def test_progress_is_told_to_the_end():
    told = []
    trial = tried(lambda: spin(100), progress=lambda *news: told.append(news))
    done = [done for done, *_ in told]
    assert (done == list(range(13))) == all(run.used for run in trial.arms)
    assert (done[0], done[-1]) == (0, 12)
    assert {of for _, of, *_ in told} == {12}
    assert told[-1][2] == 0


def test_what_a_step_prints_is_not_shown(capsys):
    tried(lambda: print("again"))
    assert capsys.readouterr().out == ""


def test_no_grad_is_tried_without_gradients():
    model = nn.Linear(2, 2)
    needed = []
    trial = tried(lambda: needed.append(model(torch.ones(1, 2)).requires_grad), "no_grad")
    assert trial.known
    assert torch.is_grad_enabled()


# -- what is refused -------------------------------------------------------------------------------------------------


def reason(trial):
    assert not trial.feasible
    assert not trial.known
    assert trial.reason
    assert "\n" not in trial.reason
    return trial.reason


@pytest.mark.parametrize("variant", ["fp8", "batch=", "batch=1x", "batch=0x", "batch=/0", "", "batch=twice"])
def test_an_unknown_variant_is_an_error_that_names_the_known_ones(variant):
    with pytest.raises(ValueError, match=r"there is no variant .* bf16"):
        tried(lambda: None, variant)


def test_no_function_and_too_few_rounds_are_errors():
    with pytest.raises(TypeError, match="a function"):
        tried(42)
    with pytest.raises(ValueError, match="3 rounds"):
        tried(lambda: None, rounds=2)


def test_a_live_iterator_is_refused_with_the_mend():
    numbers = iter(range(1000))
    assert "numbers is a live iterator" in reason(tried(lambda: next(numbers)))
    assert next(numbers) == 0
    assert "batches" in reason(tried(lambda x: x, batches=iter([1])))


def test_an_iterator_within_an_object_is_refused():
    class Trainer:
        def __init__(self):
            self.batches = iter([1, 2, 3])

        def step(self):
            return next(self.batches)

    assert "live iterator" in reason(tried(Trainer().step))


def test_an_open_file_is_refused(tmp_path):
    with (tmp_path / "log").open("w") as log:
        assert "open file" in reason(tried(lambda: log.write("x")))


def test_a_step_that_needs_an_argument_says_so():
    assert "batches=" in reason(tried(lambda x: x))
    assert "takes no batch" in reason(tried(lambda: None, batches=[torch.ones(2)]))
    assert "no batch in" in reason(tried(lambda x: None, batches=[]))


def test_side_effects_are_refused(tmp_path):
    def step():
        with open(tmp_path / "out", "w") as file:
            file.write("x")

    def saves():
        np.save(tmp_path / "out", np.zeros(1))

    def helper():
        os.remove(tmp_path / "out")

    def indirect():
        helper()

    assert "step cannot be repeated, as open writes files" in reason(tried(step))
    assert "saves cannot" in reason(tried(saves))
    assert "helper cannot" in reason(tried(indirect))
    assert not list(tmp_path.iterdir())


def test_coroutines_and_generators_are_refused():
    async def coroutine():
        pass

    def generator():
        yield

    assert "coroutine" in reason(tried(coroutine))
    assert "coroutine" in reason(tried(generator))


def test_variants_for_pytorch_need_a_model():
    assert "reaches no model" in reason(tried(lambda: spin(10), "bf16"))
    assert "modules with parameters" in reason(tried(partial(torch.sum, torch.ones(2)), "compile"))
    assert "CPU" in reason(tried(partial(torch.sum, torch.ones(2)), "fp16"))


def test_batch_variants_need_batches_that_can_be_cut():
    assert "needs batches" in reason(tried(lambda: None, "batch=2x"))
    assert "cannot be cut into 2" in reason(tried(lambda x: None, "batch=N/2", batches=[torch.ones(1, 2)]))
    assert "cut into 4" in reason(tried(lambda x: None, "batch=/4", batches=[torch.ones(3)]))
    assert "several widths" in reason(tried(lambda x: None, "batch=2x", batches=[torch.ones(2, 3), torch.ones(2, 4)]))


def test_what_keeps_its_state_elsewhere_is_refused(tmp_path):
    import joblib

    cached = joblib.Memory(tmp_path, verbose=0).cache(spin)
    assert "cached keeps its results on disk" in reason(tried(lambda: cached(10)))


def test_layers_without_a_size_are_refused():
    model = nn.LazyLinear(2)
    assert "run the step once before" in reason(tried(lambda: model(torch.ones(1, 3)).sum()))


# -- what goes wrong in it ---------------------------------------------------------------------------------------------


def test_an_arm_that_raises_is_told_and_the_state_is_as_it_was():
    seed()
    step, holders = TRAININGS["AdamW"]()
    step()
    before = state(holders)

    def broken():
        step()
        raise RuntimeError("the loss is negative\nand more")

    assert reason(tried(step, broken)) == "broken raised RuntimeError: the loss is negative"
    assert reason(tried(broken)) == "the step itself raised RuntimeError: the loss is negative"
    assert same(before, state(holders))


def test_an_arm_that_raises_late():
    counted, outside = [0], threading.local()  # which is not put back
    outside.calls = 0

    def late():
        counted[0] += 1
        outside.calls += 1
        if outside.calls > 20:
            raise ValueError("late")

    assert reason(tried(late)) == "the step itself raised ValueError: late"
    assert counted == [0]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried"),
        RuntimeError("can't allocate memory: you tried"),
    ],
)
def test_running_out_of_memory_is_a_result(error):
    def larger():
        raise error

    assert reason(tried(lambda: None, larger)) == "larger ran out of memory"


def test_a_larger_batch_that_does_not_fit_ends_the_way_up():
    def step(x):
        if len(x) > 4:
            raise MemoryError

    trial = tried(step, "batch=sweep", batches=[torch.ones(4, 1)])
    assert [one.feasible for _, one in trial.sizes] == [True, True, False, False]
    assert "not tried" in trial.sizes[-1][1].reason


def test_exit_is_a_failure_of_the_arm():
    def leaves():
        raise SystemExit

    assert "SystemExit" in reason(tried(lambda: None, leaves))


def test_a_state_that_does_not_fit_is_refused(monkeypatch):
    from jupyter_green.advice.trial import memory

    monkeypatch.setattr(memory.Room, "host", lambda self: 100.0)
    model = nn.Linear(50, 50)
    assert "does not fit into memory" in reason(tried(lambda: model(torch.ones(50)).sum()))


@pytest.mark.parametrize("at", [*range(0, 60, 7), 100])
def test_an_interrupt_at_any_time_leaves_the_state_and_what_is_known(at):
    seed()
    step, holders = TRAININGS["batch norm"]()
    step()
    before = state(holders)
    calls = threading.local()
    calls.count = 0

    def interrupted():
        calls.count += 1
        loss = step()
        if calls.count == at:
            raise KeyboardInterrupt
        return loss

    trial = tried(interrupted)
    assert same(before, state(holders))
    assert trial.feasible
    assert trial.known or "stopped after" in trial.reason or at == 0


def test_a_real_interrupt_gives_what_is_known_from_three_rounds_on():
    seed()
    step, holders = TRAININGS["dropout"]()
    before = state(holders)

    def stop(done, of, seconds, joules):
        if done == 13:
            signal.raise_signal(signal.SIGINT)

    trial = tried(step, rounds=8, progress=stop)
    assert trial.rounds == 3
    assert trial.known
    assert trial.reason == "stopped after 3 of 8 rounds"
    assert same(before, state(holders))


def test_too_few_rounds_by_then_give_a_reason():
    def stop(done, of, seconds, joules):
        if done == 5:
            raise KeyboardInterrupt

    trial = tried(lambda: spin(50), progress=stop)
    assert not trial.known
    assert trial.feasible
    assert trial.reason == "stopped after 1 of 3 rounds: too few for an interval"


# -- what a step can change --------------------------------------------------------------------------------------------


def test_settings_of_the_process_are_put_back():
    def changes():
        torch.set_num_threads(2)
        torch.set_default_dtype(torch.float64)
        torch.set_float32_matmul_precision("high")
        os.environ["OF_A_TRIAL"] = "1"
        torch.set_grad_enabled(False)

    trial = tried(lambda: None, changes)
    assert trial.known
    assert torch.get_num_threads() == 1
    assert torch.get_default_dtype() == torch.float32
    assert torch.get_float32_matmul_precision() == "highest"
    assert "OF_A_TRIAL" not in os.environ
    assert torch.is_grad_enabled()


def test_another_precision_of_the_parameters_is_put_back():
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
    parameters = list(model.parameters())
    before = state([model])

    def changes():
        model.to(torch.bfloat16)
        model[0].weight = nn.Parameter(torch.zeros(2, 2))
        model.add_module("more", nn.Linear(1, 1))
        model.register_forward_hook(print)
        model[0].requires_grad_(False)

    assert tried(lambda: None, changes).known
    assert same(before, state([model]))
    assert all(one is other for one, other in zip(parameters, model.parameters(), strict=True))
    assert not model._forward_hooks


def test_plain_python_state_is_put_back():
    class Counter:
        of_all = 0
        __slots__ = ("own",)

        def __init__(self):
            self.own = 0

    counter, seen, last, names = Counter(), [], {"loss": 1.0}, {1}
    array, numbers = np.zeros(3), random.Random(1)
    before = numbers.getstate()

    def changes():
        Counter.of_all += 1
        counter.own += 1
        seen.append(numbers.random())
        last["loss"] = 2.0
        last["new"] = 1
        names.add(2)
        array[0] += 1

    assert tried(changes).known
    assert (Counter.of_all, counter.own, seen, last, names) == (0, 0, [], {"loss": 1.0}, {1})
    assert array.tolist() == [0, 0, 0]
    assert numbers.getstate() == before


def test_globals_that_a_step_binds_are_put_back():
    module = types.ModuleType("__main__")
    exec("count = 0\ndef step():\n    global count, new\n    count += 1\n    new = 1", module.__dict__)
    assert tried(module.step).known
    assert module.count == 0
    assert not hasattr(module, "new")


def test_modules_that_an_object_holds_are_not_looked_into():
    class Tools:
        def __init__(self):
            self.np, self.torch = np, torch

    tools = Tools()
    assert len(reach([("step", lambda: tools.np.zeros(1))]).containers) < 20


def test_frames_are_put_back():
    import pandas

    frame = pandas.DataFrame({"a": [1, 2]})
    column = frame["a"]

    def changes():
        frame["b"] = 1
        frame.loc[0, "a"] = 9
        frame.drop(index=frame.index[-1:], inplace=True)
        frame.loc[0, "a"] = 8

    assert tried(changes).known
    assert frame.to_dict("list") == {"a": [1, 2]}
    assert column.tolist() == [1, 2]


def test_nothing_of_a_trial_holds_the_model():
    import gc
    import weakref

    models = [nn.Linear(2, 2)]
    gone = weakref.ref(models[0])
    trial = tried(lambda: models[0](torch.ones(2)).sum(), "bf16")
    assert trial.known
    models.clear()
    gc.collect()
    assert gone() is None
