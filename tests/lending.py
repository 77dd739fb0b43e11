"""A stranger's tools as somebody would write them: ids that nobody says, results as records and lists of records."""

import random
import sqlite3
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar, Literal, TypedDict

from pydantic import BaseModel, Field

BOOKS = {
    "B-1": ("The Salt Road", "Mara Lind", "Central", 2),
    "B-2": ("Bread and Stone", "Ivo Petrov", "Harbour", 1),
    "B-3": ("Night Trains", "Mara Lind", "Hill", 3),
    "B-4": ("Winter Soups", "Ivo Petrov", "Hill", 0),
}


class Lending:
    """A library."""

    def __init__(self) -> None:
        self.copies = {key: copies for key, (*_, copies) in BOOKS.items()}
        self.loans = {"L-1": {"book_id": "B-3", "due": "2026-03-14"}}
        self.fines = 2.5

    def search_books(self, author: str = "") -> list[dict[str, Any]]:
        """Search the catalogue by title, or by author.

        Args:
            author: who wrote it
        """
        found = [(key, title, by) for key, (title, by, _, _) in BOOKS.items() if not author or by == author]
        return [{"book_id": key, "title": title, "author": by} for key, title, by in found]

    def book_details(self, book_id: str) -> dict[str, Any]:
        """Everything the catalogue knows of a book.

        Args:
            book_id: which one
        """
        title, author, branch, _ = BOOKS[book_id]
        return {"book_id": book_id, "title": title, "author": author, "branch": branch, "copies": self.copies[book_id]}

    def list_loans(self) -> dict[str, Any]:
        """The member's current loans with due dates."""
        loans = [
            {"loan_id": key, "title": BOOKS[loan["book_id"]][0], "due": loan["due"]} for key, loan in self.loans.items()
        ]
        return {"count": len(loans), "loans": loans}

    def borrow(self, book_id: str) -> dict[str, Any]:
        """Borrow a book for three weeks.

        Args:
            book_id: which one
        """
        if not self.copies[book_id]:
            return {"error": f"{BOOKS[book_id][0]} is out on loan"}
        self.copies[book_id] -= 1
        loan = f"L-{len(self.loans) + 1}"
        self.loans[loan] = {"book_id": book_id, "due": "2026-03-30"}
        return {"loan_id": loan, "title": BOOKS[book_id][0], "due": "2026-03-30"}

    def renew(self, loan_id: str) -> dict[str, Any]:
        """Renew a loan by two weeks, at most twice.

        Args:
            loan_id: which one
        """
        loan = self.loans[loan_id]
        if loan["due"] > "2026-04-10":
            return {"error": "renewed already"}
        loan["due"] = f"2026-04-{int(loan['due'][-2:]) - 3:02d}"
        return {"loan_id": loan_id, "due": loan["due"]}

    def check_fines(self) -> float:
        """What the member owes, in euros."""
        return self.fines


def make(seed: int, config: dict[str, Any]) -> Lending:
    """The factory."""
    return Lending()


class Courses:
    """Ids in lists within lists."""

    def __init__(self) -> None:
        self.joined: list[str] = []

    def show_week(self) -> dict[str, Any]:
        """Show the week's courses."""
        tuesday = [{"course_id": "c1", "name": "Clay"}, {"course_id": "c2", "name": "Ink"}]
        days = {"2026-03-10": tuesday, "2026-03-11": [{"course_id": "c3", "name": "Wood"}]}
        return {"days": [{"day": day, "courses": courses} for day, courses in days.items()]}

    def join_course(self, course_id: str) -> dict[str, Any]:
        """Join a course.

        Args:
            course_id: which one
        """
        if course_id not in ("c1", "c2", "c3"):
            return {"error": "no such course"}
        self.joined.append(course_id)
        return {"joined": len(self.joined)}


def courses(seed: int, config: dict[str, Any]) -> Courses:
    """The factory."""
    return Courses()


class University:
    """Courses by their codes, people by their numbers; a class that needs no factory."""

    def __init__(self) -> None:
        self.courses: dict[str, dict[str, Any]] = {
            "CS101": {"title": "Programming", "lecturer": "Prof. Adler", "weekday": "Monday", "credits": 6, "free": 2},
            "CS204": {"title": "Databases", "lecturer": "Dr. Weiss", "weekday": "Tuesday", "credits": 5, "free": 0},
            "MA110": {"title": "Algebra", "lecturer": "Prof. Novak", "weekday": "Wednesday", "credits": 6, "free": 9},
            "PH150": {"title": "Mechanics", "lecturer": "Dr. Costa", "weekday": "Thursday", "credits": 4, "free": 5},
        }
        self.students: dict[str, dict[str, Any]] = {
            "s-1001": {"name": "Mira Okafor", "courses": ["CS101"], "grades": {"MA110": 1.7}},
            "s-1002": {"name": "Jonas Weber", "courses": ["PH150", "MA110"], "grades": {"CS101": 2.3, "CS204": 1.3}},
            "s-1003": {"name": "Elena Rossi", "courses": ["MA110"], "grades": {}},
        }

    def search_courses(self, weekday: str | None = None, min_credits: int = 0) -> list[dict[str, Any]]:
        """Search the course catalogue.

        Args:
            weekday: only courses on this weekday
            min_credits: only courses with at least this many credits
        """
        found = {code: its for code, its in self.courses.items() if weekday in (None, its["weekday"])}
        return [{"code": code, **its} for code, its in found.items() if its["credits"] >= min_credits]

    def find_student(self, name: str) -> dict[str, Any]:
        """Find a student by name."""
        for key, its in self.students.items():
            if name.casefold() in its["name"].casefold():
                return {"student_id": key, "name": its["name"]}
        raise ValueError(f"No student called {name}")

    def enroll(self, student_id: str, course_code: str) -> dict[str, Any]:
        """Enroll a student in a course."""
        its, course = self.students[student_id], self.courses[course_code]
        if course_code in its["courses"] or not course["free"]:
            raise ValueError(f"{course['title']} is full" if not course["free"] else f"{its['name']} is in it already")
        its["courses"].append(course_code)
        course["free"] -= 1
        return {"student": its["name"], "course": course["title"]}

    def drop_course(self, student_id: str, course_code: str) -> dict[str, Any]:
        """Drop a student from a course they are enrolled in."""
        its = self.students[student_id]
        if course_code not in its["courses"]:
            raise ValueError(f"{its['name']} is not enrolled")
        its["courses"].remove(course_code)
        return {"student": its["name"], "dropped": self.courses[course_code]["title"]}

    def get_schedule(self, student_id: str) -> list[dict[str, Any]]:
        """Get a student's weekly schedule."""
        return [{"code": code, **self.courses[code]} for code in self.students[student_id]["courses"]]

    def get_grades(self, student_id: str) -> dict[str, float]:
        """Get all grades of a student, by course code."""
        return dict(self.students[student_id]["grades"])

    def record_grade(self, student_id: str, course_code: str, grade: float) -> dict[str, Any]:
        """Record the grade of a student for a course.

        Args:
            student_id: the student
            course_code: the course
            grade: from 1.0 (best) to 5.0 (failed)
        """
        if not 1.0 <= grade <= 5.0:
            raise ValueError("grades go from 1.0 to 5.0")
        self.students[student_id]["grades"][course_code] = grade
        return {"student": self.students[student_id]["name"], "grade": grade}

    def message_lecturer(self, course_code: str, text: str) -> str:
        """Send a message to the lecturer of a course."""
        return f"Message sent to {self.courses[course_code]['lecturer']}."


class Listing(BaseModel):
    """A house, known by its address alone."""

    listing_id: int
    address: str
    city: str
    price: float
    bedrooms: int


class Viewing(BaseModel):
    """Somebody's look at a house."""

    viewing_id: int
    listing_id: int
    client: str
    starts_at: str


class Agency:
    """Houses without names, sums in the hundred thousands, bounds that descriptions tell."""

    def __init__(self, currency: str = "EUR") -> None:
        self.currency = currency
        self.listings = {
            1: Listing(listing_id=1, address="12 Orchard Street", city="Bristol", price=325_000, bedrooms=3),
            2: Listing(listing_id=2, address="8 Station Road", city="Bath", price=450_000, bedrooms=4),
            3: Listing(listing_id=3, address="Quay House", city="Bristol", price=210_000, bedrooms=1),
        }
        self.viewings = [Viewing(viewing_id=1, listing_id=2, client="Harriet Cole", starts_at="2026-04-20T10:00:00")]
        self.offers: list[dict[str, Any]] = []

    def search_listings(self, max_price: float | None = None, min_bedrooms: int | None = None) -> list[Listing]:
        """Search properties for sale. All filters are optional.

        Args:
            max_price: Upper limit of the asking price.
            min_bedrooms: Minimum number of bedrooms.
        """
        cheap = [one for one in self.listings.values() if max_price is None or one.price <= max_price]
        return [one for one in cheap if min_bedrooms is None or one.bedrooms >= min_bedrooms]

    def schedule_viewing(self, listing_id: int, client: str, starts_at: datetime) -> Viewing:
        """Schedule a viewing of a property for a client.

        Args:
            listing_id: The property to view.
            client: Full name of the client.
            starts_at: When the viewing starts.
        """
        when = starts_at.replace(tzinfo=None).isoformat()
        key = 1 + max((one.viewing_id for one in self.viewings), default=0)
        found = self.listings[listing_id]
        self.viewings.append(Viewing(viewing_id=key, listing_id=found.listing_id, client=client, starts_at=when))
        return self.viewings[-1]

    def list_viewings(self) -> list[dict[str, Any]]:
        """List upcoming viewings."""
        return [{**one.model_dump(), "address": self.listings[one.listing_id].address} for one in self.viewings]

    def cancel_viewing(self, viewing_id: int) -> bool:
        """Cancel a viewing. Returns False if there is no such viewing."""
        before = len(self.viewings)
        self.viewings = [one for one in self.viewings if one.viewing_id != viewing_id]
        return len(self.viewings) < before

    def make_offer(self, listing_id: int, client: str, amount: float) -> dict[str, Any]:
        """Submit an offer on a property on behalf of a client.

        Args:
            listing_id: The property.
            client: Who makes the offer.
            amount: The amount offered.
        """
        if amount < 0.8 * self.listings[listing_id].price:
            return {"success": False, "message": "offers below 80% of the asking price are not considered"}
        self.offers.append({"listing_id": listing_id, "client": client, "amount": amount})
        return {"success": True, "offer": len(self.offers), "client": client}

    def reduce_price(self, listing_id: int, percent: float) -> dict[str, Any]:
        """Reduce the asking price of a listing by a percentage (max 15)."""
        if not 0 < percent <= 15:
            raise ValueError("percent must be between 0 and 15")
        found = self.listings[listing_id]
        found.price = round(found.price * (1 - percent / 100), 2)
        return {"address": found.address, "new_price": found.price}


class Deal(TypedDict):
    """What the tools below return; the type hint of a result is not read, what is returned is seen."""

    deal_id: str
    title: str
    company_id: str
    stage: str


class Sales:
    """Records that name others by id, texts that stand nowhere, a deed that says False, an asynchronous method."""

    def __init__(self) -> None:
        self.companies = {"co-1": "Nordwind Logistics", "co-2": "Halcyon Labs", "co-3": "Tessera Studio"}
        self.deals = {"d-1": ["Fleet tracking", "co-1", "new"], "d-2": ["Lab inventory", "co-2", "won"]}
        self.notes: list[list[str]] = []
        self.reminders: dict[str, str] = {}

    async def list_deals(self, stage: Literal["new", "won", "lost"] | None = None) -> list[Deal]:
        """List the deals, or those in a stage."""
        return [self._deal(key) for key, deal in self.deals.items() if stage in (None, deal[2])]

    def get_company(self, company_id: str) -> dict[str, Any]:
        """Get one company with its deals."""
        titles = [title for title, company, _ in self.deals.values() if company == company_id]
        return {"company_id": company_id, "name": self.companies[company_id], "deals": titles}

    def get_tax(self, company_id: str) -> dict[str, Any]:
        """Get the tax of one company, which is the same for all."""
        return {"percent": 19}

    def draw_lots(self) -> dict[str, Any]:
        """Draw lots for a prize, which nobody could replay."""
        return {"winner": random.choice(range(10**6))}

    def move_deal(self, deal_id: str, stage: Literal["new", "won", "lost"]) -> Deal:
        """Move a deal to another stage."""
        self.deals[deal_id][2] = stage
        return self._deal(deal_id)

    def log_contact(self, company_id: str, kind: Literal["call", "mail"], note: str) -> dict[str, Any]:
        """Log a call or a mail with a company."""
        self.notes.append([self.companies[company_id], kind, note])
        return {"note_id": len(self.notes), "kind": kind, "note": note}

    def set_reminder(self, deal_id: str, date: str) -> dict[str, Any]:
        """Set a reminder for a deal."""
        self.reminders[f"r-{deal_id}"] = date
        return {"reminder_id": f"r-{deal_id}", "title": self.deals[deal_id][0], "date": date}

    def cancel_reminder(self, reminder_id: str) -> bool:
        """Cancel a reminder."""
        return self.reminders.pop(reminder_id, None) is not None

    def _deal(self, key: str) -> Deal:
        title, company, stage = self.deals[key]
        return {"deal_id": key, "title": title, "company_id": company, "stage": stage}


def sales(seed: int, config: dict[str, Any]) -> Sales:
    """The factory."""
    return Sales()


class Money:
    """Numbers for ids, ``success`` for yes and no, things told apart by their sort, results in sentences."""

    def __init__(self) -> None:
        self.accounts: dict[str, list[Any]] = {
            "DE-1001": ["checking", 812.4],
            "DE-1002": ["savings", 5400.0],
            "DE-1003": ["holiday", 90.0],
        }
        self.reports = {"R-1": ["The machine is slow", "open"], "R-2": ["The card was kept", "closed"]}
        self.blocked = False

    def get_accounts(self) -> dict[str, Any]:
        """Get all accounts of the customer with their balances."""
        found = [{"accountNumber": key, "type": sort, "balance": its} for key, (sort, its) in self.accounts.items()]
        return {"success": True, "accounts": found, "count": len(found)}

    def move_money(self, fromAccount: str, toAccount: str, amount: float) -> dict[str, Any]:
        """Move money between the customer's own accounts.

        Args:
            fromAccount: number of the one
            toAccount: number of the other
            amount: in euros
        """
        if fromAccount == toAccount or amount > self.accounts[fromAccount][1]:
            return {"success": False, "message": "not enough money"}
        self.accounts[fromAccount][1] -= amount
        self.accounts[toAccount][1] += amount
        return {"success": True, "moved": -amount}

    def rename_account(self, accountNumber: str, name: str) -> dict[str, Any]:
        """Change the name of an account."""
        self.accounts[accountNumber][0] = name
        return {"success": True, "accountNumber": accountNumber, "type": name}

    def list_reports(self) -> list[dict[str, Any]]:
        """List the reports."""
        return [{"key": key, "summary": text, "status": state} for key, (text, state) in self.reports.items()]

    def close_report(self, report_key: str) -> str:
        """Close a report that is still open."""
        if self.reports[report_key][1] == "closed":
            return "Error: it is closed already"
        self.reports[report_key][1] = "closed"
        return f"OK, {self.reports[report_key][0]} is closed now."

    def block_card(self) -> dict[str, Any]:
        """Block the customer's debit card."""
        if self.blocked:
            return {"success": False, "message": "it is blocked already"}
        self.blocked = True
        return {"success": True}


def money(seed: int, config: dict[str, Any]) -> Money:
    """The factory."""
    return Money()


class Flights:
    """The desk of every tutorial: descriptions with "a given", "an existing", "specified"; bookings without a name."""

    def __init__(self) -> None:
        ways = (
            ("Zurich", "London", "2026-03-12"),
            ("Zurich", "Lisbon", "2026-03-14"),
            ("Paris", "Lisbon", "2026-03-15"),
        )
        self.seats = {f"LX10{number}": 2 for number in range(len(ways))}
        self.flights = {
            key: {"flight_id": key, "origin": start, "destination": end, "date": day, "departure": "07:15"}
            for key, (start, end, day) in zip(self.seats, ways, strict=True)
        }
        self.bookings: dict[str, dict[str, str]] = {}

    def search_flights(self, origin: str, destination: str, date: str | None = None) -> dict[str, Any]:
        """Search for flights between two cities.

        Args:
            origin: departure city
            destination: arrival city
            date: departure date in YYYY-MM-DD format
        """
        every = self.flights.values()
        found = [its for its in every if (its["origin"], its["destination"]) == (origin, destination)]
        return {"flights": [its for its in found if date in (None, its["date"])]}

    def book_flight(self, flight_id: str, passenger_name: str) -> dict[str, Any]:
        """Book a flight for a passenger."""
        if flight_id not in self.flights or not self.seats[flight_id]:
            return {"error": "No seats left"}
        self.seats[flight_id] -= 1
        reference = f"BK{len(self.bookings) + 1:04d}"
        self.bookings[reference] = {
            "booking_reference": reference,
            "passenger_name": passenger_name,
            "status": "confirmed",
        }
        return dict(self.bookings[reference])

    def get_booking(self, booking_reference: str) -> dict[str, Any]:
        """Retrieve the details of an existing booking by its reference."""
        return dict(self.bookings[booking_reference])

    def cancel_booking(self, booking_reference: str) -> dict[str, Any]:
        """Cancel an existing booking."""
        if self.bookings[booking_reference]["status"] == "cancelled":
            return {"error": "This booking has already been cancelled"}
        self.bookings[booking_reference]["status"] = "cancelled"
        return {"booking_reference": booking_reference, "status": "cancelled"}


def flights(seed: int, config: dict[str, Any]) -> Flights:
    """The factory."""
    return Flights()


class Size(StrEnum):
    """How much is tasted."""

    small = "small"
    large = "large"


class Address(BaseModel):
    """Where something is sent."""

    street: str
    city: str
    zip_code: str


class Line(BaseModel):
    """Some of a product."""

    product_id: str
    quantity: int = Field(ge=1, le=10)


class Filters(BaseModel):
    """What is looked for."""

    category: str | None = None
    max_price: float | None = None


class Market:
    """Parameters as somebody with pydantic writes them: models, lists of models, days, times, an enum."""

    def __init__(self) -> None:
        things = (("Oat milk", "drinks", 2.4, 10), ("Rye bread", "bakery", 3.8, 4), ("Ginger tea", "drinks", 4.5, 0))
        self.products: dict[str, dict[str, Any]] = {
            f"p{number}": {"product_id": f"p{number}", "name": name, "category": sort, "price": price, "stock": stock}
            for number, (name, sort, price, stock) in enumerate(things, 1)
        }
        self.orders: dict[str, dict[str, Any]] = {}
        self.tastings: dict[str, dict[str, Any]] = {}

    def search_products(self, filters: Filters) -> list[dict[str, Any]]:
        """Search products by filters."""
        found = [one for one in self.products.values() if filters.category in (None, one["category"])]
        return [one for one in found if filters.max_price is None or one["price"] <= filters.max_price]

    def place_order(self, items: list[Line], address: Address) -> dict[str, Any]:
        """Place an order for some items, delivered to an address."""
        for line in items:
            if self.products[line.product_id]["stock"] < line.quantity:
                raise ValueError(f"there is not enough {self.products[line.product_id]['name']}")
        total = sum(self.products[line.product_id]["price"] * line.quantity for line in items)
        key = f"o{len(self.orders) + 1}"
        self.orders[key] = {"order_id": key, "total": round(total, 2), "city": address.city, "status": "placed"}
        return self.orders[key]

    def change_address(self, order_id: str, address: Address, bill: Address | None = None) -> dict[str, Any]:
        """Change the delivery address of an order."""
        self.orders[order_id]["city"] = address.city
        return {"order_id": order_id, "city": address.city, "street": address.street}

    def cancel_order(self, order_id: str) -> dict[str, Any]:
        """Cancel an order."""
        self.orders[order_id]["status"] = "cancelled"
        return {"order_id": order_id, "status": "cancelled"}

    def book_tasting(self, day: date, at: time, size: Size) -> dict[str, Any]:
        """Book a tea tasting."""
        key = f"b{len(self.tastings) + 1}"
        self.tastings[key] = {"day": day.isoformat(), "at": f"{at:%H:%M}", "size": size.value}
        return self.tastings[key]

    def list_tastings(self, since: date | None = None) -> list[dict[str, Any]]:
        """List the tastings that are booked."""
        return [one for one in self.tastings.values() if since is None or one["day"] >= since.isoformat()]


def market(seed: int, config: dict[str, Any]) -> Market:
    """The factory."""
    return Market()


class Gym:
    """State in an SQLite database, as many keep it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.row_factory = sqlite3.Row
        self._db.executescript(
            """
            create table classes (id integer primary key, name text, trainer text, day text, places integer);
            create table bookings (id integer primary key, class_id integer references classes(id));
            insert into classes values (1, 'Yoga', 'Mina', '2026-03-10', 2), (2, 'Spinning', 'Karl', '2026-03-11', 0),
                (3, 'Boxing', 'Mina', '2026-03-12', 5);
            """
        )

    def __del__(self) -> None:
        self._db.close()

    def list_classes(self, trainer: str | None = None) -> list[dict[str, Any]]:
        """List the classes, optionally of one trainer.

        Args:
            trainer: name of the trainer
        """
        return [
            dict(row)
            for row in self._db.execute("select * from classes where trainer = ifnull(?, trainer)", (trainer,))
        ]

    def book_class(self, class_id: int) -> dict[str, Any]:
        """Book a place in a class."""
        found = self._db.execute("select * from classes where id = ?", (class_id,)).fetchone()
        taken = self._db.execute("select count(*) from bookings where class_id = ?", (class_id,)).fetchone()[0]
        if taken >= found["places"]:
            return {"error": f"{found['name']} is full"}
        made = self._db.execute("insert into bookings (class_id) values (?)", (class_id,))
        self._db.commit()
        return {"booking_id": made.lastrowid, "class": found["name"], "day": found["day"]}

    def list_bookings(self) -> list[dict[str, Any]]:
        """List the member's bookings."""
        query = "select b.id as booking_id, name, day from bookings b join classes c on c.id = b.class_id"
        return [dict(row) for row in self._db.execute(query)]

    def cancel_booking(self, booking_id: int) -> dict[str, Any]:
        """Cancel a booking."""
        gone = self._db.execute("delete from bookings where id = ?", (booking_id,)).rowcount
        return {"cancelled": gone} if gone else {"error": "there is no such booking"}


def gym(seed: int, config: dict[str, Any]) -> Gym:
    """The factory."""
    return Gym()


class Shelf:
    """State in the body of the class, which every object would share; and what is no state, nor could be copied."""

    ways: ClassVar[dict[str, Any]] = {"up": str.upper}
    books: ClassVar[dict[str, dict[str, Any]]] = {"b1": {"book_id": "b1", "title": "Night Trains", "lent": False}}

    def list_books(self) -> list[dict[str, Any]]:
        """List the books."""
        return list(self.books.values())

    def lend_book(self, book_id: str) -> dict[str, Any]:
        """Lend a book."""
        if self.books[book_id]["lent"]:
            return {"error": "it is lent already"}
        self.books[book_id]["lent"] = True
        return self.books[book_id]

    def get_time(self) -> str:
        """Get the time."""
        return f"{datetime.now():%H:%M:%S}"


def shelf(seed: int, config: dict[str, Any]) -> Shelf:
    """The factory."""
    return Shelf()


#: State that no object holds; what is tested is that this is told.
LENT: list[str] = []


class Outside:
    """State in the module."""

    def list_lent(self) -> list[str]:
        """List the books that are lent."""
        return LENT

    def lend_book(self, title: str) -> int:
        """Lend a book."""
        LENT.append(title)
        return len(LENT)


def outside(seed: int, config: dict[str, Any]) -> Outside:
    """The factory."""
    return Outside()
