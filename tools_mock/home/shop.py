"""Shop: products, cart, orders, deliveries, returns."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, cast

from typing_extensions import TypedDict

from ..errors import Refused
from ..kinds import (
    AddressId,
    Budget,
    Category,
    City,
    Count,
    Day,
    Money,
    OrderId,
    ProductId,
    ProductName,
    Reason,
)
from ..phrases import Noun, Phrases, Sum
from ..tool import tool
from ..values import say
from ..world import Row, World
from .rows import TRIED

#: What a store credit holds at most, in euros.
MOST_CREDIT = 500

Status = Literal["processing", "shipped", "delivered", "cancelled", "returned"]


class ProductItem(TypedDict):
    product_id: ProductId
    name: ProductName
    price: Money
    rating: float
    in_stock: bool


class ProductList(TypedDict):
    products: list[ProductItem]


class ProductDetails(TypedDict):
    product_id: ProductId
    name: ProductName
    category: Category
    price: Money
    stock: int
    rating: float
    warranty_years: int


class CartLine(TypedDict):
    product_id: ProductId
    name: ProductName
    quantity: int
    price: Money


class Cart(TypedDict):
    lines: list[CartLine]
    total: Money


class CartChanged(TypedDict):
    name: ProductName
    quantity: int
    total: Money


class Ordered(TypedDict):
    order_id: OrderId
    products: list[ProductName]
    total: Money
    delivery_day: Day
    ships_to: str


class OrderItem(TypedDict):
    order_id: OrderId
    product_id: ProductId
    product: ProductName
    quantity: int
    total: Money
    placed: Day
    status: str


class OrderList(TypedDict):
    orders: list[OrderItem]


class Tracking(TypedDict):
    order_id: OrderId
    product: ProductName
    status: str
    delivery_day: Day
    ships_to: str


class OrderCancelled(TypedDict):
    order_id: OrderId
    product: ProductName
    refund: Money


class Returned(TypedDict):
    order_id: OrderId
    product: ProductName
    refund: Money
    pickup_day: Day


class ReturnPolicy(TypedDict):
    order_id: OrderId
    product: ProductName
    return_until: Day
    returnable: bool
    warranty_until: Day


class CreditAdded(TypedDict):
    added: Money
    credit: Money


class AddressItem(TypedDict):
    address_id: AddressId
    label: str
    street: str
    city: City


class AddressList(TypedDict):
    addresses: list[AddressItem]


class Redirected(TypedDict):
    order_id: OrderId
    product: ProductName
    ships_to: str


def _product(world: World, product_id: str) -> Row:
    row = world.get("products", product_id)
    if row is None:
        raise Refused("unknown_product", f"there is no product {product_id}", "search the shop first")
    return row


def _order(world: World, order_id: str) -> Row:
    row = world.get("orders", order_id)
    if row is None:
        raise Refused("unknown_order", f"there is no order {order_id}", "list the orders first")
    if row["owner"] != "me":
        raise Refused("not_yours", f"order {order_id} belongs to somebody else", "list your own orders")
    return row


def _address(world: World, address_id: str) -> Row:
    row = world.get("addresses", address_id)
    if row is None:
        raise Refused("unknown_address", f"there is no address {address_id}", "list the addresses first")
    return row


def _total(world: World) -> str:
    return f"{sum((Decimal(row['price']) * row['quantity'] for _, row in world.rows('cart')), Decimal(0)):.2f}"


def _return_until(world: World, row: Row) -> str:
    days = _product(world, row["product_id"])["return_days"]
    return (date.fromisoformat(row["delivery_day"]) + timedelta(days=days)).isoformat()


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what {category} do you have[ under {max_price}]?",
            "show me {category}[ for less than {max_price}]",
            "I'm looking for {category}[, at most {max_price}]",
            "I need new {category}[, not more than {max_price}]",
            "find me some {category}[ below {max_price}]",
            "which {category} can I get[ for under {max_price}]?",
            "do you have any {category}[ below {max_price}]?",
            "let me see some {category}[, nothing over {max_price}]",
            "I want to buy {category}[, {max_price} at most].",
            "what {category} are there[ up to {max_price}]?",
            "show me what you've got in {category}[ for {max_price} or less]",
            "I could do with {category}[, not above {max_price}].",
        ),
        list="products",
        item="{name} for {price}, rated {rating}",
        tell=("There's {items}.", "In the shop: {items}.", "I found {items}."),
        none=("There's nothing like that in the shop.", "I found no {category} in that range."),
        nouns={
            "product_id": (
                Noun("the cheapest of the {category}", least="price"),
                Noun("the best rated of the {category}", most="rating"),
                Noun("the cheapest one", least="price", seen=True),
                Noun("the best rated one", most="rating", seen=True),
                Noun("the {name}", seen=True),
                Noun("the {name} one", seen=True),
            )
        },
        question={"category": "What kind of product are you after?"},
    ),
)
def browse_products(world: World, category: Category, max_price: Budget | None = None) -> ProductList:
    """List the products of a category.

    Args:
        category: such as headphones, backpacks, lamps
        max_price: highest acceptable price, in euros
    """
    return _products(world, [row for _, row in world.rows("products", category=category)], max_price)


def _products(world: World, rows: list[Row], max_price: str | None) -> ProductList:
    found = [
        ProductItem(
            product_id=row["product_id"],
            name=row["name"],
            price=row["price"],
            rating=row["rating"],
            in_stock=row["stock"] > 0,
        )
        for row in rows
        if max_price is None or Decimal(row["price"]) <= Decimal(max_price)
    ]
    return {"products": sorted(found, key=lambda item: (Decimal(item["price"]), item["name"]))}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "do you sell the {name}?",
            "how much is the {name}?",
            "look up the {name} in the shop",
            "is the {name} available?",
            "have you got the {name}?",
            "find the {name} in the shop",
            "I'm looking for the {name}.",
            "what does the {name} cost?",
            "can I get the {name} from you?",
            "check whether you have the {name}",
            "is there a {name} in the shop?",
            "I'd like to know the price of the {name}.",
        ),
        list="products",
        item="{name} at {price}, {in_stock?in stock|out of stock}",
        tell=("{items}.", "Found it: {items}.", "Here it is: {items}."),
        none=("The shop has no {name}.", "I can't find the {name} in the shop."),
        nouns={"product_id": (Noun("the {name}"), Noun("the {name} you sell"))},
        question={"name": "What's the product called?"},
    ),
)
def search_products(world: World, name: ProductName) -> ProductList:
    """Find products by name.

    Args:
        name: the name or a part of it
    """
    wanted = name.casefold()
    return _products(world, [row for _, row in world.rows("products") if wanted in row["name"].casefold()], None)


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "tell me more about {product_id}",
            "how long is the warranty on {product_id}?",
            "how many of {product_id} are left?",
            "give me the details on {product_id}",
            "what do you know about {product_id}?",
            "is {product_id} in stock?",
            "I'd like to know more about {product_id}.",
            "how many years of warranty are there on {product_id}?",
            "describe {product_id}",
            "have you still got {product_id}?",
            "show me {product_id} in detail",
            "what's special about {product_id}?",
        ),
        tell=(
            "The {name} costs {price}, is rated {rating}, {stock} in stock, with {warranty_years} year(s) of warranty.",
            "{name}: {price}, rating {rating}, {stock} left, warranty {warranty_years} year(s).",
        ),
    ),
)
def get_product(world: World, product_id: ProductId) -> ProductDetails:
    """Show one product: price, stock, rating, warranty.

    Args:
        product_id: id of the product
    """
    row = _product(world, product_id)
    return cast(ProductDetails, {name: row[name] for name in ProductDetails.__annotations__})


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "put {product_id} in my cart[, {quantity} of them]",
            "add {product_id} to the cart[, {quantity} pieces]",
            "I'll have {product_id}[, {quantity} please], put it in the cart",
            "add {product_id} to my basket[, {quantity} of them]",
            "I want {product_id}[, {quantity} of them], put it in the cart.",
            "drop {product_id} in my basket[, {quantity} of them]",
            "I'd like to buy {product_id}[, {quantity} pieces], add it.",
            "see that {product_id} goes in my cart[, {quantity} of them]",
            "get {product_id} into my basket[, {quantity} pieces]",
            "pack {product_id} in my cart[, {quantity} of them]",
            "set {product_id} aside in my cart[, {quantity} pieces]",
            "place {product_id} in the basket[, {quantity} of them]",
        ),
        tell=(
            "In your cart: {quantity} × {name}. The cart comes to {total}.",
            "Added {name} ({quantity}); the total is now {total}.",
        ),
        question={"quantity": "How many would you like?"},
    ),
)
def add_to_cart(world: World, product_id: ProductId, quantity: Count = 1) -> CartChanged:
    """Put a product into the cart.

    Args:
        product_id: id of the product
        quantity: how many
    """
    row = _product(world, product_id)
    old = world.get("cart", product_id)
    wanted = quantity + (old["quantity"] if old else 0)
    if row["stock"] < wanted:
        fact = "is out of stock" if row["stock"] == 0 else f"has only {row['stock']} left in stock"
        raise Refused("out_of_stock", f"the {row['name']} {fact}", "take fewer or another product")
    line = {"product_id": product_id, "name": row["name"], "quantity": wanted, "price": row["price"]}
    world.put("cart", product_id, line)
    return {"name": row["name"], "quantity": wanted, "total": _total(world)}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "what's in my cart?",
            "show me my cart",
            "what's in my basket right now?",
            "how much is my cart?",
            "what have I put in my cart?",
            "what does my cart come to?",
            "let me see my basket",
            "is there anything in my cart?",
            "go through my cart",
            "what's the total of my cart?",
            "I'd like to see what's in my cart.",
            "list what's in my basket",
        ),
        list="lines",
        item="{quantity} × {name} at {price}",
        tell=("In the cart: {items}. Total {total}.", "{items}, together {total}."),
        none=("Your cart is empty.", "There's nothing in your cart."),
        nouns={"product_id": (Noun("the {name}", seen=True),)},
    ),
)
def view_cart(world: World) -> Cart:
    """Show the cart."""
    lines = [
        CartLine(product_id=key, name=row["name"], quantity=row["quantity"], price=row["price"])
        for key, row in world.rows("cart")
    ]
    return {"lines": sorted(lines, key=lambda line: line["name"]), "total": _total(world)}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "take {product_id} out of the cart again",
            "remove {product_id} from my cart",
            "I don't want {product_id} after all, take it out",
            "leave {product_id} out of my cart",
            "I've changed my mind about {product_id}, take it out of the cart.",
            "drop {product_id} from my basket",
            "get {product_id} out of my cart",
            "delete {product_id} from the cart",
            "no need for {product_id} after all, take it out of the cart.",
            "put {product_id} back, out of my cart",
            "I won't buy {product_id}, remove it from my cart.",
            "strike {product_id} from the cart",
        ),
        tell=(
            "The {name} is out of the cart; it now comes to {total}.",
            "Removed {name}. New total: {total}.",
        ),
    ),
)
def remove_from_cart(world: World, product_id: ProductId) -> CartChanged:
    """Take a product out of the cart.

    Args:
        product_id: id of the product
    """
    row = world.get("cart", product_id)
    if row is None:
        raise Refused("not_in_cart", "that product is not in the cart", "look at the cart first")
    world.delete("cart", product_id)
    return {"name": row["name"], "quantity": 0, "total": _total(world)}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "order what's in my cart[, to {address_id}]",
            "check out[ and ship it to {address_id}]",
            "buy everything in the cart[, deliver to {address_id}]",
            "place the order[, send it to {address_id}]",
            "I'm done shopping, order it[, to {address_id}].",
            "turn my cart into an order[, going to {address_id}]",
            "send me what's in my cart[, to {address_id}]",
            "buy my cart[ and have it sent to {address_id}]",
            "put the order through[, for {address_id}]",
            "I'll take what's in the cart[, deliver it to {address_id}].",
            "go to checkout[, the address is {address_id}]",
            "finish the order[, ship it to {address_id}]",
        ),
        tell=(
            "Ordered: {products} for {total}. It should arrive on {delivery_day} at {ships_to}.",
            "Done, {total} for {products}. Delivery to {ships_to} on {delivery_day}.",
        ),
        nouns={"order_id": (Noun("that order", seen=True),)},
        deed=("place the order", "check out"),
    ),
    irreversible=True,
)
def checkout(world: World, address_id: AddressId | None = None) -> Ordered:
    """Order everything in the cart; without an address it goes home.

    Args:
        address_id: id of the delivery address
    """
    lines = list(world.rows("cart"))
    if not lines:
        raise Refused("empty_cart", "the cart is empty", "add something to the cart first")
    if address_id is None:
        address_id = next(key for key, _ in world.rows("addresses", label="home"))
    address = _address(world, address_id)
    total, day = _total(world), (world.now.date() + timedelta(days=2 + len(lines))).isoformat()
    first = ""
    for key, line in lines:
        order = world.new_key("orders", "OR")
        first = first or order
        row = {
            "order_id": order,
            "owner": "me",
            "product": line["name"],
            "product_id": key,
            "quantity": line["quantity"],
            "total": f"{Decimal(line['price']) * line['quantity']:.2f}",
            "placed": world.now.date().isoformat(),
            "status": "processing",
            "delivery_day": day,
            "address_id": address_id,
        }
        world.put("orders", order, row)
        world.update("products", key, stock=_product(world, key)["stock"] - line["quantity"])
        world.delete("cart", key)
    names = sorted(line["name"] for _, line in lines)
    return {
        "order_id": first,
        "products": names,
        "total": total,
        "delivery_day": day,
        "ships_to": address["street"],
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which orders do I have[ that are {status}]?",
            "show me my orders[ that are {status}]",
            "which of my orders are {status}?",
            "list my recent orders",
            "what have I ordered[, what of it is {status}]?",
            "are there orders of mine[ that are {status}]?",
            "give me my orders[, those that are {status}]",
            "what orders have I got[ that are {status}]?",
            "look up my orders[ that are {status}]",
            "I'd like to see my orders[ that are {status}].",
            "which things did I order[ that are {status} now]?",
            "pull up my orders[, the ones that are {status}]",
        ),
        list="orders",
        item="{product} from {placed} ({status}, {total})",
        tell=("You have {count}: {items}.", "Your orders: {items}.", "{items}."),
        none=("There's no order like that.", "I see no such order."),
        nouns={
            "order_id": (
                Noun("my {product} order"),
                Noun("the {product}"),
                Noun("the {product} I ordered"),
                Noun("the most recent one", most="placed", seen=True),
                Noun("the most expensive one", most="total", seen=True),
                Noun("the {product} one", seen=True),
            ),
            "product_id": (Noun("the {product}", seen=True),),
        },
        question={"status": "Which orders do you mean: processing, shipped or delivered?"},
    ),
)
def list_orders(world: World, status: Status | None = None) -> OrderList:
    """List the user's own orders, newest first.

    Args:
        status: only orders in this state
    """
    found = [
        OrderItem(
            order_id=key,
            product_id=row["product_id"],
            product=row["product"],
            quantity=row["quantity"],
            total=row["total"],
            placed=row["placed"],
            status=row["status"],
        )
        for key, row in world.rows("orders", owner="me")
        if status in (None, row["status"])
    ]
    return {"orders": sorted(found, key=lambda item: (item["placed"], item["order_id"]), reverse=True)}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "when will {order_id} arrive?",
            "where is {order_id}?",
            "track {order_id} for me",
            "has {order_id} shipped yet?",
            "what's the status of {order_id}?",
            "when can I expect {order_id}?",
            "how far along is {order_id}?",
            "is {order_id} on its way?",
            "which day will {order_id} come?",
            "tell me where {order_id} is",
            "what's happening with {order_id}?",
            "look up {order_id}",
        ),
        about={"will": "delivery_day", "expect": "delivery_day"},
        tell=(
            "The {product} is {status}; delivery day is {delivery_day}, to {ships_to}.",
            "{product}: {status}, {delivery_day}, {ships_to}.",
        ),
    ),
)
def track_order(world: World, order_id: OrderId) -> Tracking:
    """Show where an order is and its delivery day.

    Args:
        order_id: id of the order
    """
    row = _order(world, order_id)
    if row["status"] == "cancelled":
        raise Refused("cancelled", f"the {row['product']} order was cancelled", "choose another order")
    return {
        "order_id": order_id,
        "product": row["product"],
        "status": row["status"],
        "delivery_day": row["delivery_day"],
        "ships_to": _address(world, row["address_id"])["street"],
    }


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "cancel {order_id}",
            "I don't need {order_id} any more, please cancel",
            "stop {order_id} if you still can",
            "can you still cancel {order_id}?",
            "have {order_id} cancelled",
            "I've changed my mind about {order_id}, cancel it.",
            "call off {order_id}",
            "I don't want {order_id} any more, cancel it.",
            "drop {order_id}",
            "revoke {order_id}",
            "please don't send {order_id}, cancel it.",
            "scrap {order_id}",
        ),
        tell=(
            "Cancelled: {product}. You get {refund} back.",
            "The {product} order is cancelled, {refund} is refunded.",
        ),
        deed=("cancel it", "call it off"),
    ),
    irreversible=True,
)
def cancel_order(world: World, order_id: OrderId) -> OrderCancelled:
    """Cancel an order that has not been shipped.

    Args:
        order_id: id of the order
    """
    row = _order(world, order_id)
    if row["status"] != "processing":
        remedy = "return it once it has arrived" if row["status"] == "shipped" else "return it instead"
        if row["status"] in ("cancelled", "returned"):
            remedy = ""
        raise Refused("not_cancellable", f"the {row['product']} order is already {row['status']}", remedy)
    world.update("orders", order_id, status="cancelled")
    product = _product(world, row["product_id"])
    world.update("products", row["product_id"], stock=product["stock"] + row["quantity"])
    return {"order_id": order_id, "product": row["product"], "refund": row["total"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "send {order_id} back, {reason}",
            "I want to return {order_id}, {reason}",
            "return {order_id} please, {reason}",
            "{reason}, so I'd like to send back {order_id}.",
            "give {order_id} back, {reason}",
            "take {order_id} back, {reason}",
            "I'm not keeping {order_id}, {reason}",
            "{order_id} has to go back, {reason}.",
            "set up a return for {order_id}, {reason}",
            "I'd like my money back for {order_id}, {reason}",
            "start a return of {order_id}: {reason}",
            "ship {order_id} back, {reason}",
        ),
        tell=(
            "The return of the {product} is booked: pick-up on {pickup_day}, refund {refund}.",
            "Done. The {product} gets picked up on {pickup_day} and you get {refund} back.",
        ),
        question={"reason": "What's the reason for the return?"},
        deed=("start the return", "send it back"),
    ),
    irreversible=True,
)
def return_order(world: World, order_id: OrderId, reason: Reason) -> Returned:
    """Return a delivered order within the return period.

    Args:
        order_id: id of the order
        reason: why, in the user's words
    """
    row = _order(world, order_id)
    if row["status"] != "delivered":
        if reason in TRIED:  # who says so has it, or is mistaken
            raise Refused("never_had", f"the {row['product']} order is {row['status']}", "return it once you have it")
        coming = row["status"] in ("processing", "shipped")
        remedy = "wait until it has arrived" if coming else "choose another order"
        raise Refused("not_delivered", f"the {row['product']} order is {row['status']}", remedy)
    until = _return_until(world, row)
    if world.now.date().isoformat() > until:
        raise Refused(
            "past_return_period",
            f"the {row['product']} could only be returned until {say('day', until)}",
            "check the warranty if it is defective",
        )
    world.update("orders", order_id, status="returned", return_reason=reason)
    pickup = (world.now.date() + timedelta(days=2)).isoformat()
    return {"order_id": order_id, "product": row["product"], "refund": row["total"], "pickup_day": pickup}


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "can I still return {order_id}?",
            "until when can I send back {order_id}?",
            "is there still warranty on {order_id}?",
            "how long can I return {order_id}?",
            "is it too late to return {order_id}?",
            "how much time do I have to send back {order_id}?",
            "by when do I have to return {order_id}?",
            "could I still give back {order_id}?",
            "till when could I return {order_id}?",
            "look up the return period of {order_id}",
            "what are my rights with {order_id}, can I return it?",
            "does {order_id} still have warranty?",
        ),
        tell=(
            "The {product} can be returned until {return_until}, and right now it {returnable?can|can't} go back; the warranty runs to {warranty_until}.",
            "Returns are taken until {return_until}; at the moment it {returnable?can|can't} be returned. Warranty on the {product} until {warranty_until}.",
        ),
    ),
)
def get_return_policy(world: World, order_id: OrderId) -> ReturnPolicy:
    """Show until when an order can be returned and its warranty.

    Args:
        order_id: id of the order
    """
    row = _order(world, order_id)
    until = _return_until(world, row)
    years = _product(world, row["product_id"])["warranty_years"]
    return {
        "order_id": order_id,
        "product": row["product"],
        "return_until": until,
        "returnable": row["status"] == "delivered" and world.now.date().isoformat() <= until,
        "warranty_until": (date.fromisoformat(row["delivery_day"]) + timedelta(days=365 * years)).isoformat(),
    }


@tool(
    "read",
    phrases=Phrases(
        ask=(
            "which addresses do you have for me?",
            "show me my saved addresses",
            "what delivery addresses do I have?",
            "where can you deliver to?",
            "what are my addresses in the shop?",
            "look up my delivery addresses",
            "which places do you ship to for me?",
            "give me my addresses",
            "where do my orders go?",
            "I'd like to see my delivery addresses.",
            "what have I saved as addresses?",
            "which of my addresses do you know?",
        ),
        list="addresses",
        item="{label}: {street}, {city}",
        tell=("You have {items}.", "On file: {items}."),
        none=("No address is saved.",),
        nouns={
            "address_id": (
                Noun("my {label} address"),
                Noun("the {label} address"),
                Noun("the {city} one", seen=True),
            )
        },
    ),
)
def list_addresses(world: World) -> AddressList:
    """List the user's delivery addresses."""
    found = [
        AddressItem(address_id=key, label=row["label"], street=row["street"], city=row["city"])
        for key, row in world.rows("addresses")
    ]
    return {"addresses": sorted(found, key=lambda item: item["label"])}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "send {order_id} to {address_id} instead",
            "change the delivery of {order_id} to {address_id}",
            "have {order_id} delivered to {address_id}",
            "ship {order_id} to {address_id}",
            "let {order_id} go to {address_id}",
            "I won't be home, send {order_id} to {address_id}.",
            "{order_id} should go to {address_id}, change that.",
            "redirect {order_id} to {address_id}",
            "use {address_id} for {order_id}",
            "set {address_id} as the address for {order_id}",
            "take {order_id} to {address_id} instead",
            "I need {order_id} delivered to {address_id}.",
        ),
        tell=("The {product} now goes to {ships_to}.", "Changed: {product} will be delivered to {ships_to}."),
    ),
)
def redirect_order(world: World, order_id: OrderId, address_id: AddressId) -> Redirected:
    """Send an order to another address; possible until it is shipped.

    Args:
        order_id: id of the order
        address_id: id of the new address
    """
    row = _order(world, order_id)
    address = _address(world, address_id)
    if row["status"] != "processing":
        raise Refused("already_shipped", f"the {row['product']} order is already {row['status']}", "")
    if row["address_id"] == address_id:
        raise Refused("no_change", f"it already goes to {address['street']}", "choose another address")
    world.update("orders", order_id, address_id=address_id)
    return {"order_id": order_id, "product": row["product"], "ships_to": address["street"]}


@tool(
    "write",
    phrases=Phrases(
        ask=(
            "put {amount} on my store credit",
            "top up my store credit by {amount}",
            "add {amount} to my shop balance",
            "load {amount} onto my store credit",
            "give my store credit another {amount}",
            "I want {amount} more on my store credit.",
            "pay {amount} into my store credit",
            "raise my store credit by {amount}",
            "add {amount} of store credit",
            "get {amount} onto my shop account",
            "charge my store credit with {amount}",
            "I'd like {amount} of credit in the shop.",
        ),
        tell=("Your store credit is {credit} now.", "Added {added}; the store credit stands at {credit}."),
        question={"amount": "How much should I add?"},
        sums={"amount": Sum("refund", "both refunds together")},
    ),
)
def add_store_credit(world: World, amount: Money) -> CreditAdded:
    """Add money to the user's store credit.

    Args:
        amount: how much, in euros
    """
    old = world.get("credit", "me") or {"credit": "0.00"}
    credit = Decimal(old["credit"]) + Decimal(amount)
    if credit > MOST_CREDIT:
        had = say("money", old["credit"])
        raise Refused("over_limit", f"there is {had} on it, and it holds €{MOST_CREDIT} at most", "add fewer euros")
    world.put("credit", "me", {"credit": f"{credit:.2f}"})
    return {"added": amount, "credit": f"{credit:.2f}"}
