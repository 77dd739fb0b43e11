"""For pytest: ``*.scenario.yaml`` files among a project's tests are played with the project's own assistant.

Which assistant stands in pytest's configuration: ``toolwalk_assistant = my_agent:act`` (what ``toolwalk evaluate
--assistant`` takes), ``toolwalk_trials = 4``, ``toolwalk_timeout = 60``. A test is a scenario: it fails unless every
trial succeeds, and says what went wrong first.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SUFFIX = ".scenario.yaml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what stands in the configuration."""
    parser.addini("toolwalk_assistant", "the assistant that *.scenario.yaml files are played with", default="")
    parser.addini("toolwalk_trials", "how often each scenario is played", default="1")
    parser.addini("toolwalk_timeout", "seconds that the assistant may take for one message", default="60")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a scenario file."""
    return ScenarioFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIX) else None


class ScenarioFile(pytest.File):
    """A file with one scenario."""

    def collect(self) -> Iterator[pytest.Item]:
        """The scenario as a test."""
        yield ScenarioItem.from_parent(self, name=self.path.name.removesuffix(SUFFIX))


class WentWrong(Exception):
    """The assistant failed a scenario."""


class ScenarioItem(pytest.Item):
    """A scenario, played."""

    def runtest(self) -> None:
        """Play it.

        Raises:
            WentWrong: a trial failed.
            ToolwalkError: the file is no scenario, or no assistant is named.
        """
        from scenarios.files import load  # noqa: PLC0415 - a plugin costs those nothing who have no scenarios
        from tools_mock import BadInput  # noqa: PLC0415

        from .evaluate import play_guest, row_played  # noqa: PLC0415
        from .guests import load_agent  # noqa: PLC0415
        from .record import toolkit_for  # noqa: PLC0415

        name = str(self.config.getini("toolwalk_assistant"))
        if not name:
            raise BadInput("no assistant to play scenarios with; set toolwalk_assistant in pytest's configuration")
        agent = load_agent(name, float(str(self.config.getini("toolwalk_timeout"))))
        scenario = load(self.path)
        for trial in range(int(str(self.config.getini("toolwalk_trials")))):
            one = scenario.model_copy(update={"seed": trial})
            toolkit = toolkit_for(one.toolkit)
            row = row_played(trial, self.name, trial, one, toolkit, play_guest(one, toolkit, agent))
            if row["reward"] != 1.0:
                what = row["wrong"]
                raise WentWrong(f"trial {trial}, turn {what['turn']}: {what['kind']}: {what['detail']}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """One line."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands."""
        return self.path, None, f"scenario: {self.name}"
