"""Weather: forecasts by city and day. The sky is a function of the world's seed."""

from datetime import date, timedelta

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import City, Clock, Day
from ..phrases import Noun, Phrases
from ..tool import tool
from ..values import say
from ..world import World, number_of

_SKIES = ["sunny", "cloudy", "rainy", "windy", "sunny with clouds", "foggy"]


class Forecast(TypedDict):
    city: City
    day: Day
    sky: str
    high: int
    low: int
    rain_percent: int


class DayItem(TypedDict):
    day: Day
    sky: str
    high: int
    rain_percent: int


class Week(TypedDict):
    city: City
    days: list[DayItem]


class Sun(TypedDict):
    city: City
    day: Day
    rises: Clock
    sets: Clock


class DryHours(TypedDict):
    city: City
    day: Day
    hours: list[Clock]


class Warning(TypedDict):
    what: str
    day: Day


class Warnings(TypedDict):
    city: City
    warnings: list[Warning]


def _sky(world: World, city: str, day: str) -> Forecast:
    today = world.now.date()
    ahead = (date.fromisoformat(day) - today).days
    if ahead < 0:
        raise Refused("in_the_past", f"{say('day', day)} is over", "choose another day, from today on")
    if ahead > 10:
        raise Refused("too_far", "forecasts reach ten days ahead", "choose another day, within ten days")
    number = number_of(world.base.seed, city, day)
    warm = 8 + int(12 * (1 - abs(date.fromisoformat(day).timetuple().tm_yday - 200) / 200)) + number % 7
    sky = _SKIES[number % len(_SKIES)]
    rain = {"rainy": 60, "cloudy": 30, "foggy": 20}.get(sky, 5) + number // 7 % 25
    return {"city": city, "day": day, "sky": sky, "high": warm, "low": warm - 4 - number % 5, "rain_percent": rain}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what's the weather like[ in {city}][ {@day}]?",
            "will it rain[ in {city}][ {@day}]?",
            "how warm does it get[ in {city}][ {@day}]?",
            "do I need an umbrella[ in {city}][ {@day}]?",
            "weather for {city}[, {day}]?",
            "is it going to be nice[ in {city}][ {@day}]?",
            "what should I wear[ in {city}][ {@day}]?",
            "how will the weather be[ in {city}][ {@day}]?",
            "give me the forecast[ for {city}][ {@day}]",
            "what's it going to be like outside[ in {city}][ {@day}]?",
            "is it warm[ in {city}][ {@day}]?",
            "tell me the weather[ in {city}][ {@day}]",
        ),
        tell=(
            "{city} on {day}: {sky}, {low} to {high} degrees, {rain_percent} % chance of rain.",
            "It'll be {sky} in {city} on {day}, up to {high} degrees; rain {rain_percent} %.",
        ),
        visible=("city",),
        question={"city": "For which city?", "day": "For which day?"},
    ),
)
def get_forecast(world: World, city: City, day: Day) -> Forecast:
    """Tell the weather of a city on a day, up to ten days ahead.

    Args:
        city: where
        day: which day
    """
    return _sky(world, city, day)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what's the weather in {city} over the next days?",
            "give me the outlook for {city}",
            "how does the week look in {city}, weather-wise?",
            "which day will be nicest in {city}?",
            "what will the weather be like in {city} this week?",
            "how's the weather shaping up in {city}?",
            "tell me the weather in {city} for the coming days",
            "what can I expect of the weather in {city}?",
            "I'd like the outlook for {city}.",
            "which days look good in {city}?",
            "show me the weather in {city} day by day",
            "will it stay nice in {city} over the next days?",
        ),
        list="days",
        item="{day} {sky}, {high} degrees",
        tell=("In {city}: {items}.", "{items}."),
        nouns={
            "day": (
                Noun("the warmest day", most="high", seen=True),
                Noun("the driest day", least="rain_percent", seen=True),
            )
        },
        question={"city": "For which city?"},
    ),
)
def get_outlook(world: World, city: City) -> Week:
    """Tell the weather of the next five days.

    Args:
        city: where
    """
    days = [(world.now.date() + timedelta(days=n)).isoformat() for n in range(5)]
    skies = [_sky(world, city, day) for day in days]
    return {
        "city": city,
        "days": [
            DayItem(day=sky["day"], sky=sky["sky"], high=sky["high"], rain_percent=sky["rain_percent"]) for sky in skies
        ],
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when does the sun set[ in {city}][ {@day}]?",
            "how long is it light[ in {city}][ {@day}]?",
            "what time is sunrise[ in {city}][ {@day}]?",
            "when does it get dark[ in {city}][ {@day}]?",
            "when's sunset[ in {city}][ {@day}]?",
            "when does the sun come up[ in {city}][ {@day}]?",
            "until when is it light[ in {city}][ {@day}]?",
            "how early does it get light[ in {city}][ {@day}]?",
            "tell me sunrise and sunset[ in {city}][ {@day}]",
            "I want to see the sunset[ in {city}][ {@day}], when is it?",
            "what are the hours of daylight[ in {city}][ {@day}]?",
            "at what time will it be dark[ in {city}][ {@day}]?",
        ),
        tell=("In {city} the sun rises at {rises} and sets at {sets} on {day}.", "Sunrise {rises}, sunset {sets}."),
        visible=("city",),
        question={"city": "In which city?", "day": "On which day?"},
    ),
)
def get_sun(world: World, city: City, day: Day) -> Sun:
    """Tell when the sun rises and sets.

    Args:
        city: where
        day: which day
    """
    shift = number_of(city) % 40
    season = abs(date.fromisoformat(day).timetuple().tm_yday - 172)
    rises, sets = 290 + season + shift, 1300 - season + shift
    return {
        "city": city,
        "day": day,
        "rises": f"{rises // 60:02d}:{rises % 60:02d}",
        "sets": f"{sets // 60:02d}:{sets % 60:02d}",
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when will it be dry in {city}[ {@day}]?",
            "at what time can I go out without rain in {city}[ {@day}]?",
            "which hours stay dry in {city}[ {@day}]?",
            "find me some dry hours in {city}[ {@day}]",
            "when can I be outside without getting wet in {city}[ {@day}]?",
            "when is there a dry spell in {city}[ {@day}]?",
            "which part of the day is dry in {city}[ {@day}]?",
            "tell me when it stays dry in {city}[ {@day}]",
            "I want to be outdoors in {city}[ {@day}], when is it dry?",
            "look up the dry hours in {city}[ {@day}]",
            "between what hours is there no rain in {city}[ {@day}]?",
            "when should I go for a walk in {city}[ {@day}] to stay dry?",
        ),
        list="hours",
        tell=("Dry around {items}.", "It stays dry at {items} in {city}."),
        none=("It rains all day in {city}.",),
        nouns={"hours": (Noun("the first dry hour", least="value", seen=True),)},
        question={"city": "In which city?", "day": "On which day?"},
    ),
)
def get_dry_hours(world: World, city: City, day: Day) -> DryHours:
    """List the hours of a day without rain.

    Args:
        city: where
        day: which day
    """
    rain = _sky(world, city, day)["rain_percent"]
    hours = [f"{hour:02d}:00" for hour in range(8, 21, 2) if number_of(world.base.seed, city, day, hour) % 100 > rain]
    return {"city": city, "day": day, "hours": hours}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "are there weather warnings for {city}?",
            "any storms coming to {city}?",
            "is there a weather alert in {city}?",
            "should I worry about the weather in {city}?",
            "is any bad weather coming to {city}?",
            "what weather warnings are out for {city}?",
            "do I have to look out for the weather in {city}?",
            "check for storms in {city}",
            "tell me about any weather warnings for {city}",
            "is it safe outside in {city}, weather-wise?",
            "look up the weather alerts for {city}",
            "have they put out a warning for {city}?",
        ),
        list="warnings",
        item="{what} on {day}",
        tell=("For {city}: {items}.", "There's a warning: {items}."),
        none=("No warnings for {city}.", "Nothing to worry about in {city}."),
        nouns={"day": (Noun("the day of the {what}", seen=True),)},
        question={"city": "For which city?"},
    ),
)
def get_warnings(world: World, city: City) -> Warnings:
    """List weather warnings of the next days.

    Args:
        city: where
    """
    number = number_of(world.base.seed, city, "warning")
    day = (world.now.date() + timedelta(days=1 + number % 4)).isoformat()
    what = ["heavy rain", "strong wind", "heat", "thick fog"][number // 4 % 4]
    return {"city": city, "warnings": [{"what": what, "day": day}] if number % 3 else []}
