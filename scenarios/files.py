"""Reading and writing scenario files: JSON, one scenario a file."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tools_mock.errors import BadInput

from .model import Scenario


def scenario_of(value: Any, what: str) -> Scenario:
    """A scenario from JSON data.

    Args:
        value: what was read.
        what: how an error names it.

    Raises:
        BadInput: with the first field that is wrong, and how.
    """
    try:
        return Scenario.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise BadInput(f"{what} is no scenario: {place}: {first['msg']}") from None


def load(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        BadInput: the file is missing, no JSON, or no scenario.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}; check the path") from None
    except ValueError as error:
        raise BadInput(f"{path} is not JSON: {error}") from None
    return scenario_of(value, str(path))


def save(scenario: Scenario, path: Path) -> None:
    """Write a scenario file."""
    path.write_text(json.dumps(scenario.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
