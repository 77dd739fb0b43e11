"""A toolkit: tools that share a world, how to open that world, and what a person could say to them.

``home`` ships with toolwalk. Anything else is ``module:factory``: a class or a function, ``factory(seed, config)`` or
with fewer parameters, whose result's methods become tools. **Loading one imports and runs its author's code.**
"""

import contextlib
import copy
import functools
import hashlib
import importlib
import importlib.metadata
import inspect
import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, cast

from .errors import BadInput, ToolkitError
from .foreign import Bundle, ForeignBase, ForeignWorld, bundle_of, tools_of
from .guessed import guessed
from .surface import Dressed
from .tool import Tool, ToolSpec
from .world import Base, Itself, World

#: The surface of tools whose parameters stand one field at a time (``tools_mock.nested``).
FLAT = -1


@dataclass(frozen=True)
class Toolkit:
    """Tools, and the worlds they act on.

    Args:
        factory: ``home`` or ``module:factory``.
        config: what the factory was given.
        version: of the package the tools come from.
        source: a hash of their source files.
        tools: by name.
        base: the shared base of a world seed.
        open: a fresh episode on a base.
        prompt: the system prompt for a world.
        visible: what stands in that prompt: name -> (kind, value).
        pool: a value that a person could have in mind for a tool's parameter, or ``None``.
        kinds: entity kinds of strangers' fields, by name.
        rules: what the policy decides: ``tool.parameter`` -> (sentence of the prompt, value).
        limits: what the policy forbids: ``tool.parameter`` -> (sentence of the prompt, the most that is allowed).
        hinges: what a tool's yes or no may hinge on: table -> field of its rows -> values beside those of other rows;
            tool -> parameter -> values that it may well refuse.
        device: tools of the user's own, by name: the user calls them, the assistant can only ask for it.
        services: domains whose tools may come only once the user has connected them: domain -> what they call it.
        foreign: whether somebody else wrote them.
        surface: under which surface the tools are shown; 0: as they were written; :data:`FLAT`: as plans are made with
            them, where some have parameters that are objects.
    """

    factory: str
    config: Mapping[str, Any]
    version: str
    source: str
    tools: Mapping[str, Tool]
    base: Callable[[int], Any]
    open: Callable[[Any], Any]
    prompt: Callable[[Any], str]
    visible: Callable[[Any], dict[str, tuple[str, Any]]]
    pool: Callable[[ToolSpec, str, Any, Random], Any]
    kinds: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    limits: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    hinges: Mapping[str, Mapping[str, tuple[Any, ...]]] = field(default_factory=dict)
    device: Mapping[str, Tool] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    foreign: bool = False
    surface: int = 0

    def world(
        self,
        seed: int,
        failures: Mapping[str, str] | None = None,
        changes: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Any:
        """A fresh episode's world.

        Args:
            seed: of its base.
            failures: calls that fail at the first try (ours only).
            changes: what is otherwise in the base (see :meth:`Base.patched`; ours only).

        Raises:
            BadInput: the changes fit no table.
        """
        base = self.base(seed)
        if changes:
            if not isinstance(base, Base):
                raise BadInput("world_changes are for the home toolkit; a stranger's state is made by its factory")
            base = _patched(Itself(base), json.dumps(changes, sort_keys=True))
        world = self.open(base)
        if failures and isinstance(world, World):
            world.failures = failures
        return world

    def dressed(self, surface: int) -> "Toolkit":
        """The same toolkit with its tools under a surface."""
        if surface == self.surface:
            return self
        if isinstance(self.tools, Dressed):
            raise ValueError("this toolkit is dressed already; dress the plain one")
        return _dressed(Itself(self), surface)

    def plain(self) -> "Toolkit":
        """The same toolkit as plans are made with it."""
        tools = self.tools
        return replace(self, tools=tools.plain, surface=_surface(tools.plain)) if isinstance(tools, Dressed) else self

    def limit(self, tool: Tool, parameter: str) -> tuple[str, int] | None:
        """What the policy allows for a parameter at most, as it is shown: the sentence and the amount, if any."""
        return self.limits.get(f"{tool.own_name}.{tool.names.get(parameter, parameter)}")

    def with_tools(self, tools: Mapping[str, Tool]) -> "Toolkit":
        """The same toolkit with other specs or phrases for its tools."""
        return replace(self, tools=tools)


def _surface(tools: Mapping[str, Tool]) -> int:
    """The surface of tools that are not dressed."""
    return 0 if all(tool.written is None for tool in tools.values()) else FLAT


@functools.lru_cache(maxsize=256)  # who evaluates or trains plays the same scenarios many times
def _dressed(plain: Itself, surface: int) -> Toolkit:
    # Every row has a surface of its own; checking twenty fields anew would cost more than all the rest of it.
    other = copy.copy(plain.value)
    other.__dict__.update(tools=Dressed(other.tools, surface), surface=surface)
    return cast("Toolkit", other)


@functools.lru_cache(maxsize=32)  # each has a copy of the tables that it changes
def _patched(base: Itself, changes: str) -> Base:
    found: Base = base.value
    return found.patched(json.loads(changes))


def load_toolkit(factory: str = "home", config: Mapping[str, Any] | None = None) -> Toolkit:
    """Load a toolkit by name.

    Args:
        factory: ``home``, ``bfcl`` (short for the one that ships), or ``module:factory``.
        config: passed to the factory.

    Raises:
        ToolkitError: the module, the factory or what it returned is not what it should be.
    """
    return _home() if factory == "home" else _foreign(_SHORT.get(factory, factory), dict(config or {}))


_SHORT = {"bfcl": "tools_mock.bfcl:toolkit"}


def hash_of(files: list[Path]) -> str:
    """One hash over the contents of files, whatever their place on the disk."""
    digest = hashlib.blake2b(digest_size=8)
    for content in sorted(file.read_bytes() for file in files):
        digest.update(hashlib.blake2b(content).digest())
    return digest.hexdigest()


def version_of(module: str) -> str:
    """The version of the distribution that a module belongs to; ``0`` where it belongs to none."""
    top = module.split(".", 1)[0]
    names = importlib.metadata.packages_distributions().get(top, [])
    return importlib.metadata.version(names[0]) if names else "0"


# ── ours ─────────────────────────────────────────────────────────────────────────────────────────────────


@functools.cache
def _home() -> Toolkit:
    from . import home  # noqa: PLC0415 - the toolkit's own package imports from here upward

    here = Path(__file__).parent
    # The surface is among them: a row names its tools as that shows them.
    files = [*(here / "home").glob("*.py"), *(here / f"{name}.py" for name in ("world", "tool", "kinds", "surface"))]

    def pool(spec: ToolSpec, parameter: str, world: World, random: Random) -> Any:
        schema = spec.parameters["properties"][parameter]
        if "enum" in schema:
            return random.choice(schema["enum"])
        return home.pool(spec.name, spec.kinds.get(parameter, "").lstrip("!"), world, random)

    return Toolkit(
        factory="home",
        config={},
        version=importlib.metadata.version("toolwalk"),
        source=hash_of(files),
        tools=home.TOOLS,
        base=functools.cache(home.base),
        open=_open_home,
        prompt=home.system_prompt,
        visible=home.context,
        pool=pool,
        rules=home.RULES,
        limits=home.LIMITS,
        hinges=home.HINGES,
        device=home.DEVICE,
        services=home.SERVICES,
    )


def _open_home(base: Base) -> World:
    return World(base)


# ── strangers' ───────────────────────────────────────────────────────────────────────────────────────────


def _foreign(factory: str, config: dict[str, Any]) -> Toolkit:
    make = _factory(factory)

    @functools.cache
    def base(seed: int) -> ForeignBase:
        try:
            found = make(seed, config)
        except ToolkitError:
            raise
        except Exception as error:  # whatever the stranger's factory raises
            raise ToolkitError(f"{factory}({seed}, {config}) failed: {type(error).__name__}: {error}") from error
        return ForeignBase(seed, bundle_of(found, factory))

    bundle = base(0).bundle
    tools = tools_of(bundle)
    classes = [type(part) for part in bundle.parts.values()]
    files = {Path(file) for what in [*classes, inspect.unwrap(make)] if (file := inspect.getsourcefile(what))}
    return Toolkit(
        factory=factory,
        config=config,
        version=importlib.metadata.version(bundle.package) if bundle.package else version_of(classes[0].__module__),
        source=hash_of(list(files)),
        tools=tools,
        base=base,
        open=ForeignWorld,
        prompt=_prompt,
        visible=_visible,
        pool=functools.partial(_pool, bundle),
        kinds=bundle.kinds,
        foreign=True,
        surface=_surface(tools),
    )


def _factory(name: str) -> Callable[[int, dict[str, Any]], Any]:
    module_name, colon, attribute = name.partition(":")
    if not module_name or (colon and not attribute):
        raise ToolkitError(f"no toolkit {name!r}; write {_TOOLKITS}")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # importing runs the stranger's code, which may raise anything
        hint = "install the package that has it, or set PYTHONPATH" if isinstance(error, ImportError) else "mend it"
        hint = hint if colon else f"{hint}; toolkits are {_TOOLKITS}"
        raise ToolkitError(f"module {module_name!r} cannot be imported: {error}; {hint}") from error
    if not colon:
        its_own = functools.partial(_called, lambda: module, frozenset[str]())
        its_own.__wrapped__ = module  # type: ignore[attr-defined]  # where the sources are
        return its_own
    make = getattr(module, attribute, None)
    if make is None:
        raise ToolkitError(f"module {module_name!r} has no {attribute!r}; name a function of it")
    if not callable(make):
        raise ToolkitError(f"{name} is no function but a {type(make).__name__}; name a factory(seed, config)")
    try:
        its = inspect.signature(make)
    except ValueError:
        return make  # type: ignore[no-any-return]  # a built-in without a signature: calling it will tell
    taken = {"seed", "config"} & its.parameters.keys()
    with contextlib.suppress(TypeError):  # a class, or a function that needs neither
        its.bind(**dict.fromkeys(taken))
        if not any(one.kind is one.VAR_POSITIONAL for one in its.parameters.values()):
            return functools.wraps(make, updated=())(functools.partial(_called, make, taken))
    try:
        its.bind(0, {})
    except TypeError as error:
        raise ToolkitError(
            f"{name} can be called neither without arguments nor as factory(seed, config): {error}; "
            "name a function that can"
        ) from error
    return make  # type: ignore[no-any-return]


#: What names a toolkit.
_TOOLKITS = "'home', 'bfcl', 'module:factory' or a module of functions"


def _called(make: Callable[..., Any], taken: Set[str], seed: int, config: dict[str, Any]) -> Any:
    return make(**{name: value for name, value in (("seed", seed), ("config", config)) if name in taken})


def _prompt(world: ForeignWorld) -> str:
    bundle = world.base.bundle
    if bundle.prompt:
        return bundle.prompt
    about = ", ".join(name.replace("_", " ") for name in bundle.parts)
    text = (
        f"You are an assistant with tools for: {about}. It is {world.now:%A}, {world.now.day} {world.now:%B} "
        f"{world.now.year}. Use the tools; never guess an id. If a tool refuses, say so."
    )
    shown = "; ".join(f"{name}: {value}" for name, (_, value) in bundle.visible.items())
    return f"{text} The user is signed in. {shown}." if shown else text


def _visible(world: ForeignWorld) -> dict[str, tuple[str, Any]]:
    return dict(world.base.bundle.visible)


def _pool(bundle: Bundle, spec: ToolSpec, parameter: str, world: ForeignWorld, random: Random) -> Any:
    known = bundle.values.get(f"{spec.name}.{parameter}", bundle.values.get(parameter))
    if callable(known):
        known = known(world)
    if known is not None:
        return random.choice(list(known)) if known else None
    if spec.kinds.get(parameter, "").startswith("!"):
        return None
    return guessed(spec, parameter, world, random)
