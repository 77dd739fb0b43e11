"""How people ask for the tools of BFCL's multi-turn classes; the tools themselves are not ours.

Written for the tools' descriptions, without a look at the benchmark's own questions.
"""

from .phrases import Noun, Phrases

_SEEN = True


def _ask(*patterns: str, tell: tuple[str, ...] = (), **more: object) -> Phrases:
    return Phrases(ask=patterns, tell=tell, **more)  # type: ignore[arg-type]


_HIDDEN = Phrases(goal=False)
_TOKEN = ("access_token",)
_CARD = ("access_token", "card_id")

PHRASES: dict[str, Phrases] = {
    # ── files ────────────────────────────────────────────────────────────────────────────────────────────
    "cat": _ask(
        "show me what's in {file_name}",
        "print {file_name}",
        "what does {file_name} say?",
        "open {file_name} for me",
        tell=("It says: {file_content}", "The file says: {file_content}"),
        question={"file_name": "Which file?"},
    ),
    "cd": _ask(
        "go into the {folder} folder",
        "switch to {folder}",
        "change to the {folder} directory",
        "move over to {folder}",
        tell=("We're in {current_working_directory} now.", "Now in {current_working_directory}."),
    ),
    "cp": _ask(
        "copy {source} to {destination}",
        "make a copy of {source} in {destination}",
        "I need a copy of {source} called {destination}",
        question={"destination": "Where should the copy go?"},
    ),
    "diff": _ask(
        "compare {file_name1} with {file_name2}",
        "what's different between {file_name1} and {file_name2}?",
        "how do {file_name1} and {file_name2} differ?",
        tell=("The differences are: {diff_lines}", "They differ like this: {diff_lines}"),
        question={"file_name2": "Compare it with which file?"},
    ),
    "du": _ask(
        "how much space does this folder take?",
        "check the disk usage here",
        "how big is the current directory?",
        tell=("It takes up {disk_usage}.", "Disk usage is {disk_usage}."),
    ),
    "echo": _ask(
        "write '{content}'[ into {file_name}]",
        "put the line '{content}'[ into {file_name}]",
        "save the text '{content}'[ to {file_name}]",
    ),
    "find": _ask(
        "find everything[ with {name} in its name]",
        "is there a file[ called something like {name}]?",
        "look for files[ named {name}]",
    ),
    "grep": _ask(
        "find the lines in {file_name} that mention {pattern}",
        "does {file_name} mention {pattern} anywhere?",
        "search {file_name} for {pattern}",
        question={"pattern": "Which word should I search for?", "file_name": "In which file?"},
    ),
    "ls": _ask(
        "what's in this folder?",
        "list the files here",
        "which files are there?",
        "show me the current directory",
        tell=("There's {current_directory_content}.", "I see {current_directory_content}."),
    ),
    "mkdir": _ask(
        "make a folder called {dir_name}",
        "create a directory {dir_name}",
        "I need a new folder named {dir_name}",
        question={"dir_name": "What should the folder be called?"},
    ),
    "mv": _ask(
        "move {source} to {destination}",
        "rename {source} to {destination}",
        "put {source} into {destination}",
        question={"destination": "Where should it go?"},
    ),
    "pwd": _ask(
        "where am I right now?",
        "which directory is this?",
        "what folder are we in?",
        tell=("We're in {current_working_directory}.", "This is {current_working_directory}."),
    ),
    "rm": _ask(
        "delete {file_name}",
        "remove {file_name}",
        "get rid of {file_name}",
        question={"file_name": "Which file should I delete?"},
    ),
    "rmdir": _ask(
        "remove the folder {dir_name}", "delete the directory {dir_name}", "the {dir_name} folder can go, remove it."
    ),
    "sort": _ask(
        "sort the lines of {file_name}",
        "show {file_name} sorted",
        "put {file_name} in order",
        tell=("Sorted: {sorted_content}", "In order: {sorted_content}"),
    ),
    "tail": _ask(
        "show me the last {lines} lines of {file_name}",
        "what does the end of {file_name} say?",
        "print the end of {file_name}",
        tell=("The end reads: {last_lines}", "It ends with: {last_lines}"),
    ),
    "touch": _ask(
        "create an empty file called {file_name}", "make a new file {file_name}", "I need an empty {file_name}"
    ),
    "wc": _ask(
        "how many lines does {file_name} have?",
        "count the lines in {file_name}",
        "how long is {file_name}?",
        tell=("The number of {type} is {count}.", "Number of {type}: {count}."),
        never=("mode",),
    ),
    # ── maths ────────────────────────────────────────────────────────────────────────────────────────────
    "absolute_value": _ask(
        "what's the absolute value of {number}?", "give me {number} without the sign", tell=("It's {result}.",)
    ),
    "add": _ask(
        "add {a} and {b}",
        "what's {a} plus {b}?",
        "what do {a} and {b} make?",
        tell=("That makes {result}.", "Together {result}."),
    ),
    "divide": _ask(
        "divide {a} by {b}",
        "what's {a} divided by {b}?",
        "split {a} by {b}",
        tell=("That's {result}.", "It comes to {result}."),
    ),
    "imperial_si_conversion": _ask(
        "convert {value} {unit_in} to {unit_out}",
        "what's {value} {unit_in} in {unit_out}?",
        tell=("That's {result}.", "It's {result}."),
    ),
    "logarithm": _ask(
        "take the logarithm of {value} to base {base}, {precision} digits",
        "what's the base {base} log of {value}, with {precision} digits?",
        tell=("It's {result}.",),
    ),
    "max_value": _ask(
        "which is the largest of {numbers}?", "what's the maximum of {numbers}?", tell=("The largest is {result}.",)
    ),
    "mean": _ask(
        "what's the average of {numbers}?",
        "average {numbers} for me",
        "give me the mean of {numbers}",
        tell=("The average is {result}.", "On average {result}."),
    ),
    "min_value": _ask(
        "which is the smallest of {numbers}?", "what's the minimum of {numbers}?", tell=("The smallest is {result}.",)
    ),
    "multiply": _ask("multiply {a} by {b}", "what's {a} times {b}?", tell=("That's {result}.", "That makes {result}.")),
    "percentage": _ask(
        "what percentage of {whole} is {part}?",
        "how many percent of {whole} is {part}?",
        tell=("That's {result} percent.",),
    ),
    "power": _ask(
        "raise {base} to the power of {exponent}", "what's {base} to the {exponent}?", tell=("That's {result}.",)
    ),
    "round_number": _ask(
        "round {number}[ to {decimal_places} decimals]",
        "give me {number} rounded[ to {decimal_places} places]",
        tell=("Rounded it's {result}.",),
    ),
    "si_unit_conversion": _ask(
        "convert {value} {unit_in} to {unit_out}", "what's {value} {unit_in} in {unit_out}?", tell=("That's {result}.",)
    ),
    "square_root": _ask(
        "what's the square root of {number}, to {precision} digits?",
        "take the square root of {number} with {precision} digits",
        tell=("It's {result}.",),
    ),
    "standard_deviation": _ask(
        "what's the standard deviation of {numbers}?",
        "how much do {numbers} spread?",
        tell=("The standard deviation is {result}.",),
    ),
    "subtract": _ask(
        "subtract {b} from {a}", "what's {a} minus {b}?", tell=("That leaves {result}.", "That's {result}.")
    ),
    "sum_values": _ask(
        "add up {numbers}",
        "what do {numbers} come to?",
        "sum {numbers} for me",
        tell=("Together that's {result}.", "The sum is {result}."),
    ),
    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────
    "add_contact": _ask(
        "add {user_name} to my contacts",
        "save {user_name} as a contact",
        "I want {user_name} in my contacts",
        tell=("{user_name} is in your contacts now.",),
        nouns={"user_id": (Noun("{user_name}", seen=_SEEN), Noun("that new contact", seen=_SEEN))},
    ),
    "delete_message": _ask(
        "delete the last message I sent to {receiver_id}",
        "take back my last message to {receiver_id}",
        tell=("The last message is deleted.", "Deleted."),
    ),
    "get_message_stats": _ask(
        "how many messages have I got?", "show me my message statistics", "how's my message count?"
    ),
    "get_user_id": _ask(
        "is there a {user} in the workspace?",
        "look {user} up in the workspace",
        "do we have someone called {user} here?",
        tell=("Yes, {user} is there, as {user_id}.", "{user} is {user_id}."),
        nouns={"user_id": (Noun("{user}"),)},
        question={"user": "Who do you mean?"},
    ),
    "list_users": _ask(
        "who's in the workspace?",
        "list everyone in the workspace",
        "which people are there?",
        tell=("There's {user_list}.", "In the workspace: {user_list}."),
    ),
    "message_get_login_status": _ask("am I logged in to messages?", "is my messaging account connected?"),
    "message_login": _HIDDEN,
    "search_messages": _ask(
        "find messages that mention {keyword}",
        "did I write anything about {keyword}?",
        "search my messages for {keyword}",
        question={"keyword": "Which word should I look for?"},
    ),
    "send_message": _ask(
        "send {receiver_id} a message: {message}",
        "write to {receiver_id}: {message}",
        "tell {receiver_id} '{message}'",
        "message {receiver_id}: {message}",
        tell=("Sent.", "Your message is sent."),
        question={"message": "What should I write?"},
    ),
    "view_messages_sent": _ask(
        "show me the messages I've sent", "what have I written so far?", "list my sent messages"
    ),
    # ── posts ────────────────────────────────────────────────────────────────────────────────────────────
    "authenticate_twitter": _HIDDEN,
    "comment": _ask(
        "comment '{comment_content}' on {tweet_id}",
        "reply '{comment_content}' to {tweet_id}",
        "leave a comment on {tweet_id}: {comment_content}",
        tell=("Your comment is up.", "Commented."),
        question={"comment_content": "What should the comment say?"},
    ),
    "follow_user": _ask(
        "follow {username_to_follow}",
        "I want to follow {username_to_follow}",
        "start following {username_to_follow} for me",
        tell=("You're following {username_to_follow} now.", "Done, you follow {username_to_follow}."),
    ),
    "get_tweet": _ask(
        "show me {tweet_id}",
        "what does {tweet_id} say exactly?",
        "pull up {tweet_id}",
        tell=("{username} wrote: {content}", "It says: {content}"),
    ),
    "get_tweet_comments": _ask(
        "what are people saying under {tweet_id}?", "show the comments on {tweet_id}", "any comments on {tweet_id}?"
    ),
    "get_user_stats": _ask(
        "how is {username} doing with followers?",
        "show me the stats of {username}",
        "what are {username}'s numbers?",
        question={"username": "Whose statistics?"},
    ),
    "get_user_tweets": _ask(
        "what has {username} been posting?",
        "show me the posts of {username}",
        "list {username}'s posts",
        nouns={"id": (Noun("the latest one", most="id", seen=_SEEN), Noun("the oldest one", least="id", seen=_SEEN))},
        question={"username": "Whose posts?"},
    ),
    "list_all_following": _ask(
        "who am I following?", "list the accounts I follow", tell=("You follow {following_list}.",)
    ),
    "mention": _ask("mention {mentioned_usernames} in {tweet_id}", "tag {mentioned_usernames} in {tweet_id}"),
    "post_tweet": _ask(
        "post '{content}'[ with the tag {tags}][ and mention {mentions}]",
        "tweet '{content}'[ tagged {tags}][, mentioning {mentions}]",
        "put this out: {content}[, tag {tags}][, mention {mentions}]",
        tell=("Posted: {content}", "It's out: {content}"),
        question={"content": "What should the post say?"},
        nouns={"id": (Noun("that post", seen=_SEEN), Noun("my new post", seen=_SEEN))},
    ),
    "posting_get_login_status": _ask("am I signed in to post?", "is my posting account connected?"),
    "retweet": _ask("retweet {tweet_id}", "share {tweet_id} again", "give {tweet_id} a retweet"),
    "search_tweets": _ask(
        "find posts about {keyword}",
        "is anyone posting about {keyword}?",
        "search the posts for {keyword}",
        nouns={"id": (Noun("the latest one", most="id", seen=_SEEN), Noun("the oldest one", least="id", seen=_SEEN))},
        question={"keyword": "Which word should I search for?"},
    ),
    "unfollow_user": _ask(
        "unfollow {username_to_unfollow}",
        "stop following {username_to_unfollow}",
        "I don't want to follow {username_to_unfollow} anymore",
        tell=("You no longer follow {username_to_unfollow}.",),
    ),
    # ── tickets ──────────────────────────────────────────────────────────────────────────────────────────
    "close_ticket": _ask("close {ticket_id}", "{ticket_id} is done, close it.", "you can close {ticket_id}."),
    "create_ticket": _ask(
        "open a ticket '{title}'[: {description}][, priority {priority}]",
        "create a support ticket called '{title}'[ saying {description}][ with priority {priority}]",
        "file a ticket titled '{title}'[, description {description}][, priority {priority}]",
        tell=("Ticket {id} is open: {title}.", "I opened ticket {id}, {title}."),
        question={"title": "What's the ticket about?"},
        nouns={"id": (Noun("that ticket", seen=_SEEN), Noun("the '{title}' ticket", seen=_SEEN))},
    ),
    "edit_ticket": _HIDDEN,
    "get_ticket": _ask(
        "show me {ticket_id}",
        "what's the state of {ticket_id}?",
        "give me the details of {ticket_id}",
        tell=("It's {title}, {status}: {description}.", "It's {status}: {description}."),
    ),
    "get_user_tickets": _ask(
        "which tickets do I have?",
        "list my tickets",
        "show me the tickets I've opened",
        never=("status",),
        nouns={"id": (Noun("the '{title}' ticket"), Noun("the latest one", most="id", seen=_SEEN))},
    ),
    "logout": _ask("log me out of the ticket system", "sign me out of tickets", tell=("You're logged out.",)),
    "resolve_ticket": _ask(
        "resolve {ticket_id} with the note '{resolution}'",
        "mark {ticket_id} as resolved: {resolution}",
        "{ticket_id} is solved, note '{resolution}'.",
        question={"resolution": "What should the resolution say?"},
    ),
    "ticket_get_login_status": _ask("am I logged in to the ticket system?", "is my ticket account signed in?"),
    "ticket_login": _HIDDEN,
    # ── trading ──────────────────────────────────────────────────────────────────────────────────────────
    "add_to_watchlist": _ask(
        "add {stock} to my watchlist",
        "put {stock} on the watchlist",
        "I want to keep an eye on {stock}",
        tell=("Your watchlist is now {watchlist}.", "Added; watching {watchlist}."),
        question={"stock": "Which stock?"},
    ),
    "cancel_order": _ask(
        "cancel {order_id}",
        "take back {order_id}",
        "I changed my mind, cancel {order_id}",
        tell=("The order is {status}.", "Done, its status is {status}."),
    ),
    "filter_stocks_by_price": _ask(
        "which of {stocks} cost between {min_price} and {max_price}?",
        "filter {stocks} down to those from {min_price} to {max_price}",
        tell=("That leaves {filtered_stocks}.",),
    ),
    "fund_account": _ask(
        "put {amount} into my account",
        "add {amount} to my trading account",
        "deposit {amount} for me",
        tell=("Done, the balance is {new_balance} now.", "Your new balance is {new_balance}."),
        question={"amount": "How much should I put in?"},
    ),
    "get_account_info": _ask(
        "what's my account balance?",
        "show me my trading account",
        "how much is in my account?",
        tell=("The balance is {balance}.", "You have {balance} in the account."),
    ),
    "get_available_stocks": _ask(
        "which {sector} stocks are there?",
        "list the stocks in {sector}",
        "what can I trade in {sector}?",
        tell=("In {sector} there's {stock_list}.", "There's {stock_list}."),
        question={"sector": "Which sector?"},
    ),
    "get_current_time": _ask("what time is it on the exchange?", "what's the time?", tell=("It's {current_time}.",)),
    "get_order_details": _ask(
        "show me {order_id}",
        "what's happening with {order_id}?",
        "what's the status of {order_id}?",
        tell=(
            "It's a {order_type} of {amount} {symbol} at {price}, {status}.",
            "{order_type} {amount} {symbol} at {price}: {status}.",
        ),
    ),
    "get_order_history": _ask(
        "which orders have I placed?", "show me my order history", tell=("Orders so far: {history}.",)
    ),
    "get_stock_info": _ask(
        "how is {symbol} doing?",
        "what's the price of {symbol}?",
        "check the price of {symbol}",
        "what is {symbol} trading at?",
        tell=(
            "{symbol} is at {price}, {percent_change} percent change.",
            "It's at {price}, a change of {percent_change} percent.",
        ),
        nouns={"price": (Noun("that price", seen=_SEEN), Noun("the current price", seen=_SEEN))},
        question={"symbol": "Which stock?"},
    ),
    "get_symbol_by_name": _ask(
        "what's the symbol for {name}?",
        "under which symbol does {name} trade?",
        tell=("{name} trades as {symbol}.", "The symbol is {symbol}."),
        nouns={"symbol": (Noun("{name}"),)},
        question={"name": "Which company?"},
    ),
    "get_transaction_history": _ask(
        "show me my past transactions",
        "what has moved in and out of my account?",
        "list my transactions",
        never=("start_date", "end_date"),
        goal=False,
    ),
    "get_watchlist": _ask(
        "what's on my watchlist?",
        "show me my watchlist",
        "which stocks am I watching?",
        tell=("You're watching {watchlist}.", "On the list: {watchlist}."),
    ),
    "notify_price_change": _ask(
        "did any of {stocks} move by more than {threshold} percent?",
        "check {stocks} for a change above {threshold} percent",
    ),
    "place_order": _ask(
        "{order_type} {amount} shares of {symbol} at {price}",
        "place a {order_type} order for {amount} {symbol} at {price}",
        "I want to {order_type} {amount} {symbol} at {price}",
        tell=(
            "Order placed: {order_type} {amount} {symbol} at {price}, {status}.",
            "Done. {order_type} {amount} {symbol} at {price}; it's {status}.",
        ),
        question={"amount": "How many shares?", "price": "At what price?", "symbol": "Of which stock?"},
    ),
    "remove_stock_from_watchlist": _ask(
        "take {symbol} off my watchlist", "remove {symbol} from the watchlist", "I don't need to watch {symbol} anymore"
    ),
    "trading_get_login_status": _ask("am I logged in to trading?", "is my trading session still open?"),
    "trading_login": _HIDDEN,
    "trading_logout": _ask("log me out of trading", "end my trading session"),
    "withdraw_funds": _ask(
        "withdraw {amount}",
        "take {amount} out of my trading account",
        "pay out {amount} to me",
        tell=("Withdrawn; the balance is {new_balance}.", "Done, {new_balance} is left."),
        question={"amount": "How much should I take out?"},
    ),
    # ── travel ───────────────────────────────────────────────────────────────────────────────────────────
    "authenticate_travel": _HIDDEN,
    "book_flight": _ask(
        "book me a flight from {travel_from} to {travel_to} on {travel_date}, {travel_class}",
        "get me a ticket from {travel_from} to {travel_to} for {travel_date} in {travel_class}",
        "I want to fly {travel_class} from {travel_from} to {travel_to} on {travel_date}",
        visible=_CARD,
        tell=("Booked, reference {booking_id}.", "Your flight is booked; the booking is {booking_id}."),
        nouns={
            "booking_id": (
                Noun("that booking", seen=_SEEN),
                Noun("that flight", seen=_SEEN),
                Noun("my new booking", seen=_SEEN),
            )
        },
        question={"travel_date": "On which date?", "travel_class": "Economy, business or first?"},
    ),
    "cancel_booking": _ask(
        "cancel {booking_id}",
        "I have to cancel {booking_id}",
        "please call off {booking_id}",
        visible=_TOKEN,
        tell=("The booking is cancelled.", "Cancelled."),
    ),
    "compute_exchange_rate": _ask(
        "how much is {value} {base_currency} in {target_currency}?",
        "convert {value} {base_currency} to {target_currency}",
        question={"target_currency": "Into which currency?"},
    ),
    "contact_customer_support": _ask(
        "contact support about {booking_id}: {message}",
        "tell customer support about {booking_id}: {message}",
        question={"message": "What should I tell them?"},
    ),
    "get_all_credit_cards": _ask("which cards do I have on file?", "list my credit cards"),
    "get_booking_history": _ask("which trips have I booked so far?", "show me my booking history", visible=_TOKEN),
    "get_budget_fiscal_year": _ask(
        "which fiscal year is the budget for?",
        "what's the current fiscal year for budgets?",
        never=("lastModifiedAfter", "includeRemoved"),
        tell=("It's {budget_fiscal_year}.",),
    ),
    "get_credit_card_balance": _ask(
        "how much is left on my card?",
        "what's my card balance?",
        visible=_CARD,
        tell=("There's {card_balance} on the card.", "The balance is {card_balance}."),
    ),
    "get_flight_cost": _ask(
        "what does a flight from {travel_from} to {travel_to} on {travel_date} cost in {travel_class}?",
        "how much is it to fly {travel_class} from {travel_from} to {travel_to} on {travel_date}?",
        "check the price from {travel_from} to {travel_to}, {travel_class}, on {travel_date}",
        tell=("That's {travel_cost_list} dollars.", "It costs {travel_cost_list} dollars."),
        nouns={"travel_cost_list": (Noun("that price", seen=_SEEN), Noun("that amount", seen=_SEEN))},
        question={"travel_date": "On which date?", "travel_class": "Economy, business or first?"},
    ),
    "get_nearest_airport_by_city": _ask(
        "which airport is closest to {location}?",
        "what's the nearest airport to {location}?",
        tell=("The nearest one is {nearest_airport}.", "That would be {nearest_airport}."),
        nouns={"nearest_airport": (Noun("{location}"),)},
        question={"location": "To which city?"},
    ),
    "list_all_airports": _ask("which airports can I fly from?", "list all airports"),
    "purchase_insurance": _ask(
        "add {insurance_type} insurance for {insurance_cost} to {booking_id}",
        "get {insurance_type} insurance on {booking_id}, {insurance_cost} dollars",
        visible=_CARD,
        tell=("The insurance is bought, number {insurance_id}.", "Done, insurance {insurance_id}."),
    ),
    "register_credit_card": _ask(
        "save a new card {card_number}, {expiration_date}, in the name of {cardholder_name}, code {card_verification_number}",
        "register the card {card_number} of {cardholder_name}, valid to {expiration_date}, code {card_verification_number}",
        visible=_TOKEN,
        tell=("The card is registered.",),
    ),
    "retrieve_invoice": _ask(
        "get me the invoice for {booking_id}",
        "I need the invoice of {booking_id}",
        tell=(
            "{invoice.travel_from} to {invoice.travel_to} on {invoice.travel_date}, {invoice.travel_class}: "
            "{invoice.travel_cost} dollars.",
            "The invoice says {invoice.travel_cost} dollars for {invoice.travel_from} to {invoice.travel_to}, "
            "{invoice.travel_class}, {invoice.travel_date}.",
        ),
        visible=_TOKEN,
        never=("insurance_id",),
    ),
    "set_budget_limit": _ask(
        "set my travel budget to {budget_limit}",
        "cap my travel spending at {budget_limit}",
        "limit my travel budget to {budget_limit}",
        visible=_TOKEN,
        tell=("Your budget limit is {budget_limit} now.",),
        question={"budget_limit": "What should the limit be?"},
    ),
    "travel_get_login_status": _ask("am I logged in to travel?", "is my travel account still signed in?"),
    "verify_traveler_information": _ask(
        "check that my details are right: {first_name} {last_name}, born {date_of_birth}, passport {passport_number}",
        "verify me as {first_name} {last_name}, born on {date_of_birth}, passport number {passport_number}",
    ),
    # ── car ──────────────────────────────────────────────────────────────────────────────────────────────
    "activateParkingBrake": _ask(
        "{mode} the parking brake",
        "I'd like to {mode} the parking brake",
        tell=("The parking brake is {parkingBrakeStatus}.", "Parking brake {parkingBrakeStatus}."),
    ),
    "adjustClimateControl": _ask(
        "set the temperature to {temperature}[, fan at {fanSpeed}][, mode {mode}]",
        "make it {temperature} degrees in here[ with the fan at {fanSpeed}][ on {mode}]",
        "turn the climate to {temperature} degrees[, fan speed {fanSpeed}][, {mode} mode]",
        never=("unit",),
        tell=("It's set to {currentACTemperature} degrees.", "The climate is at {currentACTemperature} degrees now."),
        question={"temperature": "How warm should it be?"},
    ),
    "check_tire_pressure": _ask(
        "check the tire pressure",
        "how are my tires?",
        "is the tire pressure ok?",
        tell=(
            "Front left {frontLeftTirePressure}, front right {frontRightTirePressure}, rear left {rearLeftTirePressure}, rear right {rearRightTirePressure}.",
        ),
    ),
    "displayCarStatus": _ask(
        "show me the car's {option} status",
        "what's the status of the {option}?",
        question={"option": "Which part of the car?"},
    ),
    "display_log": _ask("show {messages} on the display", "put {messages} on the screen"),
    "estimate_distance": _ask(
        "how far is it from {cityA} to {cityB}?",
        "what's the distance between {cityA} and {cityB}?",
        "how many kilometres are there between {cityA} and {cityB}?",
        tell=("It's {distance} kilometres.", "About {distance} kilometres."),
        nouns={"distance": (Noun("that distance", seen=_SEEN),)},
    ),
    "estimate_drive_feasibility_by_mileage": _ask(
        "can I drive {distance} with the fuel I have?",
        "is there enough fuel for {distance}?",
        "would the tank last for {distance}?",
    ),
    "fillFuelTank": _ask(
        "fill in {fuelAmount} gallons",
        "put {fuelAmount} gallons of fuel in",
        "add {fuelAmount} gallons to the tank",
        tell=("The tank is at {fuelLevel} gallons now.", "Done, fuel level {fuelLevel}."),
        question={"fuelAmount": "How many gallons?"},
    ),
    "find_nearest_tire_shop": _ask(
        "where's the nearest tire shop?",
        "find me a tire shop nearby",
        tell=("The nearest one is at {shopLocation}.",),
        nouns={"shopLocation": (Noun("that address", seen=_SEEN), Noun("that shop", seen=_SEEN))},
    ),
    "gallon_to_liter": _ask(
        "how many liters are {gallon} gallons?",
        "convert {gallon} gallons to liters",
        tell=("That's {liter} liters.", "{liter} liters."),
        not_from={"gallon": ("liter_to_gallon",)},
    ),
    "get_current_speed": _ask(
        "how fast am I going?", "what's my speed?", tell=("You're at {currentSpeed}.", "{currentSpeed} right now.")
    ),
    "get_outside_temperature_from_google": _ask(
        "what's the temperature outside according to google?",
        "ask google how cold it is outside",
        tell=("It's {outsideTemperature} degrees outside.",),
    ),
    "get_outside_temperature_from_weather_com": _HIDDEN,
    "get_zipcode_based_on_city": _ask(
        "what's the zip code of {city}?",
        "which zip code does {city} have?",
        tell=("It's {zipcode}.", "{city} has {zipcode}."),
        nouns={"zipcode": (Noun("{city}"),)},
        question={"city": "Of which city?"},
    ),
    "liter_to_gallon": _ask(
        "how many gallons are {liter} liters?",
        "convert {liter} liters to gallons",
        tell=("That's {gallon} gallons.", "{gallon} gallons."),
        not_from={"liter": ("gallon_to_liter",)},
    ),
    "lockDoors": _ask(
        "{unlock} the {door} doors",
        "please {unlock} the {door} doors",
        tell=("Done, they're {lockStatus}.", "The doors are {lockStatus}."),
    ),
    "pressBrakePedal": _ask(
        "press the brake pedal to {pedalPosition}",
        "put the brake at {pedalPosition}",
        tell=("The brake is {brakePedalStatus}.",),
    ),
    "releaseBrakePedal": _ask(
        "let go of the brake", "release the brake pedal", tell=("The brake is {brakePedalStatus}.",)
    ),
    "setCruiseControl": _ask(
        "{activate} cruise control at {speed}, {distanceToNextVehicle} meters behind the next car",
        "{activate} cruise control, speed {speed}, keeping {distanceToNextVehicle} meters",
        tell=("Cruise control is {cruiseStatus}.",),
    ),
    "setHeadlights": _ask(
        "set the headlights to {mode}",
        "headlights {mode}.",
        tell=("The headlights are {headlightStatus}.", "Headlights {headlightStatus}."),
    ),
    "set_navigation": _ask(
        "take me to {destination}",
        "navigate to {destination}",
        "set the navigation to {destination}",
        question={"destination": "Where to?"},
    ),
    "startEngine": _ask(
        "{ignitionMode} the engine",
        "please {ignitionMode} the engine",
        tell=("The engine is {engineState}.", "Engine {engineState}."),
    ),
}
