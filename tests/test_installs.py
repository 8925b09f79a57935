from __future__ import annotations

import pytest

from nb2prod.reading.installs import installed


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("ls", id="another command"),
        pytest.param("pip freeze", id="another command of pip"),
        pytest.param("echo 'pip install a'", id="only words"),
        pytest.param("pip install -r requirements.txt", id="a requirement file"),
        pytest.param("pip install git+https://example.org/a.git", id="an address"),
        pytest.param("pip install ./a-1.0-py3-none-any.whl", id="a path"),
        pytest.param("pip install {name} $name", id="a variable"),
        pytest.param("pip install -e .", id="the folder itself"),
        pytest.param("# pip install a", id="a comment"),
    ],
)
def test_installs_nothing(command: str) -> None:
    assert installed(command) == ()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("!pip install a b", ("a", "b"), id="two"),
        pytest.param("! pip3 install -q --upgrade a", ("a",), id="flags"),
        pytest.param("pip -q install a", ("a",), id="a flag before the command"),
        pytest.param("pip install a==1.2 'b>=2,<3' c[x,y]~=1", ("a==1.2", "b>=2,<3", "c[x,y]~=1"), id="versions"),
        pytest.param("pip install --index-url https://example.org a", ("a",), id="an option with a value"),
        pytest.param("pip install --index-url=https://example.org a", ("a",), id="an option with an equals sign"),
        pytest.param("pip install a > /dev/null 2>&1", ("a",), id="redirected"),
        pytest.param("pip install a && pip install b; ls", ("a", "b"), id="two commands"),
        pytest.param("python -m pip install a", ("a",), id="as a module"),
        pytest.param("{sys.executable} -m pip install a", ("a",), id="with this Python"),
        pytest.param("sudo pip install a  # needed", ("a",), id="with a comment"),
        pytest.param("conda install -c conda-forge -y a=1.2 b", ("a==1.2", "b"), id="conda"),
        pytest.param("uv pip install a", ("a",), id="uv"),
        pytest.param("pip install a 'b", ("a",), id="an open quote"),
        pytest.param("pip install a \\\n b", ("a", "b"), id="over two lines"),
        pytest.param("pip install a\npip install a", ("a",), id="once each"),
    ],
)
def test_installs(command: str, expected: tuple[str, ...]) -> None:
    assert installed(command) == expected
