"""The pictures of ``toolwalk play`` that stand in the README: ``python -m tests.screens`` makes them anew."""

import asyncio
import re
from html import unescape
from pathlib import Path

from textual.widgets import Input

from scenarios.files import abouts, load, names
from sim.play import Session, begin
from sim.tui import Player

HERE = Path(__file__).parent
NAME = "money/pay-yes-but"


def session(who: str = "watch", out: Path | None = None) -> Session:
    """A scenario, with somebody in front of it."""
    return begin(load(names()[NAME]), who, out=out)


def picture(app: Player) -> str:
    """What is on the screen, as SVG that needs nothing from anywhere."""
    svg = app.export_screenshot(title="toolwalk play")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def steady(app: Player) -> None:
    """Keep the cursor from blinking: a picture is the same whenever it is taken."""
    for one in app.query(Input):
        one.cursor_blink = False


def words_in(svg: str) -> list[str]:
    """The texts of a picture, without their colours and places."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    plain = (unescape(text).replace("\xa0", " ").rstrip() for text in texts)
    return [text for text in plain if text]


async def wide() -> str:
    """140 columns: the assistant's seat in the middle of a job, the world beside it."""
    app = Player(session("watch"), abouts())
    async with app.run_test(size=(140, 45)) as pilot:
        steady(app)
        app.do(":next 25")
        app.do(":as assistant")
        app.do(":hint")
        await pilot.press("f2")
        await pilot.pause()
        await pilot.pause()
        return picture(app)


async def narrow() -> str:
    """80 columns: watching, with the reason of the last call below."""
    app = Player(session("watch"), abouts())
    async with app.run_test(size=(80, 24)) as pilot:
        steady(app)
        app.do(":next 13")
        app.do(":why")
        await pilot.pause()
        await pilot.pause()
        return picture(app)


PICTURES = {"play-140x45.svg": wide, "play-80x24.svg": narrow}


def main() -> None:
    """Write them."""
    for name, make in PICTURES.items():
        (HERE / name).write_text(asyncio.run(make()), encoding="utf-8")
        print(HERE / name)


if __name__ == "__main__":
    main()
