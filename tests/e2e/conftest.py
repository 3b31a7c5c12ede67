"""Fixtures: a folder that mail servers may enter, a running site, a Postfix in front of it."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from replies import TOP, hear
from rig.drafts import Drafts
from rig.model import Model
from rig.postfix import Postfix
from rig.site import SOURCE, Site
from rig.smtp_server import SmtpServer

MTA = SOURCE / "build/mta"


def may_unshare():
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True,
                          check=False).returncode == 0


NEEDS_DOVECOT = [
    pytest.mark.skipif(not (MTA / "usr/sbin/dovecot").exists(),
                       reason="no Dovecot is unpacked below build/mta (make deps-test)"),
    pytest.mark.skipif(os.geteuid() != 0 or not may_unshare() or not shutil.which("mount"),
                       reason="namespaces of one's own aren't permitted here"),
]


@pytest.fixture
def home():
    """Below /tmp rather than in pytest's own folder, which only root may enter."""
    folder = Path(tempfile.mkdtemp(prefix="triage-test-"))
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
    """A function that starts a site; its keyword arguments are further configuration lines."""
    def start(name="site", crm=True, **parts):
        site = Site(home / name, **parts)
        if crm:
            site.import_crm()
        stop_later(site)
        return site.start()
    return start


@pytest.fixture
def start_postfix(home, stop_later):
    def start(milter, name="postfix", **options):
        postfix = Postfix(MTA, home / name, milter, **options)
        stop_later(postfix)
        return postfix.start()
    return start


@pytest.fixture
def start_model(home, stop_later):
    def start(*options):
        model = Model(home, *options)
        stop_later(model)
        return model
    return start


@pytest.fixture
def start_server(home, stop_later):  # pylint: disable=unused-argument
    """A mail server that does what a real one can't be made to do."""
    def start(*arguments, **options):
        server = SmtpServer(*arguments, **options)
        stop_later(server)
        return server
    return start


@pytest.fixture
def start_sending(start_site):
    """A site with one ticket, that hands replies over to this port."""
    def start(port, timeout="1s", support="", top="", **parts):
        site = start_site(top=TOP.format(port=port, timeout=timeout) + top,
                          support=f"brand = acme\n{support}", **parts)
        hear(site)
        return site, Drafts(site)
    return start
