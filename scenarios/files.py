"""Scenario files: YAML, one scenario a file; and the library of them that ships with toolwalk."""

import fnmatch
import json
import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from tools_mock.errors import BadInput, unknown

from .model import Scenario

#: Where the scenarios are that ship with toolwalk: a folder a theme.
LIBRARY = Path(__file__).parent / "library"
#: The JSON Schema of a scenario file, for editors.
SCHEMA = Path(__file__).parent / "scenario.schema.json"
#: What is larger, or nested deeper, is no scenario that a person could read.
LARGEST, DEEPEST = 1_000_000, 60


class _Loader(yaml.CSafeLoader):
    """YAML as people expect it: "no" is a word, 08:30 and 2026-03-12 are texts, and no key stands there twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping.

        Raises:
            ConstructorError: a key stands there twice.
        """
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^-?(?:0|[1-9]\d*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9]\d*)\.\d+(?:[eE][-+]?\d+)?$", "-0123456789"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


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
        raise BadInput(f"{what} is no scenario: {place}: {first['msg'].removeprefix('Value error, ')}") from None


def load(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        BadInput: the file is missing, too large, no YAML, or no scenario.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(f"{path} has more than {LARGEST // 1_000_000} MB; a scenario has a few KB")
        text = path.read_text(encoding="utf-8")
        _must_be_plain(text, path)
        value = yaml.load(text, Loader=_Loader)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}; check the path") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where is not None else ""
        what = " ".join(str(getattr(error, "problem", None) or error).split())
        raise BadInput(f"{path}{line} is not YAML: {what}") from None
    return _joined(scenario_of(value, str(path)), str(path))


def _must_be_plain(text: str, path: Path) -> None:
    """Look at a file before it is built: an alias can make a bomb of it, and what is too deep breaks the reader.

    Raises:
        BadInput: it has an alias, or is nested deeper than any scenario.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise BadInput(f"{path} has an alias (*name); write the value out")
        if depth > DEEPEST:
            raise BadInput(f"{path} is nested more than {DEEPEST} deep; a scenario is not")


def _joined(scenario: Scenario, what: str) -> Scenario:
    """The scenario, if its parts fit one another.

    Raises:
        BadInput: a turn, a step or a tool is named that is not there.
    """
    plan, turns = scenario.plan, scenario.user.turns
    if len(plan.turns) != len(turns):
        raise BadInput(
            f"{what} has {len(turns)} turns of the user's and {len(plan.turns)} of the plan's; give each one"
        )
    for number, step in enumerate(plan.steps):
        if step.tool not in scenario.tools:
            raise BadInput(
                f"{what}: step {number}: {unknown('tool', step.tool, scenario.tools)}, for it is not in view"
            )
    for number, turn in enumerate(plan.turns):
        named = [*turn.steps, *(one.step for one in turn.proposals if one.step is not None)]
        if any(not 0 <= one < len(plan.steps) for one in named):
            raise BadInput(
                f"{what}: turn {number} of the plan names a step that is not there; there are {len(plan.steps)}"
            )
        for one in turn.proposals:
            if one.tool not in scenario.tools:
                raise BadInput(
                    f"{what}: turn {number}: {unknown('tool', one.tool, scenario.tools)}, for it is not in view"
                )
    return scenario


def save(scenario: Scenario, path: Path) -> None:
    """Write a scenario file.

    Raises:
        BadInput: it cannot be written.
    """
    text = yaml.dump(scenario.as_json(), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)
    up = "../" * (len(path.relative_to(LIBRARY).parts)) if path.is_relative_to(LIBRARY) else ""
    head = f"# yaml-language-server: $schema={up}{SCHEMA.name}\n" if up else ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}; choose another place") from None


def write_schema() -> None:
    """Write the JSON Schema of a scenario file."""
    SCHEMA.write_text(json.dumps(Scenario.model_json_schema(), indent=1) + "\n", encoding="utf-8")


def names() -> dict[str, Path]:
    """The scenarios of the library: name, such as ``travel/rebook-flight``, -> file."""
    files = sorted(LIBRARY.rglob("*.yaml"))
    return {path.relative_to(LIBRARY).with_suffix("").as_posix(): path for path in files}


def abouts() -> dict[str, str]:
    """What is hard about each scenario of the library: name -> line, read from the heads of the files alone."""
    found = {}
    for name, path in names().items():
        head = path.read_text(encoding="utf-8").partition("\ntests:")[0]
        found[name] = str((yaml.load(head, Loader=_Loader) or {}).get("about", ""))
    return found


def find(what: str) -> dict[str, Path]:
    """The scenarios that a person means.

    Args:
        what: a name of the library, a pattern such as ``travel/*``, or files or a folder of their own; a name or a
            pattern may also be of what stands in the folder ``scenarios``, where ``scenarios new`` writes to.

    Raises:
        BadInput: there is none.
    """
    known, own = names(), Path(what)
    if what in known:
        return {what: known[what]}
    if own.is_file():
        return {own.stem.removesuffix(".scenario"): own}
    if own.is_dir():
        files = _in(own)
        if not files:
            raise BadInput(f"no scenario in {own}; they are files that end in .yaml")
        return files
    found = {name: path for name, path in known.items() if fnmatch.fnmatch(name, what)}
    found = found or {name: path for name, path in _in(Path("scenarios")).items() if fnmatch.fnmatch(name, what)}
    root = Path(own.anchor)  # a pattern over paths
    paths = sorted(root.glob(own.relative_to(root).as_posix())) if what else []
    found = found or {path.as_posix(): path for path in paths if path.suffix in (".yaml", ".yml")}
    if not found:
        themes = sorted({name.partition("/")[0] + "/*" for name in known})
        raise BadInput(unknown("scenario", what, [*themes, *known]))
    return found


def _in(folder: Path) -> dict[str, Path]:
    """The scenario files of a folder and those below it, by name."""
    files = sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")])
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}
