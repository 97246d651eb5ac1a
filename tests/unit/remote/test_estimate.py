"""What EcoLogits itself says, through us."""

import logging
import math
import subprocess
import sys
from importlib.metadata import version

import pytest
from ecologits import EcoLogits
from ecologits.tracers.utils import llm_impacts

from jupyter_green.remote import Call, Observation, estimate


@pytest.fixture(scope="module")
def observation():
    observing = Observation()
    observing.start()
    observing._estimator.start()
    yield observing
    observing.stop()


def call(provider="openai", model="gpt-4o", tokens=400, latency=3.0):
    made = Call(provider, model, tokens)
    made.latency = latency
    return made


@pytest.mark.parametrize(
    ("provider", "model", "zone"),
    [
        ("openai", "gpt-4o", "USA"),
        ("anthropic", "claude-sonnet-4-6", "USA"),
        ("mistralai", "mistral-small-latest", "SWE"),
        ("huggingface_hub", "meta-llama/Meta-Llama-3.1-8B-Instruct", "USA"),
    ],
)
def test_the_middle_is_ecologits_and_the_range_is_wider(observation, provider, model, zone):
    (line,) = observation.settled([call(provider, model)])
    found = llm_impacts(provider, model, 400, 3.0)
    energy = found.energy.value
    low, high = (3.6e6 * getattr(energy, end, energy) for end in ("min", "max"))
    middle = (low + high) / 2
    assert line.energy.joules == pytest.approx(middle)
    assert line.energy.low == pytest.approx(min(low, middle / 5))
    assert line.energy.high == pytest.approx(max(high, middle * 5))
    gwp = found.usage.gwp.value  # the use phase, as everywhere here
    assert line.grams == pytest.approx(1000 * getattr(gwp, "mean", gwp))
    assert line.grams_low < line.grams < line.grams_high
    assert line.source == f"EcoLogits {version('ecologits')}, range widened to ×/÷ 5; grid assumed: {zone}"


def test_a_range_that_is_wider_already_stays():
    from ecologits.utils.range_value import RangeValue

    assert estimate._widened(RangeValue(min=1.0, max=199.0)) == (100.0, 1.0, 500.0)
    assert estimate._widened(2.0) == (2.0, 0.4, 10.0)


def test_many_calls_are_the_sum_of_their_estimates(observation):
    calls = [call(tokens=tokens, latency=math.inf) for tokens in (10, 400, 2000)]
    (line,) = observation.settled(calls)
    singles = [observation.settled([one])[0] for one in calls]
    assert (line.calls, line.output_tokens) == (3, 2410)
    for end in ("joules", "low", "high"):
        assert getattr(line.energy, end) == pytest.approx(sum(getattr(one.energy, end) for one in singles))
    assert line.grams == pytest.approx(sum(one.grams for one in singles))


def test_an_unknown_model_is_unknown_and_no_zero(observation):
    known, unknown = observation.settled([call(model="my-own-model"), call()])
    assert (known.model, unknown.model) == ("gpt-4o", "my-own-model")
    assert not unknown.energy.known
    assert math.isnan(unknown.grams)
    assert unknown.source == f"no estimate: EcoLogits {version('ecologits')} does not know this model"
    assert unknown.output_tokens == 400
    assert "openai/my-own-model" in observation.unknown_models
    (elsewhere,) = observation.settled([call("somebody", "gpt-4o")])
    assert not elsewhere.energy.known


def test_without_told_tokens_the_pieces_are_reckoned_with_and_not_called_tokens(observation):
    stream = Call("openai", "gpt-4o")
    stream.pieces = 400
    (line,) = observation.settled([stream])
    told = Call("openai", "gpt-4o", 400)
    assert line.energy == observation.settled([told])[0].energy
    assert line.output_tokens is None


def test_an_answer_without_any_number_is_unknown(observation):
    (line,) = observation.settled([Call("openai", "gpt-4o")])
    assert not line.energy.known
    assert line.source == "no estimate: the answer did not say how many tokens it has"


def test_an_answer_that_goes_on_is_estimated_anew(observation):
    stream = Call("openai", "gpt-4o")
    stream.pieces = 10
    (early,) = observation.settled([stream])
    stream.output_tokens = 1000
    (late,) = observation.settled([stream])
    assert late.energy.joules > 50 * early.energy.joules
    assert late.output_tokens == 1000


def test_the_users_own_zone_holds_here_too(observation):
    before = EcoLogits.config.electricity_mix_zone
    EcoLogits.config.electricity_mix_zone = "FRA"
    try:
        (line,) = observation.settled([call()])
    finally:
        EcoLogits.config.electricity_mix_zone = before
    assert line.grams == pytest.approx(1000 * llm_impacts("openai", "gpt-4o", 400, 3.0, "FRA").usage.gwp.value.mean)
    assert line.source.endswith("grid assumed: FRA")


def test_the_cells_path_does_no_more_than_two_estimates(observation):
    few, many = ([call(tokens=tokens) for tokens in range(1, count)] for count in (3, 4))
    assert observation.now(few)[0].energy.known
    (line,) = observation.now(many)
    assert (line.calls, line.source) == (3, "no estimate: not estimated yet")
    assert not line.energy.known
    assert observation.settled(many)[0].energy.known
    assert observation.now(many)[0].energy.known


QUIET = """
import logging, sys
from jupyter_green.remote import Call, Observation
observation = Observation()
observation.start()
assert "ecologits" not in sys.modules and "openai" not in sys.modules
import openai
logger = logging.getLoggerClass()
for model in ("gpt-4o", "no-such-model"):
    print(observation.settled([Call("openai", model, 400)])[0].energy.known)
assert "ecologits" in sys.modules
assert logging.getLoggerClass() is logger is logging.Logger
"""


def test_nothing_is_printed_and_nothing_of_logging_is_changed():
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("True\nFalse\n", "")


def test_a_user_of_ecologits_still_gets_its_warnings(observation, caplog, monkeypatch):
    with caplog.at_level(logging.WARNING, "ecologits"):
        observation.settled([call(model="unheard-of")])
        assert not caplog.records
        monkeypatch.setattr(EcoLogits.config, "providers", ["openai"])
        observation.settled([call(model="unheard-of-too")])
        assert "unheard-of-too" in caplog.text


def test_a_broken_installation_makes_estimates_unknown(monkeypatch):
    monkeypatch.setitem(sys.modules, "ecologits", None)
    monkeypatch.setattr(estimate, "is_installed", lambda: True)
    broken = estimate.Estimator()
    broken.start()
    broken.wait(30)
    line = broken.estimate(call())
    broken.stop()
    assert not line.energy.known
    assert line.source == "no estimate: EcoLogits could not be loaded"
    assert broken.trouble.startswith("EcoLogits could not be loaded: ")
