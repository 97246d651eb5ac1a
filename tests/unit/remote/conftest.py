import pytest
from rig.llm_server import llm_server

from jupyter_green.remote import Observation


@pytest.fixture(scope="module")
def providers():
    """A server that stands for every provider, for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch, llm_server() as environment:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield environment


@pytest.fixture
def observation():
    """A session's observation of the client libraries, while a test runs."""
    observing = Observation()
    observing.start()
    yield observing
    observing.stop()
