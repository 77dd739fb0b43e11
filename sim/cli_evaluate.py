"""The commands about scenarios and assistants: evaluate, compare, scenarios, audit.

As in :mod:`sim.cli`, no rule lives here, and commands import what they need when they run.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools_mock.errors import BadInput, RecordError

from .cli_models import add_options

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios import Scenario


_WHICH = "names, 'travel/*', files, folders"


def add_commands(commands: Any, common: argparse.ArgumentParser, parser: type[argparse.ArgumentParser]) -> None:
    """Add the commands to a parser's."""
    one = commands.add_parser("evaluate", parents=[common], help="score an assistant against scenarios")
    one.add_argument(
        "--assistant",
        default="",
        metavar="WHO",
        help="oracle, a baseline, module:function, http://…, cmd:command line, or a model (claude-…)",
    )
    one.add_argument("--scenarios", nargs="+", default=["*"], metavar="NAME", help=_WHICH)
    one.add_argument("--trials", type=int, default=1, metavar="K", help="how often each is played (default 1)")
    one.add_argument("--out", type=Path, default=Path("runs/evaluation"), help="folder (default runs/evaluation)")
    one.add_argument("--timeout", type=float, default=60.0, metavar="S", help="seconds for one message (default 60)")
    one.add_argument("--fail-under", type=float, metavar="SHARE", help="status 1 where pass^1 is below this")
    one.add_argument("--baseline", type=Path, metavar="FOLDER", help="status 1 where it is worse than this evaluation")
    one.add_argument("--junit", type=Path, metavar="FILE", help="the results as JUnit XML too")
    one.add_argument("--rescore", type=Path, metavar="FOLDER", help="score an evaluation again, from its rows")
    add_options(one)
    one.set_defaults(run=_evaluate)

    two = commands.add_parser("compare", parents=[common], help="two evaluations, scenario by scenario")
    two.add_argument("one", type=Path)
    two.add_argument("other", type=Path)
    two.add_argument("--users", action="store_true", help="verdicts with one user and with another, episode by episode")
    two.set_defaults(run=_compare)

    three = commands.add_parser("audit", parents=[common], help="prove scenarios sound by playing them")
    three.add_argument("scenarios", nargs="*", default=["*"], metavar="SCENARIO", help=_WHICH)
    three.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    three.set_defaults(run=_audit)

    four = commands.add_parser("scenarios", help="list, show, check or make scenarios")
    verbs = four.add_subparsers(dest="verb", required=True, parser_class=parser, metavar="VERB")
    five = verbs.add_parser("list", parents=[common], help="every scenario, a line each")
    five.add_argument("pattern", nargs="?", default="*")
    five.set_defaults(run=_list)
    six = verbs.add_parser("show", parents=[common], help="one scenario, as its user and its assistant go through it")
    six.add_argument("name")
    six.set_defaults(run=_show)
    seven = verbs.add_parser("check", parents=[common], help="whether a file is a sound scenario")
    seven.add_argument("file", type=Path)
    seven.set_defaults(run=_check)
    eight = verbs.add_parser("new", parents=[common], help="make a scenario of a dialogue of a run")
    eight.add_argument("--from", dest="source", required=True, metavar="RUN#ROW", help="such as runs/first#17")
    eight.add_argument("name", help="such as travel/rebook-flight")
    eight.add_argument("--about", default="", metavar="TEXT", help="what is hard about it, in a line")
    eight.add_argument(
        "--to", type=Path, default=Path("scenarios"), metavar="DIR", help="where to (default: scenarios)"
    )
    eight.set_defaults(run=_new)


def chosen(patterns: list[str]) -> "dict[str, Scenario]":
    """The scenarios that a person names.

    Raises:
        BadInput: there are none, or one is damaged.
    """
    from scenarios.files import find, load

    return {name: load(path) for pattern in patterns for name, path in find(pattern).items()}


# ── evaluate ─────────────────────────────────────────────────────────────────────────────────────────────


def _evaluate(arguments: argparse.Namespace) -> int:
    from . import show
    from .cli_models import bill_lines, casting_of, is_model, opened
    from .evaluate import evaluate, guest, rescore
    from .free import cast_player
    from .guests import load_agent

    if arguments.rescore is not None:
        found = rescore(arguments.rescore)
        return _told(found, arguments, f"{arguments.rescore} scored again")
    if not arguments.assistant:
        raise BadInput("whom? name an --assistant: oracle, silent, module:function, http://… or cmd:…")
    model = arguments.assistant if is_model(arguments.assistant, arguments) else ""
    agent = None if model else load_agent(arguments.assistant, arguments.timeout)
    casting = casting_of(arguments, model)
    scenarios = chosen(arguments.scenarios)
    bar = show.Evaluating(silent=arguments.quiet or arguments.json)
    task = bar.add_task("evaluating", total=len(scenarios) * arguments.trials, share="–")
    done = passed = 0

    def progress(row: dict[str, Any]) -> None:
        nonlocal done, passed
        bar.start()
        done, passed = done + 1, passed + (row["reward"] == 1.0)
        bar.add(row)
        bar.update(task, completed=done, share=f"{100 * passed / done:.0f} %")

    out, trials, seed, who = arguments.out, arguments.trials, arguments.seed, arguments.assistant
    lines: list[tuple[str, str]] = []
    try:
        if agent is not None and not casting.models:
            found = evaluate(scenarios, guest(agent), out, trials, seed, who, progress)
        else:
            who += f", user {casting.user}" if casting.user else ""
            with opened(casting, arguments, out) as cast:
                width = 2 * arguments.concurrency
                player = cast_player(cast, agent)
                found = evaluate(scenarios, player, out, trials, seed, who, progress, width, cast.close)
                lines = bill_lines(cast, found["episodes"])
    finally:
        show.stopped(bar)
    if not arguments.json:
        for name, value in lines:
            print(f"{name}: {value}", file=sys.stderr)
    return _told(found, arguments, f"{arguments.assistant}: written to {arguments.out}")


def _told(found: dict[str, Any], arguments: argparse.Namespace, line: str) -> int:
    """Print results; the exit status."""
    from . import show

    if arguments.json:
        print(json.dumps(found))
    else:
        out = show.console()
        out.print(results_table(found))
        out.print(line)
        folder, its = arguments.rescore or arguments.out, list(found["scenarios"].values())
        failed = next((number for number, one in enumerate(its) if one["passed"] < one["trials"]), None)
        if failed is not None:
            out.print(f"walk through one that failed: toolwalk play {folder}#{failed * its[0]['trials']}")
    if arguments.junit is not None:
        from .evaluate import junit

        try:
            arguments.junit.write_text(junit(found), encoding="utf-8")
        except OSError as error:
            raise BadInput(f"cannot write {arguments.junit}: {error.strerror}; choose another file") from None
    worse = _worse(found, arguments)
    below = arguments.fail_under is not None and found["pass^k"].get(1, [0.0])[0] < arguments.fail_under
    if below:
        print(f"toolwalk: pass^1 is below {arguments.fail_under:g}", file=sys.stderr)
    return int(below or worse)


def _worse(found: dict[str, Any], arguments: argparse.Namespace) -> bool:
    """Whether it is worse than the baseline, beyond what chance makes of it; says so, with the power of the test."""
    if arguments.baseline is None:
        return False
    from .evaluate import compare, results_in

    beside = compare(results_in(arguments.baseline), found, arguments.seed)
    middle, low, high = (100 * value for value in beside["difference"])
    print(
        f"against {arguments.baseline}: {middle:+.1f} points [{low:+.1f}, {high:+.1f}], paired over "
        f"{beside['scenarios']} scenarios; {100 * beside['detectable']:.1f} points would be seen four times in five",
        file=sys.stderr,
    )
    return bool(high < 0)


def results_table(found: dict[str, Any]) -> "Table":
    """The figures of an evaluation."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    table.add_row("scenarios", f"{len(found['scenarios'])}, {found['episodes']} episodes")
    table.add_row("reward", _interval(found["reward"]))
    for name in ("pass^k", "pass@k"):
        for k, values in found[name].items():
            table.add_row(f"{name[:-1]}{k}", _interval(values))
    if found["twins"][2]:
        table.add_row("twins, both", _interval(found["twins"]))
    table.add_row("noise", f"{100 * found['noise']:.1f} points between repeats of the whole")
    for what, its in found["by"].items():
        for value, one in its.items():
            table.add_row(f"{what}: {value}", f"{100 * one['pass^1']:.0f} % of {one['scenarios']}")
    for kind, count in found["went wrong"].items():
        table.add_row(f"went wrong: {kind}", str(count))
    for whose, count in found["whose"].items():
        table.add_row(f"whose doing: {whose}", str(count))
    for what, value in found["user"].items():
        table.add_row(f"the user: {what}", f"{value:.1f}")
    failed = [name for name, one in found["scenarios"].items() if one["passed"] < one["trials"]]
    if failed:
        table.add_row("failed", ", ".join(failed[:8]) + (f" and {len(failed) - 8} more" if len(failed) > 8 else ""))
    return table


def _interval(values: list[float]) -> str:
    middle, low, high = (100 * value for value in values)
    return f"{middle:.1f} % [{low:.1f}, {high:.1f}]"


def _compare(arguments: argparse.Namespace) -> int:
    from rich.table import Table

    from . import show
    from .evaluate import compare, results_in

    if arguments.users:
        return _compare_users(arguments)
    found = compare(results_in(arguments.one), results_in(arguments.other), arguments.seed)
    if arguments.json:
        print(json.dumps(found))
        return 0
    middle, low, high = (100 * value for value in found["difference"])
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    table.add_row("scenarios in both", str(found["scenarios"]))
    table.add_row("difference of pass^1", f"{middle:+.1f} points [{low:+.1f}, {high:+.1f}], paired by scenario")
    table.add_row("would be seen", f"{100 * found['detectable']:.1f} points, four times in five")
    for name in ("better", "worse"):
        table.add_row(f"{name} in", f"{len(found[name])}: {', '.join(found[name][:10])}" if found[name] else "none")
    show.console().print(table)
    return 0


def _compare_users(arguments: argparse.Namespace) -> int:
    from .evaluate import flips

    found = flips(arguments.one, arguments.other)
    if arguments.json:
        print(json.dumps(found))
        return 0
    both, turned = found["episodes"], found["flipped"]
    print(f"episodes in both     {both}, passed {found['passed'][0]} and {found['passed'][1]}")
    print(f"verdicts that flip   {len(turned)}, {100 * len(turned) / both:.1f} %")
    for one in turned[:20]:
        print(f"  {one['name']}, trial {one['trial']}: {one['one']} -> {one['other']}")
    return 0


# ── scenarios ────────────────────────────────────────────────────────────────────────────────────────────


def _list(arguments: argparse.Namespace) -> int:
    from rich.table import Table

    from scenarios.files import names

    from . import show

    found = chosen([arguments.pattern]) if arguments.pattern != "*" or names() else {}
    if arguments.json:
        print(
            json.dumps(
                [{"name": n, "about": s.about, "tests": s.tests, "tools": len(s.tools)} for n, s in found.items()]
            )
        )
        return 0
    table = Table(box=None, pad_edge=False)
    for name in ("scenario", "turns", "calls", "tools", "what is hard about it"):
        table.add_column(name, justify="right" if name in ("turns", "calls", "tools") else "left")
    for name, one in found.items():
        table.add_row(name, str(len(one.plan.turns)), str(len(one.plan.steps)), str(len(one.tools)), one.about)
    show.console().print(table)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from rich.text import Text

    from . import show
    from .audit import case_of
    from .record import row_of

    for name, one in chosen([arguments.name]).items():
        if arguments.json:
            print(json.dumps(one.as_json()))
            continue
        case = case_of(one)
        evidence = case.evidence
        row = row_of(0, one, case.toolkit, evidence.messages, evidence.ended, evidence.digest, 1.0, evidence.deeds)
        out = show.console()
        out.print(Text(name, style="bold"), one.about)
        out.print(f"tests: {', '.join(one.tests) or '–'}; {len(one.tools)} tools in view", style="dim")
        out.print(show.dialogue(row))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from scenarios.files import load

    return _audited({arguments.file.stem: load(arguments.file)}, 1, arguments)


def _new(arguments: argparse.Namespace) -> int:
    from scenarios.files import save

    from .happenings import happenings
    from .record import read_rows, rows_in
    from .replay import evidence_of

    run, _, number = arguments.source.rpartition("#")
    if not run or not number.isdigit():
        raise BadInput(f"--from {arguments.source!r} names no row; write it like runs/first#17")
    row = next((row for _, row in read_rows(rows_in(Path(run))) if row["index"] == int(number)), None)
    if row is None:
        raise RecordError(f"{run} has no row {number}; its rows have these numbers in their index")
    evidence = evidence_of(row, f"row {number}")
    scenario = evidence.scenario.model_copy(
        update={
            "name": arguments.name,
            "about": arguments.about,
            "tests": tuple(happenings(evidence)),
            "toolkit": evidence.scenario.toolkit.model_copy(update={"version": "", "source": ""}),
            "lineage": {"from": f"{Path(run).name}#{number}"},
        }
    )
    path = arguments.to / f"{arguments.name}.yaml"
    if path.exists():
        raise BadInput(f"{path} is there already; choose another name, or remove it")
    save(scenario, path)
    print(
        json.dumps({"path": str(path)})
        if arguments.json
        else f"written to {path}; prove it with: toolwalk audit {path}"
    )
    return 0


# ── audit ────────────────────────────────────────────────────────────────────────────────────────────────


def _audit(arguments: argparse.Namespace) -> int:
    return _audited(chosen(arguments.scenarios), arguments.workers, arguments)


def _audited(scenarios: "dict[str, Scenario]", workers: int, arguments: argparse.Namespace) -> int:
    from concurrent.futures import ProcessPoolExecutor

    from rich.table import Table

    from . import show
    from .audit import CHECKS, audit

    if workers > 1 and len(scenarios) > 4:
        with ProcessPoolExecutor(workers) as pool:
            found = dict(zip(scenarios, pool.map(audit, scenarios.values(), chunksize=4), strict=True))
    else:
        found = {name: audit(one) for name, one in scenarios.items()}
    sound = sum(not any(its.values()) for its in found.values())
    if arguments.json:
        print(json.dumps(found))
        return int(sound < len(found))
    table = Table(box=None, pad_edge=False)
    for name in ("scenario", *CHECKS):
        table.add_column(name)
    for name, its in found.items():
        table.add_row(name, *("ok" if not its[check] else "no" for check in CHECKS))
    out = show.console()
    out.print(table)
    for name, its in found.items():
        for check, finding in its.items():
            if finding and finding != "not tried":
                out.print(f"{name}: {check}: {finding}", markup=False, highlight=False)
    out.print(f"{sound} of {len(found)} sound")
    return int(sound < len(found))
