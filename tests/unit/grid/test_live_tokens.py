"""Where tokens come from, and which files are refused."""

import pytest

from jupyter_green.grid.live.json_client import ServiceError
from jupyter_green.grid.live.tokens import Tokens

NAME = "JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "jupyter_green_tokens"
    path.write_text(f"# mine\n{NAME} = 'from the file'\nother=x=y\n\nno line\n")
    path.chmod(0o600)
    return path


def test_the_environment_comes_first(file):
    assert Tokens(file, {NAME: " from the environment\n"})(NAME) == "from the environment"


def test_else_the_file(file):
    tokens = Tokens(file, {})
    assert (tokens(NAME), tokens("other")) == ("from the file", "x=y")
    file.write_text(f"{NAME}=renewed")
    assert tokens(NAME) == "renewed"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_file_that_others_can_read_is_refused_in_one_line(file, mode):
    file.chmod(mode)
    with pytest.raises(ServiceError) as caught:
        Tokens(file, {})(NAME)
    assert str(caught.value) == "is not asked: others can read jupyter_green_tokens; chmod 600 it"


def test_no_token_anywhere_names_what_is_missing(tmp_path):
    with pytest.raises(ServiceError, match=f"needs {NAME}"):
        Tokens(tmp_path / "jupyter_green_tokens", {})(NAME)


@pytest.mark.parametrize("value", ["two\nlines", "café", "\x00"])
def test_what_no_header_can_hold_is_refused_and_not_repeated(tmp_path, value):
    with pytest.raises(ServiceError) as caught:
        Tokens(tmp_path / "none", {NAME: value})(NAME)
    assert value not in str(caught.value)


def test_a_folder_in_its_place(tmp_path):
    (tmp_path / "jupyter_green_tokens").mkdir()
    with pytest.raises(ServiceError, match="cannot be read"):
        Tokens(tmp_path / "jupyter_green_tokens", {})(NAME)
