"""The command line: reads arguments, calls the library, prints.

Exit status: 0 done, 1 findings, 2 usage or bad input, 3 infrastructure.
Commands import what they need when they run, so that ``--help`` is fast.
"""

import argparse
import gc
import importlib.metadata
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tools_mock.errors import BadInput, ToolwalkError, unknown

if TYPE_CHECKING:
    from .casting import Cast
    from .generate import Report, Settings

#: How seldom the collector looks for circles (see :func:`gc.set_threshold`). Rows are trees, gone as soon as nobody
#: holds them, and worlds and tools stay: looking often finds nothing, and costs a tenth of the time.
COLLECT = (100_000, 50, 1_000)


class Parser(argparse.ArgumentParser):
    """argparse, but a mistake is one line."""

    def error(self, message: str) -> NoReturn:
        """One line on stderr, status 2."""
        self.exit(2, f"toolwalk: {message}; see: {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    arguments = _parser().parse_args(argv)
    gc.set_threshold(*COLLECT)
    try:
        _check_names()
        return int(arguments.run(arguments))
    except ToolwalkError as error:
        print(f"toolwalk: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print("toolwalk: interrupted; nothing that was written is lost", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader went away (head, less): nothing to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _check_names() -> None:
    """Another package may own our import names (``agents`` is also openai-agents'): say so at once."""
    import agents

    if not hasattr(agents, "scripted_user"):
        raise BadInput(
            f"the package 'agents' at {getattr(agents, '__file__', '?')} is not toolwalk's; "
            "install toolwalk into an environment of its own"
        )


def _parser() -> Parser:
    from .cli_evaluate import add_commands
    from .cli_models import add_options as add_model_options
    from .cli_play import add_commands as add_play

    parser = Parser(prog="toolwalk", description="Rehearse conversations between a user and a tool-using assistant.")
    parser.add_argument("--version", action="version", version=f"toolwalk {importlib.metadata.version('toolwalk')}")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser, metavar="COMMAND")
    common = Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON for machines")
    common.add_argument("--quiet", action="store_true", help="print no progress and no dialogue")
    common.add_argument("--seed", type=int, default=0, help="seed of everything drawn (default 0)")
    tools = Parser(add_help=False)
    tools.add_argument(
        "--tools",
        default="home",
        metavar="FACTORY",
        help="home (default), bfcl, or module:factory, which is imported and run: only use code you trust",
    )
    tools.add_argument("--tools-config", default="{}", metavar="JSON", help="passed to the factory")
    tools.add_argument("--domains", default="", metavar="A,B", help="only tools of these domains")

    one = commands.add_parser("generate", parents=[common, tools], help="make dialogues by simulated rollouts")
    one.add_argument("-n", type=int, default=20, metavar="N", help="accepted rows wanted (default 20)")
    one.add_argument("--out", type=Path, default=Path("runs/first"), help="run folder (default runs/first)")
    one.add_argument("--max-attempts", type=int, metavar="M", help="stop after so many attempts in all")
    one.add_argument(
        "--sampling", default="flow", metavar="NAME", help="flow (default), toolflow, shares, same-domain, random"
    )
    one.add_argument("--size", type=int, default=6, help="tools sampled for a dialogue (default 6)")
    one.add_argument("--others", type=int, default=5, help="other tools in view (default 5)")
    one.add_argument("--no-plan", action="store_true", help="turns that have nothing to do with one another")
    one.add_argument("--single-turn", action="store_true", help="one wish a dialogue")
    one.add_argument("--twins", action="store_true", help="pairs that differ in one fact: one is refused, one is done")
    one.add_argument(
        "--mix", default="", metavar="SHARES", help="what happens how often: 'small talk=0.3, second thoughts=0'"
    )
    one.add_argument("--surface", choices=("varied", "fixed"), default="varied", help="how tools are shown")
    one.add_argument("--workers", type=int, default=1, help="processes; the rows do not depend on it (default 1)")
    one.add_argument("--wording", default="", metavar="MODEL", help="a model rewords what the script says")
    one.add_argument("--assistant", default="", metavar="MODEL", help="a model in the assistant's seat")
    one.add_argument("--attempts", type=int, default=1, metavar="K", help="how often it may try a scenario (default 1)")
    one.add_argument("--keep-scripted", action="store_true", help="what cannot be reworded keeps the script's words")
    one.add_argument("--dry-run", action="store_true", help="calls, tokens and price; nothing is sent or written")
    one.add_argument("--pilot", type=int, metavar="N", help="make N rows, tell what the whole will take, and ask")
    one.add_argument("--yes", action="store_true", help="go on after the pilot without asking")
    one.add_argument("--batch", action="store_true", help="hand the wording in as message batches, at a lower price")
    one.add_argument("--poll", type=float, default=30.0, metavar="S", help="seconds between looks at a batch")
    one.add_argument("--judge", default="", metavar="MODEL", help="a model marks some of the rows; rejects none")
    one.add_argument("--judge-sample", type=int, default=20, metavar="N", help="how many (default 20)")
    add_model_options(one)
    one.set_defaults(run=_generate)

    two = commands.add_parser("replay", parents=[common], help="execute every dialogue of a run again")
    two.add_argument("path", type=Path, help="run folder or transcript file")
    two.set_defaults(run=_replay)

    nine = commands.add_parser("verify", parents=[common], help="put every row through every gate, from the file alone")
    nine.add_argument("path", type=Path, help="run folder or transcript file")
    nine.add_argument("--explain", type=int, metavar="ROW", help="one row: its arguments' origins, all findings")
    nine.add_argument("--planted", type=int, metavar="N", help="plant faults into the first N rows; who finds them")
    nine.set_defaults(run=_verify)

    ten = commands.add_parser("export", parents=[common], help="training rows")
    ten.add_argument("path", type=Path, help="run folder or transcript file")
    ten.add_argument("--format", default="trl", metavar="NAME", help="trl (default) or openai")
    ten.add_argument("--thinking", action="store_true", help="with what a model thought before it spoke")
    ten.add_argument("--to", type=Path, metavar="FILE", help="where to (default: FORMAT.jsonl in the run folder)")
    ten.set_defaults(run=_export)

    eleven = commands.add_parser("measure", parents=[common], help="figures of runs, side by side")
    eleven.add_argument("paths", type=Path, nargs="*", help="run folders or transcript files")
    eleven.add_argument("--corpus", type=Path, metavar="FILE", help="text figures of conversations that people wrote")
    eleven.add_argument("--gold", action="store_true", help="beside them BFCL's own multi-turn gold, by the same code")
    eleven.add_argument("--coherence", action="store_true", help="ToolFlow's SS too (needs the embed extra)")
    eleven.set_defaults(run=_measure)

    add_commands(commands, common, Parser)
    add_play(commands, common)

    three = commands.add_parser("graph", parents=[common, tools], help="tools and how they feed each other")
    three.add_argument("--refused", action="store_true", help="list every refused edge and why")
    three.set_defaults(run=_graph)

    four = commands.add_parser("tools", help="list, show or call tools")
    verbs = four.add_subparsers(dest="verb", required=True, parser_class=Parser, metavar="VERB")
    five = verbs.add_parser("list", parents=[common, tools], help="every tool, a line each")
    five.set_defaults(run=_tools_list)
    six = verbs.add_parser("show", parents=[common, tools], help="one tool with its schema")
    six.add_argument("name")
    six.set_defaults(run=_tools_show)
    seven = verbs.add_parser("call", parents=[common, tools], help="call a tool in a fresh world")
    seven.add_argument("name")
    seven.add_argument("arguments", nargs="?", default="{}", help="a JSON object")
    seven.set_defaults(run=_tools_call)
    return parser


def _object(text: str, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise BadInput(f'{what} is not JSON ({error}); write it like \'{{"day": "2026-03-12"}}\'') from None
    if not isinstance(value, dict):
        raise BadInput(f"{what} is a JSON {type(value).__name__}, not an object; write it like '{{\"name\": 1}}'")
    return value


def _settings(arguments: argparse.Namespace) -> Any:
    from .generate import Settings

    domains = tuple(part.strip() for part in arguments.domains.split(",") if part.strip())
    config = _object(arguments.tools_config, "--tools-config")
    # Strangers' modules are found as `python -m` would find them: from where one stands.
    if ":" in arguments.tools and "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    return Settings(tools=arguments.tools, config=config, domains=domains, seed=arguments.seed)


def _mix(text: str) -> dict[str, float]:
    """``small talk=0.3, second thoughts=0`` as shares by name."""
    found: dict[str, float] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, share = part.rpartition("=")
        try:
            found[name.strip()] = float(share)
        except ValueError:
            raise BadInput(f"--mix {part!r} is no share; write: --mix 'small talk=0.3'") from None
    return found


# ── generate ─────────────────────────────────────────────────────────────────────────────────────────────


def _generate(arguments: argparse.Namespace) -> int:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from . import show
    from .cli_models import bill_lines, casting_of
    from .generate import Counts, graph_for

    if arguments.size < 2 or arguments.others < 0:
        raise BadInput("--size must be at least 2 and --others at least 0")
    settings = _settings(arguments).model_copy(
        update={
            "sampling": arguments.sampling,
            "size": arguments.size,
            "others": arguments.others,
            "plan": not arguments.no_plan,
            "single_turn": arguments.single_turn,
            "twins": arguments.twins,
            "mix": _mix(arguments.mix),
            "surface": arguments.surface,
            "casting": casting_of(arguments, "" if arguments.assistant == "oracle" else arguments.assistant),
        }
    )
    if arguments.dry_run:
        return _dry_run(settings, arguments)
    columns = (
        TextColumn("generating"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("yield {task.fields[share]}"),
        TimeRemainingColumn(),
    )
    silent = arguments.quiet or arguments.json
    bar = Progress(*columns, console=show.console(stderr=True), disable=silent)
    task = bar.add_task("generating", total=max(arguments.n, 1), share="–")

    def progress(counts: Counts) -> None:
        bar.start()  # at the first row: a mistake is reported before any bar stands there
        share = f"{100 * counts.rows / max(counts.attempts, 1):.0f} %"
        bar.update(task, completed=min(counts.rows, arguments.n), share=share)

    try:
        if arguments.pilot is not None and settings.casting.models and arguments.pilot < arguments.n:
            bar.update(task, total=max(arguments.pilot, 1))
            piloted, cast = _made(settings, arguments, arguments.pilot, progress)
            bar.stop()
            if not piloted.complete or not _go_on(piloted, cast, arguments):
                return _ended(piloted, arguments.pilot)
            bar.update(task, total=max(arguments.n, 1))
        report, cast = _made(settings, arguments, arguments.n, progress)
    finally:
        show.stopped(bar)
    judged = _judged(settings, arguments) if arguments.judge and report.counts.rows else None
    tools = len(graph_for(settings).toolkit.tools)
    if arguments.json:
        beside = {} if cast is None else {"bill": cast.paid.bill.as_json(), "user faults": dict(cast.faults)}
        beside |= {} if judged is None else {"judge": judged}
        print(json.dumps({"out": str(arguments.out), "complete": report.complete, **report.counts.as_json(), **beside}))
    else:
        out = show.console()
        lines = [] if cast is None else bill_lines(cast, report.counts.rows)
        out.print(show.summary(report.counts, tools, report.seconds, report.new, lines))
        if judged is not None:
            out.print(show.marks(judged))
        out.print(f"\nwritten to {arguments.out}; check it with: toolwalk replay {arguments.out}")
        if not silent and report.counts.rows:
            out.print("\nOne of them:\n")
            out.print(show.dialogue(_one_to_show(arguments.out)))
    return _ended(report, arguments.n)


def _ended(report: "Report", wanted: int) -> int:
    """Say why a run fell short, if it did; the exit status."""
    if report.stopped == "interrupted":
        print("toolwalk: interrupted; the same command continues", file=sys.stderr)
        return 130
    if report.stopped:
        print(f"toolwalk: {report.counts.rows} of {wanted} rows: {report.stopped}", file=sys.stderr)
        return 1
    if not report.complete:
        print(
            f"toolwalk: {report.counts.rows} of {wanted} rows after {report.counts.attempts} attempts; "
            "allow more with --max-attempts",
            file=sys.stderr,
        )
        return 1
    return 0


def _made(
    settings: "Settings", arguments: argparse.Namespace, wanted: int, progress: Any
) -> "tuple[Report, Cast | None]":
    """Make rows, with models or without."""
    from .generate import generate

    most = arguments.max_attempts
    if not settings.casting.models:
        if arguments.batch:
            raise BadInput("--batch hands in what a model shall reword; name it with --wording")
        return generate(settings, arguments.out, wanted, most, arguments.workers, progress), None
    from .cli_models import opened
    from .free import free_player
    from .rewording import reworder

    if arguments.workers > 1:
        raise BadInput("--workers are for scripts; with models say --concurrency, how many requests are in flight")
    if arguments.batch and not settings.casting.wording:
        raise BadInput("--batch is for --wording; who converses waits for every answer")
    with opened(settings.casting, arguments, arguments.out) as cast:
        maker = reworder(cast) if settings.casting.wording else free_player(cast)
        return generate(settings, arguments.out, wanted, most, 1, progress, maker), cast


def _dry_run(settings: "Settings", arguments: argparse.Namespace) -> int:
    """What the run would take; nothing is sent or written."""
    from agents.paid import price_table, prices_as_of

    from .estimate import estimate

    if not settings.casting.models:
        raise BadInput("--dry-run tells what models will take; name one with --wording, --user or --assistant")
    found = estimate(settings, arguments.n, price_table(arguments.prices), arguments.prompts)
    if arguments.json:
        print(json.dumps(found.as_json()))
        return 0
    day = f"at the prices of {prices_as_of()}" if arguments.prices is None else "at your prices"
    price = f"about ${found.usd:.2f} {day}" if found.usd is not None else "price unknown (give one with --prices)"
    print(
        f"{found.rows} rows: about {found.calls:.0f} calls, {found.input:.0f} tokens in, {found.output:.0f} out, "
        + price
    )
    print(
        "an estimate, without caching, retries and rejected rows; nothing was sent; --max-usd sets a limit that holds"
    )
    return 0


def _go_on(report: "Report", cast: "Cast | None", arguments: argparse.Namespace) -> bool:
    """Tell what a pilot says of the whole, and ask."""
    assert cast is not None
    rows, bill, left = report.counts.rows, cast.paid.bill, arguments.n - report.counts.rows
    usd = "price unknown" if bill.unpriced else f"${bill.spent.usd / rows * arguments.n:.2f}"
    hours = report.seconds / max(1, report.new) * left / 3600
    share = 100 * rows / max(1, report.counts.attempts)
    print(
        f"{rows} rows made: yield {share:.0f} %; {arguments.n} will take about {usd} in all and {hours:.1f} hours more",
        file=sys.stderr,
    )
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        print("toolwalk: the same command with --yes goes on", file=sys.stderr)
        return False
    return input("go on? [y/N] ").strip().casefold() in ("y", "yes")


def _judged(settings: "Settings", arguments: argparse.Namespace) -> dict[str, Any]:
    """Let a judge mark some rows of the run; kept in ``judge.json``."""
    from .cli_models import opened
    from .judge import JUDGE, judge
    from .record import ROWS, read_rows, write_whole

    if arguments.judge_sample < 1:
        raise BadInput(f"--judge-sample {arguments.judge_sample} is nothing to judge; name at least 1")
    rows = [row for _, row in read_rows(arguments.out / ROWS)]
    with opened(settings.casting, arguments, arguments.out, arguments.judge) as cast:
        found = judge(cast, arguments.judge, rows, arguments.judge_sample, arguments.seed)
    write_whole(arguments.out / JUDGE, found)
    return found


def _one_to_show(out: Path) -> dict[str, Any]:
    import itertools

    from . import show
    from .record import ROWS, read_rows

    return max((row for _, row in itertools.islice(read_rows(out / ROWS), 40)), key=show.best_of)


# ── replay ───────────────────────────────────────────────────────────────────────────────────────────────


def _replay(arguments: argparse.Namespace) -> int:
    from rich.progress import Progress, TextColumn

    from . import show
    from .replay import replay

    silent = arguments.quiet or arguments.json
    columns = (TextColumn("replaying"), TextColumn("{task.completed} rows"))
    bar = Progress(
        *columns, console=show.console(stderr=True), disable=silent or not sys.stderr.isatty(), transient=True
    )
    task = bar.add_task("replaying", total=None)

    def progress(rows: int) -> None:
        bar.start()
        bar.update(task, completed=rows)

    try:
        found = replay(arguments.path, progress)
    finally:
        show.stopped(bar)
    bad = {index for index, _ in found.findings}
    if arguments.json:
        findings = [{"index": index, "finding": text} for index, text in found.findings]
        print(json.dumps({"rows": found.rows, "calls": found.calls, "findings": findings}))
    else:
        for index, text in found.findings[:20]:
            print(f"row {index}: {text}")
        print(f"{found.rows - len(bad)} of {found.rows} dialogues reproduce exactly ({found.calls} calls executed)")
    return 1 if found.findings else 0


# ── verify ───────────────────────────────────────────────────────────────────────────────────────────────


def _verify(arguments: argparse.Namespace) -> int:
    from rich.progress import Progress, TextColumn

    from . import show
    from .replay import rows_of
    from .verify import verify

    if arguments.explain is not None:
        return _explain(arguments)
    if arguments.planted is not None:
        return _planted(arguments)
    silent = arguments.quiet or arguments.json or not sys.stderr.isatty()
    columns = (TextColumn("verifying"), TextColumn("{task.completed} rows"))
    bar = Progress(*columns, console=show.console(stderr=True), disable=silent, transient=True)
    task = bar.add_task("verifying", total=None)

    def progress(rows: int) -> None:
        bar.start()
        bar.update(task, completed=rows)

    try:
        every = ((row["index"], evidence) for row, evidence in rows_of(arguments.path))
        verdict = verify(every, None if silent else progress)
    finally:
        show.stopped(bar)
    if arguments.json:
        faulted = {gate: sorted(rows) for gate, rows in verdict.faulted.items()}
        found = [{"index": index, "gate": gate, "finding": text} for index, gate, text in verdict.findings]
        print(json.dumps({"rows": verdict.rows, "faulted": faulted, "findings": found}))
    else:
        for gate, rows in verdict.faulted.items():
            print(f"{gate:<10} {verdict.rows - len(rows)} of {verdict.rows} clean")
        for index, gate, text in verdict.findings[:20]:
            print(f"row {index}, {gate}: {text}")
        if verdict.findings:
            print(f"see one whole: toolwalk verify {arguments.path} --explain {verdict.findings[0][0]}")
    return 1 if verdict.findings else 0


def _explain(arguments: argparse.Namespace) -> int:
    from . import show
    from .attribution import attributed
    from .replay import rows_of
    from .verify import findings

    chosen = next(((row, one) for row, one in rows_of(arguments.path) if row["index"] == arguments.explain), None)
    if chosen is None:
        raise BadInput(f"no row {arguments.explain} in {arguments.path}; rows are named by their index")
    row, evidence = chosen
    origins = [
        {"call": o.call.id, "tool": o.call.name, "argument": o.name, "value": o.value, "from": o.how or "nowhere"}
        for o in attributed(evidence)
    ]
    found = findings(evidence)
    if arguments.json:
        print(json.dumps({"index": row["index"], "arguments": origins, "findings": found}))
    else:
        out = show.console()
        out.print(show.dialogue(row))
        print("\nwhere each argument comes from:")
        for one in origins:
            print(f"  {one['call']} {one['tool']}.{one['argument']} = {json.dumps(one['value'])}: {one['from']}")
        for gate, text in found:
            print(f"{gate}: {text}")
        print("no findings" if not found else f"{len(found)} findings")
    return 1 if found else 0


def _planted(arguments: argparse.Namespace) -> int:
    import itertools

    from .faults import plant
    from .replay import rows_of

    if arguments.planted < 1:
        raise BadInput(f"--planted {arguments.planted} plants nothing; name at least 1 row")
    rows = ((row["index"], evidence) for row, evidence in itertools.islice(rows_of(arguments.path), arguments.planted))
    found = plant(rows, seed=arguments.seed)
    if arguments.json:
        table = {
            name: {"planted": k.planted, "killed": k.killed, "gates": dict(k.gates), "survivors": k.survivors}
            for name, k in found.items()
        }
        print(json.dumps(table))
    else:
        print(f"{'fault':<28} {'planted':>7} {'killed':>7}  by gate")
        for name, kills in found.items():
            share = f"{100 * kills.killed / kills.planted:.1f} %" if kills.planted else "–"
            gates = ", ".join(f"{gate} {number}" for gate, number in kills.gates.most_common())
            print(f"{name:<28} {kills.planted:>7} {share:>7}  {gates}")
        survivors = [(name, *one) for name, kills in found.items() for one in kills.survivors]
        print(f"{len(survivors)} survivors (fault, row, variant):" if survivors else "no survivors")
        for one in survivors[:30]:
            print(f"  {one[0]}, row {one[1]}, variant {one[2]}")
    weak = [name for name, kills in found.items() if kills.planted and kills.killed < 0.95 * kills.planted]
    return 1 if weak else 0


# ── export and measure ───────────────────────────────────────────────────────────────────────────────────


def _export(arguments: argparse.Namespace) -> int:
    from tools_mock import Infrastructure

    from .export import FORMATS
    from .record import dumps, read_rows, rows_in

    if arguments.format not in FORMATS:
        raise BadInput(unknown("format", arguments.format, FORMATS))
    file = rows_in(arguments.path)
    target = arguments.to or file.with_name(f"{arguments.format}.jsonl")
    if target.resolve() == file.resolve():
        raise BadInput(f"{target} is the run itself; choose another file with --to")
    count = 0
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as out:
            for number, row in read_rows(file):
                if not arguments.thinking:
                    row.pop("thinking", None)
                try:
                    line = dumps(FORMATS[arguments.format](row))
                except (KeyError, TypeError) as error:
                    raise BadInput(f"{file}, line {number} is damaged: {error!r}") from None
                out.write(line)
                count += 1
        part.replace(target)
    except OSError as error:
        raise Infrastructure(f"cannot write {target}: {error.strerror}; choose another file with --to") from None
    print(json.dumps({"rows": count, "file": str(target)}) if arguments.json else f"{count} rows in {target}")
    return 0


def _measure(arguments: argparse.Namespace) -> int:
    from . import show
    from .gold import bfcl_gold
    from .measure import run_figures
    from .replay import rows_of
    from .wording import corpus_figures, embedder

    if not arguments.paths and arguments.corpus is None and not arguments.gold:
        raise BadInput("nothing to measure; name a run folder, a corpus with --corpus FILE, or --gold")
    embed = embedder() if arguments.coherence else None
    columns = {str(path): run_figures(rows_of(path), path, arguments.seed, embed) for path in arguments.paths}
    if arguments.gold:
        columns["BFCL multi-turn gold"] = run_figures(bfcl_gold(), None, arguments.seed, embed)
    if arguments.corpus is not None:
        columns[str(arguments.corpus)] = corpus_figures(arguments.corpus, embed)
    if arguments.json:
        print(json.dumps(columns))
    else:
        show.console().print(show.figures(columns))
    return 0


# ── graph and tools ──────────────────────────────────────────────────────────────────────────────────────


def _graph(arguments: argparse.Namespace) -> int:
    from . import show
    from .generate import restricted
    from .graph import build

    settings = _settings(arguments)
    found = build(restricted(_toolkit(settings), settings.domains), arguments.seed)
    if arguments.json:
        edges = [
            {
                "from": edge.source,
                "field": edge.path,
                "to": edge.target,
                "parameter": edge.parameter,
                "score": edge.score,
                "evidence": list(edge.evidence),
            }
            for *_, edge in found.feeds.edges(data="edge")
        ]
        shares = [
            {"between": [one, two], "pairs": data["pairs"], "evidence": data["evidence"]}
            for one, two, data in found.shares.edges(data=True)
        ]
        refused = [
            {"from": s, "field": p, "to": t, "parameter": q, "because": why}
            for (s, p, t, q), why in found.refused.items()
        ]
        figures = show.edge_figures(found)
        tools = sorted(found.toolkit.tools)
        print(json.dumps({"tools": tools, "feeds": edges, "shares": shares, "refused": refused, "figures": figures}))
        return 0
    show.console().print(show.graph(found, arguments.refused))
    if found.refused and not arguments.refused:
        print("\nevery refused edge and why: toolwalk graph --refused")
    return 0


def _toolkit(settings: Any) -> Any:
    from tools_mock import load_toolkit

    return load_toolkit(settings.tools, settings.config)


def _chosen(arguments: argparse.Namespace) -> Any:
    from .generate import restricted

    settings = _settings(arguments)
    return restricted(_toolkit(settings), settings.domains)


def _seen(arguments: argparse.Namespace) -> Any:
    """The chosen tools; strangers' with what running them shows of their returns and effects."""
    from .graph import build

    toolkit = _chosen(arguments)
    return build(toolkit, arguments.seed).toolkit if toolkit.foreign else toolkit


def _tools_list(arguments: argparse.Namespace) -> int:
    toolkit = _seen(arguments)
    specs = [tool.spec for tool in toolkit.tools.values()]
    if arguments.json:
        print(json.dumps([spec.model_dump(mode="json") for spec in specs]))
        return 0
    width = max(len(spec.name) for spec in specs)
    for spec in sorted(specs, key=lambda spec: (spec.domain, spec.name)):
        print(f"{spec.domain:<10} {spec.effect:<5} {spec.name:<{width}}  {spec.description.split('. ')[0]}")
    print(f"{len(specs)} tools of {toolkit.factory} {toolkit.version}")
    return 0


def _tools_show(arguments: argparse.Namespace) -> int:
    from . import show

    toolkit = _seen(arguments)
    if arguments.name not in toolkit.tools:
        raise BadInput(unknown("tool", arguments.name, toolkit.tools))
    spec = toolkit.tools[arguments.name].spec
    if arguments.json:
        print(json.dumps(spec.model_dump(mode="json")))
    else:
        show.console().print(show.tool(spec))
    return 0


def _tools_call(arguments: argparse.Namespace) -> int:
    from tools_mock import ToolCall, call

    toolkit = _chosen(arguments)
    if arguments.name not in toolkit.tools:
        raise BadInput(unknown("tool", arguments.name, toolkit.tools))
    world = toolkit.world(arguments.seed)
    result = call(toolkit.tools, world, ToolCall("cli", arguments.name, _object(arguments.arguments, "the arguments")))
    if arguments.json:
        print(json.dumps({"status": result.status, "content": result.content, "changes": world.diff()}))
    else:
        print(json.dumps(result.content, indent=2, ensure_ascii=False))
        for table, rows in world.diff().items():
            for key, sides in rows.items():
                print(f"changed {table} {key}: {json.dumps(sides, ensure_ascii=False, default=str)}")
    return 0 if result.status == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
