import pytest
from rig.kernel import Kernel


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A metered kernel, shared by a module's tests."""
    with Kernel(tmp_path_factory.mktemp("kernel")) as shared:
        yield shared
