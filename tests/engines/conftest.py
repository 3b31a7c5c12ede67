"""Engines that others have written, in front of ours: each is started on loopback and stopped by its id.

None of this is part of `make check`; `make check-llama` and its neighbours get the engine first, and say
so where they can't.
"""

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from sites import ChoosingSite  # noqa: E402  pylint: disable=wrong-import-position


@pytest.fixture
def home():
    folder = Path(tempfile.mkdtemp(prefix="triage-engines-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stop_later():
    """Whatever is given is stopped at the end, last first, even if stopping one of them fails."""
    with contextlib.ExitStack() as things:
        yield lambda thing: things.callback(thing.stop)


@pytest.fixture
def start_site(home, stop_later):
    """A function: starts a site of this class whose support mailbox asks the engine `model`."""
    def start(llm, support="", kind=ChoosingSite, **parts):
        site = kind(home / "site", llm=llm,
                    support=f"engines = model\n    prompt = support\n    {support}", **parts)
        stop_later(site)
        assert site.import_crm().returncode == 0
        return site.start()
    return start


@pytest.fixture
def llm_block(home):
    """A function: the llm block of an engine at a base address."""
    def block(api, url, key="test-key", name="model", more=""):
        file = home / f"{name}.key"
        file.write_text(f"{key}\n", encoding="ascii")
        file.chmod(0o600)
        return (f"llm {name} {{\n    api = {api}\n    model = {name}-of-tests\n    url = {url}\n"
                f"    key_file = {file}\n    {more}\n}}\n")
    return block
