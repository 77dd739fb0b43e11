"""What a person sees in a terminal: tables and dialogues. No rule lives here."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from tools_mock.tool import ToolSpec

from .generate import Counts
from .graph import ToolGraph


def dialogue(row: dict[str, Any]) -> RenderableType:
    """One row as a conversation: who says what, calls and results folded to a line each."""
    lines: list[RenderableType] = []
    turn = 0
    for message in row["messages"][1:]:
        role, text = message["role"], message["content"]
        if role == "user":
            for deed in (one for one in row.get("device", ()) if one["turn"] == turn):
                for made, result in zip(deed["calls"], deed["results"], strict=False):
                    given = ", ".join(f"{name}={json.dumps(value)}" for name, value in made["arguments"].items())
                    came = _short(json.dumps(result["content"]), 100)
                    lines.append(
                        Text(f"           (on their phone: {made['name']}({given}) ← {came})", style="magenta")
                    )
            turn += 1
        if role == "system":
            names = re.findall(r'"function": {"name": "([^"]+)"', text)
            lines.append(Text(f"           (new tools: {_short(', '.join(names), 120)})", style="magenta"))
            continue
        if role == "tool":
            lines.append(Text(f"           ← {_short(text, 150)}", style="dim"))
            continue
        if text:
            style = "bold cyan" if role == "user" else "bold green"
            body = Text()
            body.append(f"{role:>9}  ", style)
            body.append(text)
            lines.append(body)
        for call in message.get("tool_calls", ()):
            its = call["arguments"] if isinstance(call["arguments"], dict) else {"": call["arguments"]}
            arguments = ", ".join(f"{name}={_short(json.dumps(value), 60)}" for name, value in its.items())
            lines.append(Text(f"           → {call['name']}({arguments})", style="yellow"))
    return Group(*lines)


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


class Evaluating(Progress):
    """A bar, and above it what came of the episodes so far: by theme, and what went wrong."""

    def __init__(self, silent: bool) -> None:
        self.by_theme: dict[str, list[int]] = {}
        self.wrong: Counter[str] = Counter()
        columns = (
            TextColumn("evaluating"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("passed {task.fields[share]}"),
        )
        super().__init__(*columns, console=console(stderr=True), disable=silent)

    def add(self, row: dict[str, Any]) -> None:
        """Count an episode."""
        its = self.by_theme.setdefault(row["name"].partition("/")[0], [0, 0])
        its[0] += 1
        its[1] += row["reward"] == 1.0
        if row["wrong"]:
            self.wrong[row["wrong"]["kind"]] += 1

    def get_renderables(self) -> Iterable[RenderableType]:
        """The table while there is a terminal to draw it on, and the bar."""
        if self.by_theme and self.console.is_terminal:  # it is asked for this before it has a console
            table = Table(box=None, pad_edge=False)
            for name in ("theme", "episodes", "passed"):
                table.add_column(name, justify="left" if name == "theme" else "right")
            for theme, (played, passed) in self.by_theme.items():
                table.add_row(theme, str(played), f"{100 * passed / played:.0f} %")
            yield table
            if self.wrong:
                yield Text("went wrong: " + ", ".join(f"{kind} {n}" for kind, n in self.wrong.most_common(4)))
        yield from super().get_renderables()


def stopped(bar: Progress) -> None:
    """Take a bar away, if it was ever there; one that was not begun prints an empty line when it is stopped."""
    if bar.live.is_started:
        bar.stop()


def summary(counts: Counts, tools: int, seconds: float, new: int, beside: Iterable[tuple[str, str]] = ()) -> Table:
    """The figures of a run."""
    rows = counts.rows or 1
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    table.add_row("dialogues", f"{counts.rows} accepted of {counts.attempts} attempts")
    table.add_row("yield", f"{100 * counts.rows / max(counts.attempts, 1):.0f} %")
    table.add_row("a dialogue", f"{counts.turns / rows:.1f} user turns, {counts.calls / rows:.1f} calls")
    table.add_row(
        "dataflow",
        f"{100 * counts.chained / rows:.0f} % use a result, {100 * counts.across / rows:.0f} % one of an earlier turn",
    )
    table.add_row("tools used", f"{len(counts.tools)} of {tools}")
    for reason, number in counts.reasons.most_common(6):
        table.add_row("rejected", f"{number} × {reason}")
    if new:
        table.add_row("time", f"{seconds:.1f} s, {new / max(seconds, 1e-9):.0f} accepted a second")
    for name, value in beside:
        table.add_row(name, value)
    return table


def marks(found: dict[str, Any]) -> Table:
    """A judge's marks, and how far the judge agrees with itself."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    table.add_row("judge", f"{found['model']}, {found['judged']} rows, twice each")
    for name, mark in found["marks"].items():
        table.add_row(name, f"{mark:.2f} of 5")
    if found["agreement"] is not None:
        agreed, near = 100 * found["agreement"], 100 * found["within one"]
        table.add_row("agreement", f"{agreed:.0f} % the same mark again, {near:.0f} % within one")
    if found["unreadable"]:
        table.add_row("unreadable", f"{found['unreadable']} answers")
    return table


def best_of(row: dict[str, Any]) -> tuple[int, int]:
    """How much a dialogue has to show: for choosing the one that is printed."""
    plan = row["scenario"]["plan"]
    turns = len(plan["turns"])
    kinds = {source["by"] for step in plan["steps"] for source in step["sources"].values()}
    refused = any(step.get("status") == "refused" for step in plan["steps"])
    return (len(kinds) + 2 * refused + (3 <= turns <= 5), -abs(len(plan["steps"]) - 6))


def graph(found: ToolGraph, refused: bool) -> RenderableType:
    """The graph as tables: tools with their edges, edges by evidence, refusals by reason, connected parts."""
    tools = Table(title="Tools", title_justify="left", box=None)
    for name in ("tool", "domain", "effect", "fed by", "feeds", "shares"):
        tools.add_column(name, justify="right" if name in ("fed by", "feeds", "shares") else "left")
    for name in sorted(found.toolkit.tools, key=lambda n: (found.toolkit.tools[n].spec.domain, n)):
        spec = found.toolkit.tools[name].spec
        tools.add_row(
            name,
            spec.domain,
            spec.effect if name not in found.silent else f"not used: {found.silent[name]}",
            str(len({edge.source for edge in found.into(name)})),
            str(len({edge.target for edge in found.out_of(name)})),
            str(found.shares.degree(name)),
        )
    figures = Table(title="\nEdges", title_justify="left", box=None, show_header=False)
    for key, value in edge_figures(found).items():
        figures.add_row(key, str(value))
    parts: list[RenderableType] = [tools, figures]
    if refused:
        table = Table(title="\nRefused", title_justify="left", box=None)
        for name in ("from", "field", "to", "parameter", "because"):
            table.add_column(name)
        for (source, path, target, parameter), reason in sorted(found.refused.items()):
            table.add_row(source, path, target, parameter, reason)
        parts.append(table)
    return Group(*parts)


def edge_figures(found: ToolGraph) -> dict[str, Any]:
    """Counts of edges by kind and evidence, of refusals by reason, and the connected parts."""
    import networkx as nx  # noqa: PLC0415 - only this view needs it

    evidence: dict[str, int] = {}
    for *_, edge in found.feeds.edges(data="edge"):
        name = " + ".join(edge.evidence) + (", rejects made-up values" if edge.score == 1.0 else "")
        evidence[name] = evidence.get(name, 0) + 1
    figures: dict[str, Any] = {
        "feeds, candidates": sum(n for key, n in found.counts.items() if key.startswith("candidate")),
        "feeds, runs to verify them": found.counts["runs"],
        "feeds, kept": found.counts["kept"],
    }
    figures |= {f"  kept: {name}": number for name, number in sorted(evidence.items())}
    figures |= {f"  {key}": n for key, n in sorted(found.counts.items()) if key.startswith("refused")}
    figures["shares"] = found.shares.number_of_edges()
    both = nx.Graph(found.feeds.to_undirected())
    parts = sorted((sorted(part) for part in nx.connected_components(both)), key=len, reverse=True)
    figures["connected parts (feeds)"] = f"{len(parts)}, sizes {', '.join(str(len(part)) for part in parts[:10])}"
    return figures


def figures(columns: dict[str, dict[str, Any]]) -> Table:
    """Figures of several runs side by side; an interval stands in brackets."""
    table = Table(box=None)
    table.add_column("figure")
    for name in columns:
        table.add_column(name, justify="right")
    for figure in dict.fromkeys(figure for column in columns.values() for figure in column):
        table.add_row(figure, *(_figure(column.get(figure)) for column in columns.values()))
    return table


def _figure(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict):
        return f"{_figure(value['value'])} [{_figure(value['low'])}, {_figure(value['high'])}]"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def tool(spec: ToolSpec) -> RenderableType:
    """One tool with its parameters and returns."""
    table = Table(box=None, pad_edge=False)
    for name in ("parameter", "type", "kind", "description"):
        table.add_column(name)
    for name, schema in spec.parameters["properties"].items():
        kind = spec.kinds.get(name, "")
        mark = "" if name in spec.required else " (optional)"
        shown = f"{kind[1:]} (only a look-up reveals it)" if kind.startswith("!") else kind
        table.add_row(name + mark, _type(schema), shown, schema.get("description", ""))
    head = Text.assemble((spec.name, "bold"), f"  {spec.effect}, {spec.domain}\n{spec.description}\n")
    returns = Text(f"\nreturns {json.dumps(spec.returns, ensure_ascii=False)}", style="dim")
    return Group(head, table, returns)


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def console(stderr: bool = False) -> Console:
    """A console that neither guesses at markup nor colours numbers."""
    wide = None if (sys.stderr if stderr else sys.stdout).isatty() else 160
    return Console(stderr=stderr, highlight=False, markup=False, soft_wrap=True, width=wide)
