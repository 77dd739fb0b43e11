"""Toolkits as strangers would write them, for what users say of them and are told: a home, and the members of a gym."""

from dataclasses import dataclass, field
from typing import Any, Literal


class SmartHome:
    """Controls for what there is in a flat."""

    def __init__(self) -> None:
        self.rooms: dict[str, dict[str, dict[str, Any]]] = {
            "living room": {"lights": {"on": True, "brightness": 80}, "thermostat": {"target": 21.0, "current": 19.5}},
            "kitchen": {"lights": {"on": False, "brightness": 60}, "thermostat": {"target": 19.0, "current": 18.5}},
            "bedroom": {"lights": {"on": False, "brightness": 30}, "thermostat": {"target": 18.0, "current": 17.0}},
            "bathroom": {"lights": {"on": True, "brightness": 100}, "thermostat": {"target": 23.0, "current": 22.0}},
        }
        self.locks = {"front door": True, "back door": False, "garage": True}
        self.scenes = {"movie night": {"living room": 20}, "good morning": {"kitchen": 100, "bathroom": 100}}
        self.timers: list[dict[str, Any]] = []
        self.next_timer = 1

    def list_rooms(self) -> list[dict[str, Any]]:
        """List all rooms with their light and temperature state."""
        return [
            {
                "room": name,
                "lights_on": r["lights"]["on"],
                "brightness": r["lights"]["brightness"],
                "temperature": r["thermostat"]["current"],
            }
            for name, r in self.rooms.items()
        ]

    def set_lights(self, room: str, on: bool, brightness: int = 100) -> dict[str, Any]:
        """Turn the lights in a room on or off.

        Args:
            room: Name of the room
            on: Whether the lights should be on
            brightness: Brightness between 1 and 100
        """
        if room not in self.rooms:
            return {"error": f"No room called {room}"}
        self.rooms[room]["lights"] = {"on": on, "brightness": brightness}
        return {"room": room, "lights": "on" if on else "off", "brightness": brightness}

    def set_temperature(self, room: str, degrees: float) -> dict[str, Any]:
        """Set the target temperature of a room in degrees Celsius (10 to 28)."""
        if room not in self.rooms:
            return {"error": f"No room called {room}"}
        if not 10 <= degrees <= 28:
            return {"error": "The temperature must be between 10 and 28"}
        self.rooms[room]["thermostat"]["target"] = degrees
        return {"room": room, "target": degrees}

    def get_temperature(self, room: str) -> dict[str, Any]:
        """Get the current and the target temperature of a room."""
        if room not in self.rooms:
            return {"error": f"No room called {room}"}
        return {"room": room, **self.rooms[room]["thermostat"]}

    def lock_status(self) -> dict[str, Any]:
        """Show which doors are locked."""
        return {"locks": self.locks}

    def lock_door(self, door: str) -> dict[str, Any]:
        """Lock a door."""
        if door not in self.locks:
            return {"error": f"Unknown door {door}"}
        if self.locks[door]:
            return {"error": f"The {door} is already locked"}
        self.locks[door] = True
        return {"door": door, "locked": True}

    def unlock_door(self, door: str, pin: str) -> dict[str, Any]:
        """Unlock a door. Needs the four-digit PIN."""
        if door not in self.locks:
            return {"error": f"Unknown door {door}"}
        if pin != "4711":
            return {"error": "Wrong PIN"}
        self.locks[door] = False
        return {"door": door, "locked": False}

    def list_scenes(self) -> list[dict[str, Any]]:
        """List the saved scenes."""
        return [{"scene": name, "rooms": list(rooms)} for name, rooms in self.scenes.items()]

    def activate_scene(self, scene: str) -> dict[str, Any]:
        """Activate a saved scene."""
        if scene not in self.scenes:
            return {"error": f"No scene called {scene}"}
        for room, brightness in self.scenes[scene].items():
            self.rooms[room]["lights"] = {"on": True, "brightness": brightness}
        return {"scene": scene, "active": True}

    def set_timer(self, device: str, minutes: int) -> dict[str, Any]:
        """Set a timer that switches a device off after some minutes.

        Args:
            device: e.g. "oven", "heater" or "fan"
            minutes: After how many minutes
        """
        timer = {"timer_id": self.next_timer, "device": device, "minutes": minutes}
        self.timers.append(timer)
        self.next_timer += 1
        return timer

    def list_timers(self) -> list[dict[str, Any]]:
        """List running timers."""
        return self.timers

    def cancel_timer(self, timer_id: int) -> dict[str, Any]:
        """Cancel a running timer."""
        for t in self.timers:
            if t["timer_id"] == timer_id:
                self.timers.remove(t)
                return {"cancelled": timer_id}
        return {"error": "No such timer"}


@dataclass
class Member:
    """Somebody who trains here."""

    member_no: str
    first_name: str
    last_name: str
    plan: str
    frozen: bool = False
    visits: int = 0


@dataclass
class Course:
    """What they come for."""

    id: int
    title: str
    trainer: str
    weekday: str
    time: str
    capacity: int
    enrolled: list[str] = field(default_factory=list)


class GymError(Exception):
    """What does not go."""


class FrontDesk:
    """The front desk of a gym: members go by number, and are looked up by their last name."""

    def __init__(self) -> None:
        self.courses = [
            Course(1, "Morning Yoga", "Ines", "Monday", "07:30", 2, ["M-12"]),
            Course(2, "Spinning", "Pavel", "Tuesday", "18:00", 12),
            Course(3, "Boxing", "Joana", "Thursday", "19:15", 8),
            Course(4, "Pilates", "Ines", "Friday", "09:00", 1, ["M-10"]),
        ]
        self.members = [
            Member("M-10", "Clara", "Weber", "basic"),
            Member("M-11", "Diego", "Ramos", "premium", visits=31),
            Member("M-12", "Hannah", "Olsen", "plus", visits=8),
        ]

    def find_courses(self, trainer: str | None = None) -> list[Course]:
        """Find courses.

        Args:
            trainer: First name of the trainer.
        """
        return [one for one in self.courses if trainer in (None, one.trainer)]

    def search_members(self, last_name: str) -> list[Member]:
        """Search members by their last name."""
        return [one for one in self.members if one.last_name.lower() == last_name.lower()]

    def get_member(self, member_no: str) -> Member:
        """Get a member's profile."""
        return self._member(member_no)

    def enroll(self, member_no: str, course_id: int) -> Course:
        """Enroll a member in a course."""
        who, course = self._member(member_no), self._course(course_id)
        if member_no in course.enrolled:
            raise GymError(f"{who.first_name} is already enrolled in {course.title}")
        if len(course.enrolled) >= course.capacity:
            raise GymError(f"{course.title} is full")
        course.enrolled.append(member_no)
        return course

    def change_plan(self, member_no: str, plan: Literal["basic", "plus", "premium"]) -> Member:
        """Change a member's plan."""
        who = self._member(member_no)
        if who.plan == plan:
            raise GymError(f"The plan is already {plan}")
        who.plan = plan
        return who

    def check_in(self, member_no: str) -> dict[str, Any]:
        """Check a member in at the front desk."""
        who = self._member(member_no)
        who.visits += 1
        return {"member": f"{who.first_name} {who.last_name}", "visits": who.visits}

    def _member(self, number: str) -> Member:
        found = next((one for one in self.members if one.member_no == number), None)
        if found is None:
            raise GymError(f"No member {number}")
        return found

    def _course(self, number: int) -> Course:
        found = next((one for one in self.courses if one.id == number), None)
        if found is None:
            raise GymError(f"No course {number}")
        return found


class Branch:
    """A branch library whose author documents nothing."""

    def __init__(self) -> None:
        self.books: dict[str, dict[str, Any]] = {
            "B01": {"title": "The Salt Road", "author": "Mina Hartley", "copies": 2},
            "B02": {"title": "Clockwork Winter", "author": "Jo Moreau", "copies": 0},
            "B03": {"title": "Birds of the Coast", "author": "Ana Ferreira", "copies": 1},
            "B04": {"title": "Small Engines", "author": "Theo Lang", "copies": 3},
        }
        self.loans = [{"loan": 1, "book": "B02", "due": "2026-03-14"}]
        self.holds: list[str] = []

    def searchBooks(self, text: str) -> list[dict[str, Any]]:
        return [
            {"bookId": key, "title": book["title"], "available": book["copies"] > 0}
            for key, book in self.books.items()
            if text.lower() in f"{book['title']} {book['author']}".lower()
        ]

    def borrowBook(self, bookId: str) -> dict[str, Any]:
        book = self.books[bookId]
        if not book["copies"]:
            return {"error": f"{book['title']} is not available"}
        book["copies"] -= 1
        self.loans.append({"loan": len(self.loans) + 1, "book": bookId, "due": "2026-03-30"})
        return {"loanId": len(self.loans), "title": book["title"], "due": "2026-03-30"}

    def myLoans(self) -> list[dict[str, Any]]:
        return [{"loanId": one["loan"], "title": self.books[str(one["book"])]["title"]} for one in self.loans]

    def renewLoan(self, loanId: int) -> dict[str, Any]:
        for one in self.loans:
            if one["loan"] == loanId and one["due"] != "2026-04-11":
                one["due"] = "2026-04-11"
                return {"loanId": loanId, "due": one["due"]}
        return {"error": "this loan cannot be renewed"}

    def placeHold(self, bookId: str) -> dict[str, Any]:
        book = self.books[bookId]
        if book["copies"] or bookId in self.holds:
            return {"error": f"{book['title']} is on the shelf, or held already"}
        self.holds.append(bookId)
        return {"title": book["title"], "position": len(self.holds)}
