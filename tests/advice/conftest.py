import pytest
from rig.kernel import Kernel


@pytest.fixture(scope="module")
def adviser_kernel(tmp_path_factory):
    """A metered kernel in which the size of cells does not matter, shared by all cases: libraries load once."""
    with Kernel(tmp_path_factory.mktemp("advice"), {"JUPYTER_GREEN_ADVICE_THRESHOLD": "0"}) as kernel:
        yield kernel
