"""``toolwalk play`` on a full screen (Textual): the same commands as in plain lines, with panes around them.

No rule of the conversation lives here. What is shown is read from the session after every command; what a person does
becomes a line for :func:`sim.commands.command`.
"""

import json
import re
from asyncio import CancelledError
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Button, Footer, Input, Label, OptionList, Select, Static, TabbedContent, TabPane, TextArea
from textual.widgets.option_list import Option

from agents import Message
from tools_mock import BadInput, ToolSpec, ToolwalkError

from .commands import COMMANDS, command
from .play import Session, clean, go_on, lines
from .probe import scalars

#: From so many columns on, the panes stand beside the conversation; below, one of the two is shown.
BESIDE = 110
#: No more than this of a result is unfolded, and no more of what is pasted is taken.
UNFOLDED, PASTED = 4_000, 100_000
#: Panes that can be searched, and for what.
SEARCHED = {"Tools": "a word of a name or description", "World": "a table, and a word of its rows"}
#: Panes that a command fills: title -> command.
PANES = {"Plan": "plan", "World": "state", "Tools": "tools", "User": "user", "Graph": "graph"}
#: Commands that move; what they print stands in the conversation anyway.
MOVES = ("next", "run", "redo", "undo", "switch", "edit")


#: What a move answers beside the messages, which stand in the conversation anyway.
_SAID = re.compile(r"!|no move|──|   \S|it |this is|nothing|message|an edited|after ")


class Suggestions(Suggester):
    """Completes commands, tools in view, their arguments and ids from earlier results."""

    def __init__(self, session: Session) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.session = session

    async def get_suggestion(self, value: str) -> str | None:
        """The value with what most likely follows."""
        return next((one for one in completions(self.session, value) if one != value), None)


def completions(session: Session, value: str) -> Iterator[str]:
    """What a line could become: commands after a colon, tools, the arguments of a call, and values seen for them."""
    if value.startswith(":"):
        yield from (f":{name}" for name in COMMANDS if f":{name}".startswith(value))
        return
    specs = specs_of(session)
    name, opened, rest = value.partition("(")
    if not opened:
        yield from (f"{one}(" for one in specs if value and one.startswith(value))
        return
    if name not in specs:
        return
    head, comma, last = rest.rpartition(",")
    start, last = f"{name}({head}{comma}{' ' if comma else ''}", last.strip()
    parameter, sign, begun = last.partition("=")
    if not sign:
        given = {part.partition("=")[0].strip() for part in head.split(",")}
        parameters = specs[name].parameters["properties"]
        yield from (f"{start}{one}=" for one in parameters if one not in given and one.startswith(last))
        return
    yield from (
        f"{start}{parameter}={one}" for one in choices(session, specs[name], parameter) if one.startswith(begun)
    )


def specs_of(session: Session) -> dict[str, ToolSpec]:
    """The tools that the person could call now."""
    if session.episode.conversation.waits == "user":
        return {name: session.toolkit.device[name].spec for name in session.scenario.device}
    return {spec.name: spec for spec in session.episode.conversation.in_view}


def choices(session: Session, spec: ToolSpec, parameter: str) -> list[str]:
    """Values for a parameter: those of its schema, or those that earlier results gave for its kind, the last first."""
    schema = spec.parameters["properties"].get(parameter, {})
    if "enum" in schema:
        return [str(one) for one in schema["enum"]]
    if schema.get("type") == "boolean":
        return ["true", "false"]
    kind = spec.kinds.get(parameter, "")
    found: dict[str, None] = {}
    tools = session.episode.toolkit.tools
    for message in session.episode.conversation.messages:
        for result in message.results:
            kinds = tools[result.name].spec.return_kinds if result.name in tools else {}
            for path, value in scalars(result.content):
                same = kinds.get(path) == kind if kind else path.rpartition(".")[2] == parameter
                if same and isinstance(value, str | int):
                    found.pop(str(value), None)
                    found[str(value)] = None
    return list(found)[::-1]


# ── screens over the screen ──────────────────────────────────────────────────────────────────────────────


class Over(ModalScreen[str | None]):
    """A screen over the screen that gives back a line for the command core, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]


class Help(Over):
    """The commands and the keys."""

    def compose(self) -> ComposeResult:
        """The text."""
        keys = [
            f"{binding.key:>12}  {binding.description}" for binding in Player.BINDINGS if isinstance(binding, Binding)
        ]
        text = "\n".join(["Keys", *keys, "", "Lines", *command_help()])
        with VerticalScroll(classes="over"):
            yield Static(Text(text), id="help")


def command_help() -> Iterator[str]:
    """The help of every command."""
    yield 'on your turn: words, or a call: tool(name=value, other="two words"), or JSON'
    yield from ((one.__doc__ or "").strip() for one in COMMANDS.values())


class Pick(Over):
    """A list to search in.

    Args:
        title: what is picked.
        entries: what is given back -> what is shown of it.
    """

    def __init__(self, title: str, entries: dict[str, str]) -> None:
        super().__init__()
        self.heading, self.entries = title, entries

    def compose(self) -> ComposeResult:
        """A line to type in, and what matches it."""
        with Vertical(classes="over"):
            yield Label(self.heading)
            yield Input(placeholder="type to search", id="search")
            yield OptionList(id="found")

    def on_mount(self) -> None:
        """All of them at first."""
        self.search("")

    @on(Input.Changed, "#search")
    def changed(self, event: Input.Changed) -> None:
        """Search again."""
        self.search(event.value)

    def search(self, words: str) -> None:
        """Show what has all of the words."""
        found = self.query_one("#found", OptionList)
        found.clear_options()
        wanted = words.casefold().split()
        its = [
            key for key, about in self.entries.items() if all(word in f"{key} {about}".casefold() for word in wanted)
        ]
        found.add_options([Option(Text(f"{key}  {self.entries[key]}", no_wrap=True), id=key) for key in its])
        if its:
            found.highlighted = 0

    @on(Input.Submitted, "#search")
    def submitted(self) -> None:
        """Take the one that is marked."""
        found = self.query_one("#found", OptionList)
        if found.highlighted is not None and found.option_count:
            self.dismiss(found.get_option_at_index(found.highlighted).id)

    @on(OptionList.OptionSelected, "#found")
    def selected(self, event: OptionList.OptionSelected) -> None:
        """Take it."""
        self.dismiss(event.option_id)

    def key_down(self) -> None:
        """From the line into the list."""
        self.query_one("#found", OptionList).focus()


class Form(Over):
    """A call, filled in: a field for every parameter, made from the schema.

    Args:
        session: whose results offer values.
        spec: of the tool.
    """

    def __init__(self, session: Session, spec: ToolSpec) -> None:
        super().__init__()
        self.session, self.spec = session, spec

    def compose(self) -> ComposeResult:
        """A choice where the values are few and known, else a line."""
        needed = self.spec.parameters.get("required", [])
        with VerticalScroll(classes="over"):
            yield Label(Text(f"{self.spec.name}: {self.spec.description}"))
            for name, schema in self.spec.parameters["properties"].items():
                about = f"{name}{'' if name in needed else ' (may be left out)'}: {schema.get('description', '')}"
                yield Label(Text(about))
                values = choices(self.session, self.spec, name)
                if "enum" in schema or schema.get("type") == "boolean":
                    yield Select([(value, value) for value in values], prompt="–", id=f"field-{name}")
                else:
                    hint = ", ".join(values[:3]) or str(schema.get("type", ""))
                    yield Input(placeholder=hint, id=f"field-{name}", suggester=_Known(values))
            yield Button("Call", variant="primary", id="call")

    @on(Button.Pressed, "#call")
    @on(Input.Submitted)
    def call(self) -> None:
        """Give the call back as a line."""
        given: dict[str, Any] = {}
        for name, schema in self.spec.parameters["properties"].items():
            widget = self.query_one(f"#field-{name}")
            value = widget.value if isinstance(widget, Input | Select) else ""
            if isinstance(value, str) and value.strip():
                given[name] = _typed(value.strip(), schema)
        self.dismiss(json.dumps({"content": "", "tool_calls": [{"name": self.spec.name, "arguments": given}]}))


class _Known(Suggester):
    """Completes to one of some values."""

    def __init__(self, values: list[str]) -> None:
        super().__init__(use_cache=False)
        self.values = values

    async def get_suggestion(self, value: str) -> str | None:
        """The first that begins so."""
        return next((one for one in self.values if one.casefold().startswith(value.casefold())), None)


def _typed(text: str, schema: dict[str, Any]) -> Any:
    """What a person wrote into a field, as its schema wants it; what does not fit stays text, and the tool says so."""
    if schema.get("type") == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


class Edit(Over):
    """A message to be written anew.

    Args:
        number: of the message.
        text: as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("ctrl+s", "take", "Take it"),
    ]

    def __init__(self, number: int, text: str) -> None:
        super().__init__()
        self.number, self.text = number, text

    def compose(self) -> ComposeResult:
        """The text, and a way to take it."""
        with Vertical(classes="over"):
            yield Label(f"message {self.number}; ctrl+s takes it, escape leaves it")
            yield TextArea(self.text, id="text")
            yield Button("Take it", variant="primary", id="take")

    @on(Button.Pressed, "#take")
    def action_take(self) -> None:
        """Give the edit back as a line."""
        text = " ".join(self.query_one("#text", TextArea).text.split("\n"))
        self.dismiss(f":edit {self.number} {text}")


def editable(message: Message) -> str:
    """What a person edits of a message: words, arguments, or a result."""
    if message.results:
        contents = [result.content for result in message.results]
        return json.dumps(contents if len(contents) > 1 else contents[0], ensure_ascii=False, default=str)
    if len(message.calls) == 1:
        return json.dumps(message.calls[0].arguments, ensure_ascii=False, default=str)
    if message.calls:
        calls = [{"name": made.name, "arguments": made.arguments} for made in message.calls]
        return json.dumps({"content": message.text, "tool_calls": calls}, ensure_ascii=False, default=str)
    return message.text


# ── the application ──────────────────────────────────────────────────────────────────────────────────────


class Player(App[None]):
    """The screen.

    Args:
        session: what is played; it may be chosen later.
        scenarios: name -> what is hard about it, to choose from where there is no session.
        load: begins a session by a name.
        leave: ends what a model was asked; called when the screen goes.
    """

    TITLE = "toolwalk play"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #body { height: 1fr; }
    #conversation { width: 3fr; height: 1fr; border: round $primary; padding: 0; }
    #panes { width: 2fr; height: 1fr; }
    .narrow #panes { display: none; width: 1fr; }
    .narrow.other #panes { display: block; }
    .narrow.other #conversation { display: none; }
    #conversation { width: 3fr; }
    .narrow #conversation { width: 1fr; }
    #status { height: 1; color: $text-muted; }
    #answer { height: auto; max-height: 30%; display: none; border-left: thick $warning; padding-left: 1; }
    #answer.shown { display: block; }
    #said { height: auto; }
    #line { height: 3; }
    .over { width: 90%; max-width: 110; height: 85%; border: thick $primary; background: $surface; padding: 1; }
    ModalScreen { align: center middle; }
    /* What has no width cannot be wrapped: on a screen of next to nothing it is cut off instead. */
    #said, #status, #help, TabPane Static, .over Label, OptionList { min-width: 20; }
    TextArea, Input, #panes, #answer, .over { min-width: 20; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "show_help", "Help"),
        Binding("f2", "pane", "Pane"),
        Binding("f3", "do('hint')", "Hint"),
        Binding("f4", "form", "Call"),
        Binding("f5", "do('next')", "Next"),
        Binding("f6", "do('run')", "Run"),
        Binding("f7", "do('undo')", "Undo"),
        Binding("f8", "do('redo')", "Redo"),
        Binding("f9", "edit", "Edit"),
        Binding("f10", "quit", "Quit"),
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+w", "do('why')", "Why", show=False),
        Binding("ctrl+y", "copy", "Copy a message", show=False),
        Binding("ctrl+l", "light", "Light or dark", show=False),
        Binding("ctrl+o", "open", "Another scenario", show=False),
    ]

    def __init__(
        self,
        session: Session | None,
        scenarios: dict[str, str],
        load: Callable[[str], Session] | None = None,
        leave: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.leave = leave
        self.session, self.scenarios, self.load = session, scenarios, load
        self.shown: tuple[Message, ...] = ()
        self.unfolded: set[int] = set()
        self.busy = False

    def compose(self) -> ComposeResult:
        """Conversation and panes, what was answered, the line, the keys."""
        with Horizontal(id="body"):
            yield OptionList(id="conversation", markup=False)
            with TabbedContent(id="panes"):
                for title in PANES:
                    with TabPane(title, id=f"pane-{title.lower()}"), VerticalScroll():
                        if title in SEARCHED:
                            yield Input(placeholder=SEARCHED[title], id=f"search-{title.lower()}", classes="search")
                        yield Static(id=f"text-{title.lower()}", markup=False)
        with VerticalScroll(id="answer"):
            yield Static(id="said", markup=False)
        yield Static(id="status", markup=False)
        yield Input(id="line", max_length=PASTED, placeholder="a line: words, a call, or :help; F1 has the keys")
        yield Footer()

    def on_mount(self) -> None:
        """Begin, or ask what to play."""
        if self.session is None:
            self.action_open()
        else:
            self.begin()

    def on_unmount(self) -> None:
        """Who leaves does not wait for a model's answer."""
        self.leave()

    def begin(self) -> None:
        """Show a session that has just been chosen."""
        assert self.session is not None
        self.title = self.session.scenario.name
        line = self.query_one("#line", Input)
        line.suggester = Suggestions(self.session)
        line.focus()
        self.shown, self.unfolded = (), set()
        self.query_one("#conversation", OptionList).clear_options()
        if self.session.mine and not self.session.future:
            self.run_lines(lambda session: go_on(session), "run")
        else:
            self.refresh_all()

    def on_resize(self, event: events.Resize) -> None:
        """Panes stand beside the conversation, or instead of it."""
        self.set_class(event.size.width < BESIDE, "narrow")

    # ── doing ────────────────────────────────────────────────────────────────────────────────────────────

    def do(self, line: str) -> None:
        """Do what a line says, and show what came of it."""
        if line.strip() in (":quit", ":q"):
            self.exit()
            return
        name = line[1:].split(" ")[0] if line.startswith(":") else "next"
        self.run_lines(lambda session: command(session, line), name)

    def run_lines(self, work: Callable[[Session], Iterator[str]], name: str) -> None:
        """Do some work on the session; beside the screen where a model may take its time."""
        if self.session is None or self.busy:
            return
        session = self.session
        if not session.others:
            self.told(self._worked(session, work), name)
            return
        self.busy = True
        self.status("asking the model …")

        def beside() -> None:
            with suppress(CancelledError):  # the person has left, and nobody wants the answer
                said = self._worked(session, work)
                self.call_from_thread(self.told, said, name)

        self.run_worker(beside, thread=True, exclusive=True)

    def _worked(self, session: Session, work: Callable[[Session], Iterator[str]]) -> list[str]:
        said: list[str] = []
        try:
            said.extend(work(session))
        except ToolwalkError as error:
            said.append(f"! {error}")
        return said

    def told(self, said: list[str], name: str) -> None:
        """Show what a command answered."""
        self.busy = False
        moved = any(name and one.startswith(name) for one in MOVES)
        kept = [one for one in said if not moved or _SAID.match(one)]
        self.query_one("#said", Static).update(Text("\n".join(clean(one, 300) for one in kept[:200])))
        answer = self.query_one("#answer", VerticalScroll)
        answer.set_class(bool(kept), "shown")
        answer.scroll_home(animate=False)
        self.refresh_all()

    # ── showing ──────────────────────────────────────────────────────────────────────────────────────────

    def refresh_all(self) -> None:
        """Show the session as it stands."""
        assert self.session is not None
        messages = self.session.episode.conversation.messages
        listed = self.query_one("#conversation", OptionList)
        same = len(self.shown) <= len(messages) and messages[: len(self.shown)] == self.shown
        if not same:
            listed.clear_options()
            self.unfolded.clear()
        begin = len(self.shown) if same else 0
        listed.add_options([self._option(n, one) for n, one in enumerate(messages[begin:], start=begin)])
        self.shown = messages
        if messages:
            listed.highlighted = len(messages) - 1
            self.call_after_refresh(listed.scroll_end, animate=False)  # once what is below it has its height
        conversation = self.session.episode.conversation
        yours = " (you)" if self.session.mine_now else ""
        waits = f"waits for {conversation.waits}{yours}" if conversation.waits else f"ended: {conversation.ended}"
        self.status(
            f"{self.session.scenario.name} · {len(messages)} messages · {waits} · {len(self.session.future)} ahead"
        )
        self.refresh_pane()

    def status(self, text: str) -> None:
        """One line about where it stands."""
        self.query_one("#status", Static).update(Text(text, no_wrap=True, overflow="ellipsis"))

    def _option(self, number: int, message: Message) -> Option:
        return Option(self._prompt(number, message), id=f"m{number}")

    def _prompt(self, number: int, message: Message) -> Content:
        style = {"user": "bold", "assistant": "", "tool": "dim", "system": "italic"}[message.role]
        if number in self.unfolded:
            parts = [f"{message.role}:", *_unfolded(message)]
            return Content("\n".join(parts)).stylize(style)
        return Content("\n".join(lines(message)) or f"{message.role}:").stylize(style)

    def refresh_pane(self) -> None:
        """Fill the pane that is shown; the others are filled when they are."""
        assert self.session is not None
        active = self.query_one("#panes", TabbedContent).active
        title = next((one for one in PANES if f"pane-{one.lower()}" == active), "Plan")
        try:
            word = self.query_one(f"#search-{title.lower()}", Input).value.strip() if title in SEARCHED else ""
            tables = sorted(getattr(self.session.episode.world.base, "tables", {}))
            if title == "World" and word and word.split()[0] not in tables:
                text = "\n".join(one for one in tables if one.startswith(word.split()[0])) or "no such table"
            else:
                text = "\n".join(command(self.session, f":{PANES[title]} {word}".rstrip()))
            if title == "World" and not word:
                text = "\n".join(["this step changed:", *command(self.session, ":changed"), "", "all changes:", text])
                text += f"\n\ntables: {', '.join(tables)}"
        except ToolwalkError as error:
            text = str(error)
        self.query_one(f"#text-{title.lower()}", Static).update(Text(text))

    @on(TabbedContent.TabActivated)
    def activated(self) -> None:
        """Another pane is looked at."""
        if self.session is not None:
            self.refresh_pane()

    @on(Input.Changed, ".search")
    def searched(self) -> None:
        """Another word is looked for."""
        if self.session is not None:
            self.refresh_pane()

    @on(OptionList.OptionSelected, "#conversation")
    def unfold(self, event: OptionList.OptionSelected) -> None:
        """Unfold a message, or fold it again."""
        number = event.option_index
        self.unfolded ^= {number}
        event.option_list.replace_option_prompt_at_index(number, self._prompt(number, self.shown[number]))

    @on(Input.Submitted, "#line")
    def submitted(self, event: Input.Submitted) -> None:
        """A line was written; what could not be done stays there, so that nothing is lost."""
        if self.busy:
            return
        if len(event.value) > PASTED:
            self.told([f"! {len(event.value)} characters are too many for a line; at most {PASTED} are taken"], "")
            return
        event.input.value = ""
        self.do(event.value)
        if str(self.query_one("#said", Static).content).startswith("!"):
            event.input.value = event.value

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────

    def action_do(self, name: str) -> None:
        """A command by its name."""
        self.do(f":{name}")

    def action_show_help(self) -> None:
        """The keys and the commands."""
        self.push_screen(Help())

    def action_pane(self) -> None:
        """The next pane; on a narrow screen the conversation is one of them."""
        panes = self.query_one("#panes", TabbedContent)
        names = [f"pane-{one.lower()}" for one in PANES]
        narrow, other = self.has_class("narrow"), self.has_class("other")
        if narrow and not other:
            self.add_class("other")
            panes.active = names[0]
        elif narrow and panes.active == names[-1]:
            self.remove_class("other")
        else:
            panes.active = names[(names.index(panes.active) + 1) % len(names)]

    def action_form(self) -> None:
        """Choose a tool, and fill in its call."""
        session = self.session
        if session is None or not session.mine_now:
            self.told(["! it is not your turn; F5 goes on, :as assistant takes the seat"], "")
            return
        specs = specs_of(session)

        def chosen(name: str | None) -> None:
            if name in specs:
                self.push_screen(Form(session, specs[name]), lambda line: self.do(line) if line else None)

        self.push_screen(Pick("Which tool?", {name: spec.description for name, spec in specs.items()}), chosen)

    def action_edit(self) -> None:
        """Write the marked message anew."""
        marked = self.query_one("#conversation", OptionList).highlighted
        if self.session is None or marked is None or not self.shown:
            return
        message = self.shown[marked]
        self.push_screen(Edit(marked + 1, editable(message)), lambda line: self.do(line) if line else None)

    def action_copy(self) -> None:
        """Put the marked message on the clipboard."""
        marked = self.query_one("#conversation", OptionList).highlighted
        if marked is not None and self.shown:
            self.copy_to_clipboard(editable(self.shown[marked]))
            self.told([f"message {marked + 1} is on the clipboard"], "")

    def action_light(self) -> None:
        """Light, or dark again."""
        self.theme = "textual-light" if self.theme != "textual-light" else "textual-dark"

    def action_open(self) -> None:
        """Choose a scenario."""
        if self.load is None:
            return
        load = self.load

        def chosen(name: str | None) -> None:
            if name is None:
                if self.session is None:
                    self.exit()
                return
            try:
                self.session = load(name)
            except BadInput as error:
                self.told([f"! {error}"], "")
                return
            self.begin()

        self.push_screen(Pick("What shall be played?", self.scenarios), chosen)


def _unfolded(message: Message) -> Iterator[str]:
    """All of a message: its words, and its calls and results with their JSON laid out."""
    if message.text:
        yield _printable(message.text)
    for made in message.calls:
        yield f"→ {made.name}"
        yield _printable(json.dumps(made.arguments, indent=1, ensure_ascii=False, default=str))
    for result in message.results:
        yield f"← {result.name}, {result.status}"
        yield _printable(json.dumps(result.content, indent=1, ensure_ascii=False, default=str))


def _printable(text: str) -> str:
    """A text without what moves a cursor; its lines stay."""
    shown = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    return shown if len(shown) <= UNFOLDED else f"{shown[:UNFOLDED]}… ({len(shown) - UNFOLDED} characters more)"
