"""What a parameter wants, told from its type, name, description and bounds."""

from __future__ import annotations

import re
from functools import lru_cache

from livekit_nb.server.thinking.tool import Parameter
from livekit_nb.server.thinking.units import CURRENCIES, UNITS, Unit
from livekit_nb.server.thinking.words import stem, word_set

# Words of a parameter's name (first) or description that give an open text its role, most
# telling roles first.
_ROLES: tuple[tuple[str, str], ...] = (
    ("email", "email mail_address email_address"),
    ("phone", "phone telephone phone_number mobile"),
    ("url", "url link website"),
    ("language", "language lang languages locale"),
    ("currency", "currency currencies"),
    ("unit", "unit units"),
    ("symbol", "symbol ticker stock company"),
    ("code", "id code number no nr reference pnr tracking isbn zip postcode zipcode"),
    ("origin", "origin source departure from start pickup"),
    ("destination", "destination target to arrival dropoff goal"),
    ("color", "color colour"),
    ("subject", "subject topic"),
    ("body", "message body text content contents memo note notes phrase sentence"),
    ("task", "task reminder todo chore action activity what"),
    ("expression", "expression formula equation calculation"),
    ("query", "query search term terms keyword keywords question q word prompt"),
    ("artist", "artist band singer author director composer"),
    (
        "genre",
        "genre cuisine category kind type style topping toppings flavor flavour mood "
        "crust sauce milk brand filling variety",
    ),
    ("media", "song track album playlist movie film book show podcast media recipe"),
    ("list", "list listname"),
    (
        "place",
        "city location place town address country region area airport where station stop timezone"
        " state venue neighborhood capital",
    ),
    (
        "person",
        "recipient contact person who guest attendee attendees invitee friend participant"
        " participants customer passenger pet dog cat child patient client member player student "
        "employee therapist stylist barber dentist teacher trainer callee"
        " recipients doctor payee beneficiary sender owner driver user username login instructor"
        " coach host colleague neighbour neighbor lawyer assignee employer tenant resident receiver"
        " traveller traveler visitor holder",
    ),
    ("room", "room zone floor"),
    ("door", "door lock gate window"),
    ("device", "device lamp light plug socket outlet appliance switch entity"),
    (
        "item",
        "item items product products dish food drink meal article ingredient ingredients "
        "thing beverage object goods groceries",
    ),
    ("restaurant", "restaurant hotel business store shop cafe theater theatre gym bar"),
    ("label", "label name title tag event summary description reason details"),
)
_BY_WORD = {word: role for role, words in reversed(_ROLES) for word in words.split()}
_DURATION_NAMES = word_set("duration length len timeout delay wait countdown interval")
_TIME_NAMES = word_set("time hour clock")
_DATE_NAMES = word_set("date day weekday when departure_date checkin checkout deadline due")


def text_of(parameter: Parameter) -> str:
    """Return name and description as one lower-case text."""
    return f"{' '.join(parameter.words)}. {parameter.description}".lower()


@lru_cache(maxsize=2048)
def unit_of(parameter: Parameter) -> Unit | None:
    """Return the unit a number is wanted in, when name or description tell one."""
    for word in reversed(parameter.words):
        unit = UNITS.get(word)
        if (
            unit
            and unit.dimension != "degrees"
            and (len(word) > 2 or word in ("km", "kg", "cm", "ml", "mm", "ms", "kw"))
        ):
            return unit
    if parameter.words and parameter.words[-1] in ("c", "f") and len(parameter.words) > 1:
        return UNITS[parameter.words[-1]]
    low = parameter.description.lower()
    hits: list[tuple[int, Unit]] = []
    for match in re.finditer(r"[a-z°%]+", low):
        unit = UNITS.get(match.group())
        if unit and (len(match.group()) > 2 or match.group() == "%"):
            told = re.search(r"\b(?:in|of|as)\s+(?:\w+\s)?$", low[: match.start()])
            hits.append((0 if told else 1, unit))
    scales = [hit for hit in hits if hit[1].dimension == "temperature"]
    best = min(scales or hits, key=lambda hit: hit[0], default=None)
    return best[1] if best else None


@lru_cache(maxsize=2048)
def role_of(parameter: Parameter) -> str:
    """Return the role of a parameter.

    Returns
    -------
    str
        ``boolean``, ``enum``, ``number``, ``object``, for strings ``date``, ``time``,
        ``moment`` (date and time), ``duration`` or one of the roles of open texts
        (``place``, ``person``, ``body``, …; ``text`` when nothing tells).
    """
    if parameter.type == "array" and parameter.items is not None:
        inner = parameter.items
        if inner.enum:
            return "enum"
        if inner.type in ("integer", "number"):
            return "number"
        if inner.type == "object":
            return "object"
    if parameter.enum:
        return "enum"
    if parameter.type == "boolean":
        return "agreement" if any(w.startswith("confirm") for w in parameter.words) else "boolean"
    if parameter.type in ("integer", "number"):
        return "number"
    if parameter.type == "object":
        return "object"
    return parameter.hint or _string_role(parameter)


def _string_role(parameter: Parameter) -> str:
    words = parameter.words
    low = parameter.description.lower()
    names = {stem(word) for word in words} | set(words)
    if parameter.format in ("date", "time", "email"):
        return parameter.format
    if parameter.format in ("date-time", "datetime"):
        return "moment"
    is_date = bool(names & _DATE_NAMES) or bool(
        re.search(
            r"yyyy-mm-dd|\bdate\b|\b(?:which|what|new|arrival|departure|first|last) day\b"
            r"|^day (?:of|for|to|on)\b",
            low,
        )
    )
    is_time = bool(names & _TIME_NAMES) or bool(re.search(r"hh:mm|\btime of day\b|\btime\b", low))
    if words and words[-1].endswith("time") and re.search(r"\d:\d\d|hh:mm|\btime\b", low):
        names.add("time")
    named_moment = bool(
        names & (_DATE_NAMES | _TIME_NAMES | {"datetime", "moment", "start", "end"})
    )
    if re.search(r"\bhh:mm\b", low) and not is_date:
        return "time"
    if re.search(r"\byyyy-mm-dd\b|\biso[- ]?8601\b", low):
        return "moment" if re.search(r"\btime\b|hh:mm", low) and not is_time_zone(words) else "date"
    if names & {"datetime", "timestamp"} or (named_moment and is_date and is_time):
        return "moment"
    if names & {"when", "due", "deadlin"}:
        return "moment"
    if names & _TIME_NAMES and "timezone" not in names and "zone" not in names:
        return "time"
    if names & _DATE_NAMES:
        return "date"
    if names & _DURATION_NAMES or re.match(r"(?:duration|how long)\b", low):
        return "duration"
    if len(words) > 1 and words[-1] == "name" and words[-2] in _BY_WORD:
        return _BY_WORD[words[-2]]
    if len(words) > 1 and "_".join(words[-2:]) in _BY_WORD:
        return _BY_WORD["_".join(words[-2:])]
    if words and words[0] in ("from", "source", "to", "target", "base", "quote") and words[1:]:
        if words[-1] in _BY_WORD:
            inner = _BY_WORD[words[-1]]
            if inner in ("language", "currency", "unit"):
                return inner
        return "origin" if words[0] in ("from", "source") else "destination"
    found = [_BY_WORD[word] for word in reversed(words) if word in _BY_WORD]
    role = found[0] if found else ""
    if role in ("destination", "label", "origin", "code", "genre", "body", "media", "", "item"):
        role = _role_by_description(role, low)
    if not role and (is_date or is_time):
        return "moment" if is_date and is_time else "date" if is_date else "time"
    return role or "text"


def is_time_zone(words: tuple[str, ...]) -> bool:
    """Tell whether a name is a time zone's."""
    return "zone" in words or "timezone" in words


def _role_by_description(role: str, low: str) -> str:
    """Sharpen a name such as ``to``, ``name`` or ``text`` by what the description says."""
    first = re.split(r"[.;(]|\be\.g", low)[0]
    if re.search(r"\bdigits\b", first):
        return "code"
    named = re.match(r"(?:the )?(?:full )?name of (?:the |an? )?(\w+)", first)
    if named and role in ("label", "") and named[1] in _BY_WORD:
        return _BY_WORD[named[1]]
    about_person = re.search(
        r"\b(?:recipient|contact|who|whom|person|(?:guest|customer|caller)(?:'s|s)? name)\b"
        r"|^(?:the |full |first |last )*name\b",
        first,
    )
    about_place = re.search(r"\b(?:place|city|town|address|street|station|country|stop)\b", first)
    if role in ("destination", "label", "") and about_person and not about_place:
        if re.search(
            r"\bname (?:of|for) (?:the )?+(?!person|guest|customer|recipient|contact)", first
        ):
            pass
        elif role != "label" or re.search(r"person|guest|customer|contact|recipient|who", first):
            return "person"
    if role == "destination":
        for other in ("language", "currency", "unit"):
            if re.search(rf"\b{other}\b", first):
                return other
        if re.search(r"\bemail address\b", first):
            return "email"
        return role
    if role == "origin":
        for other in ("language", "currency", "unit"):
            if re.search(rf"\b{other}\b", first):
                return other
        return role
    if role == "code" and re.search(r"\b(?:language|currency)\b", first):
        return "language" if "language" in first else "currency"
    if role == "label" and re.search(r"\bcolou?r\b", first):
        return "color"
    if role == "label" and re.search(r"\b(?:song|track|movie|film|book|album|show|podcast)\b", low):
        return "media"
    if role in ("label", "genre", "body", "media", "item", "code"):
        return role
    for word in re.findall(r"[a-z]+", first):
        hit = _BY_WORD.get(word) or _BY_WORD.get(stem(word))
        if hit == "symbol" and not re.search(r"\b(?:ticker|stocks?|shares?|symbol)\b", low):
            continue
        if hit and hit not in ("code", "origin", "destination"):
            return hit
    return ""


def examples_of(parameter: Parameter) -> tuple[str, ...]:
    """Return the example values a description gives ("e.g. Paris", "like 'USD'", "(EUR, USD)")."""
    low = parameter.description
    found = re.findall(r"['\"]([^'\"]{1,40})['\"]", low)
    for tail in re.findall(r"(?:e\.g\.?,?|for example,?|such as|like|\()\s*([^);.]+)", low):
        found += [part.strip(" '\"") for part in re.split(r",|\bor\b", tail)]
    return tuple(part for part in found if part)


def wants_code(parameter: Parameter) -> bool:
    """Tell whether a language, currency or unit is wanted as its code or symbol."""
    low = parameter.description.lower()
    if re.search(r"\bcode\b|\biso\b|\babbreviat|\bsymbol\b", low) or "code" in parameter.words:
        return True
    if role_of(parameter) == "unit":
        return any(len(ex) <= 3 and ex.lower() in UNITS for ex in examples_of(parameter))
    if role_of(parameter) == "currency":
        return not any(ex.lower() in CURRENCIES and len(ex) != 3 for ex in examples_of(parameter))
    return any(re.fullmatch(r"[a-z]{2}", ex) for ex in examples_of(parameter))


def direction_of(parameter: Parameter) -> str:
    """Return ``"from"`` or ``"to"`` for one of a pair such as from_unit and to_unit."""
    if parameter.side:
        return parameter.side
    names = set(parameter.words)
    if names & {"from", "source", "origin", "base", "departure", "input", "old", "current"}:
        return "from"
    if names & {
        "to",
        "target",
        "destination",
        "dest",
        "goal",
        "arrival",
        "into",
        "quote",
        "output",
        "new",
    }:
        return "to"
    first = re.split(r"[.(]", parameter.description.lower())[0]
    if re.search(r"\b(?:convert|translate|travel|depart)\w* from\b|\bsource\b", first):
        return "from"
    if re.search(r"\b(?:convert|translate)\w* (?:in)?to\b|\btarget\b", first):
        return "to"
    return ""


def is_money(parameter: Parameter) -> bool:
    """Tell whether a number is an amount of money."""
    words = set(re.findall(r"[a-z]+", text_of(parameter)))
    names = {"price", "cost", "budget", "money", "payment", "currency", "usd", "eur", "gbp"}
    return bool(words & (names | {name for name in CURRENCIES if len(name) > 3}))
