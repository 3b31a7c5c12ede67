"""The fault server as a model: strict about requests, able to fail in every way real ones do."""

import itertools
import json
import sys
import urllib.request
from pathlib import Path

from .process import Process, wait_until

# Servers that share a path are told apart by what stands before it.
PREFIXES = {"mistral": "/mistral", "vllm": "/vllm", "llama-server": "/local", "lmstudio": "/local",
            "openai-compatible": "/local"}

_numbers = itertools.count(1)
HERE = Path(__file__).resolve().parent.parent


class Model:
    """Speaks every provider's language on one loopback port."""

    def __init__(self, home, *options):
        log = Path(home) / f"model-{next(_numbers)}.log"
        self.process = Process([sys.executable, HERE / "fault_server.py", *options], log)
        wait_until(lambda: self.process.output().split() or not self.process.running(), 20,
                   "the fault server")
        self.port = int(self.process.output().split()[0])
        self.url = f"http://127.0.0.1:{self.port}"

    def conf(self, home, name="model", api="anthropic", more="", model="claude-haiku-5-5"):
        """An llm block that asks this model."""
        key = Path(home) / f"{name}.key"
        key.write_text("test-key\n", encoding="ascii")
        key.chmod(0o600)
        return (f"llm {name} {{\n    api = {api}\n    model = {model}\n"
                f"    url = {self.url}{PREFIXES.get(api, '')}\n    key_file = {key}\n    {more}\n}}\n")

    def control(self, **settings):
        """fault=NAME, delay=SECONDS, forget=True"""
        body = json.dumps(settings).encode()
        urllib.request.urlopen(f"{self.url}/control", data=body, timeout=10).close()

    def journal(self):
        with urllib.request.urlopen(f"{self.url}/journal", timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        self.process.stop()
