"""General knowledge of words: what belongs together, what is opposite, languages and colours."""

from __future__ import annotations

from functools import cache

from livekit_nb.server.thinking.words import stem, stem_set, word_list, word_set

_CONCEPTS = """
weather forecast rain rainy raining sunny snow snowing wind windy umbrella temperature hot cold
    warm humid humidity storm cloudy degrees sunshine climate coat jacket
timer countdown
alarm wake
remind reminder remember
light lights lamp lamps lighting bulb
light dim brighten
thermostat heating heat heater temperature cooling hvac climate degrees warmer colder cooler
play hear listen music song songs track tracks tune playlist album artist media playback jazz
    rock audio
volume loud louder quiet quieter sound
message text sms texting
email mail e-mail inbox
call phone ring dial telephone
shopping grocery groceries list
todo task tasks to-do chore
note notes memo jot
flight flights fly flying plane airplane airline
hotel hotels room accommodation stay
restaurant restaurants table dinner lunch dining eat reservation
order buy purchase
food meal dish pizza burger eat hungry takeaway delivery
drink coffee tea latte espresso cappuccino beverage
taxi cab ride uber lift driver
train trains rail railway
ticket tickets seat seats
appointment meeting event calendar schedule plan planned agenda lesson course session
    interview conference workshop
translate translation
currency exchange money rate
stock stocks share shares ticker market trading quote
price cost costs much expensive
navigate navigation directions route drive way destination
lock locked unlock unlocked door doors
door doors gate garage
blind blinds curtain curtains shade shades shutter shutters awning cover covers
fan ventilator
tv television telly
vacuum hoover robot
convert conversion converter
calculate calculator calculation compute math arithmetic plus minus times divided multiply add
    subtract sum
search find look lookup google web internet
news headlines headline
time clock hour
date day today
define definition meaning mean means dictionary
recipe recipes cook cooking bake ingredients
movie movies film films cinema
package parcel shipment delivery shipping tracking
electricity power energy consumption consume used usage
menu starter dish dishes dessert course main
status state progress solved resolved fixed done
bank account balance money
transfer pay payment send
people persons guests guest party person seats diners attendees passengers
quantity amount number count
joke funny
traffic congestion
photo picture image photos
dim brightness bright brighter dimmer
color colour
random dice die roll throw coin flip toss
log record track
pause stop halt hold
move go step walk
doctor dentist appointment clinic visit
book reserve reservation booking sign enroll register
checkout pay payment
parking park
rent rental hire vehicle
open close opening closing
available availability free vacant open
cart basket trolley bag
air quality pollution
sunrise sunset
weight weigh
distance far
speed fast
size big large
store shop shops store
bus buses transit
bill tip restaurant split
password pin
"""
CONCEPTS = tuple(
    frozenset(stem(word) for word in line.split())
    for line in _CONCEPTS.replace("\n    ", " ").strip().splitlines()
)

_SYNONYMS = """
small little tiny short
medium regular normal standard mid middle average
large big
extra_large xl huge
celsius centigrade c metric
fahrenheit f imperial
increase up raise higher louder warmer brighter hotter increment plus
decrease down lower quieter softer cooler colder dimmer reduce decrement
next skip forward
previous back last
forward forwards ahead straight
backward backwards back reverse
outdoor outdoors outside terrace patio
indoor indoors inside
half halfway half_way
pause hold
resume continue unpause
play start
stop end halt quit
on enable enabled activate start
off disable disabled deactivate shut kill out
lock locked secure
unlock unlocked
open opened raise pull_up bring_up roll_up
close closed shut lower pull_down bring_down roll_down
add plus sum addition
subtract minus subtraction
multiply times multiplied multiplication
divide divided division over
economy coach
round_trip return roundtrip
one_way single oneway
car drive driving
walk walking foot
bicycle bike cycling bicycling
transit bus train subway public_transport public_transit
high urgent important top critical
low unimportant
cool cooling cold
heat heating warm
male man
female woman
couch sofa
living_room lounge sitting_room
bathroom restroom
television tv telly
mobile cell
vegetarian veggie
delete remove cancel
daily every_day day
weekly every_week week
monthly every_month month
hourly hour
shipping delivery
pickup pick_up collect collection
takeaway takeout take_away to_go take_out
dine_in eat_in
mute silent silence
hot warm
cold iced
breakfast morning
dinner supper
movie film
express fast fastest quick
"""
SYNONYMS: tuple[tuple[tuple[str, ...], ...], ...] = tuple(
    tuple(tuple(stem(part) for part in phrase.split("_")) for phrase in line.split())
    for line in _SYNONYMS.strip().splitlines()
)

OPPOSITES = tuple(
    (frozenset(stem(w) for w in left.split()), frozenset(stem(w) for w in right.split()))
    for left, right in (
        ("set start create make add schedule begin new", "cancel stop delete remove clear end"),
        ("add put append insert", "remove delete take"),
        ("on enable activate", "off disable deactivate"),
        ("lock", "unlock"),
        ("open", "close shut"),
        ("play resume", "pause stop"),
        ("increase raise", "decrease lower reduce"),
        ("book reserve order buy", "cancel refund return"),
        ("mute", "unmute"),
        ("turn switch", "lock unlock"),
    )
)
MUTATING = stem_set(
    "set start create make add schedule cancel stop delete remove clear order buy book "
    "reserve send call text play pause turn lock unlock open close update change enable disable "
    "transfer pay put append toggle dim skip begin submit control"
)
GENERIC_WORDS = stem_set(
    "get set find show check make turn give tell put take use let start do create add "
    "new current information info details about data value values number item items list name "
    "given specific user users using provide provides provided return returns fetch retrieve look "
    "lookup request service based certain particular specified via app assistant e.g eg example "
    "optional etc such class size mode whether people place thing way amount kind type change "
    "bring wear product products control update manage perform handle time day today available "
    "needed would want switch moment while bit later lot ready anymore leave"
)
REQUEST_VERBS = word_set(
    "get set find show check make turn give tell put take use start create add call text send "
    "message email play pause stop resume skip order buy book reserve cancel delete remove lock "
    "unlock open close shut dim brighten raise lower increase decrease translate convert "
    "calculate compute search look read write note remember remind wake navigate drive schedule "
    "plan switch change mute unmute track report define spell explain describe count roll flip "
    "pick choose transfer pay split list rate record log save store jot ring dial phone notify "
    "let inform ask invite share post upload download print scan snooze clear reset update adjust "
    "move bring enable disable activate deactivate arm disarm water feed vacuum clean cook bake "
    "heat warm cool boost begin end finish launch run throw toss generate draw queue shuffle "
    "repeat rewind forward purchase rent hire request fetch mark complete tick cross append insert "
    "subscribe return refund exchange multiply divide subtract sum google recommend suggest "
    "dictate reply forward leave hang compose buzz direct guide navigate bookmark charge crank "
    "pump tune shop weigh measure compare rename assign apply submit register confirm accept "
    "decline reject approve block kill rotate release hold reschedule postpone extend "
    "prolong deliver redeem preheat defrost chill swap renew upgrade downgrade enroll draft edit "
    "crop resize merge sort filter archive restore sync pair connect disconnect unlink stream zoom "
    "capture estimate predict summarize summarise rephrase proofread verify dispatch alert reorder "
    "restock ship locate ventilate wash dry mow lend borrow deposit withdraw unsubscribe dismiss "
    "sign drop sell"
)
SERVICES = stem_set(
    "taxi cab uber ride flight plane hotel train bus appointment timer alarm reminder "
    "message email call meeting ticket tickets movie song music table car game "
    "chess door window garage account"
)
REQUEST_STEMS = frozenset(stem(verb) for verb in REQUEST_VERBS)

LANGUAGES: dict[str, str] = {
    name: code
    for name, _, code in (
        pair.partition(":")
        for pair in word_list(
            "english:en french:fr german:de spanish:es italian:it portuguese:pt dutch:nl "
            "swedish:sv norwegian:no danish:da finnish:fi polish:pl czech:cs slovak:sk "
            "hungarian:hu romanian:ro bulgarian:bg greek:el turkish:tr russian:ru ukrainian:uk "
            "arabic:ar hebrew:he hindi:hi urdu:ur bengali:bn tamil:ta telugu:te persian:fa "
            "farsi:fa chinese:zh mandarin:zh cantonese:yue japanese:ja korean:ko vietnamese:vi "
            "thai:th indonesian:id malay:ms swahili:sw latin:la irish:ga welsh:cy icelandic:is "
            "croatian:hr serbian:sr slovenian:sl estonian:et latvian:lv lithuanian:lt catalan:ca "
            "basque:eu esperanto:eo afrikaans:af tagalog:tl filipino:fil"
        )
    )
}
COLOURS = word_set(
    "red green blue yellow orange purple pink white black brown grey gray cyan magenta violet "
    "turquoise gold golden silver beige teal lavender indigo maroon navy crimson lime"
)

ROOMS = word_set(
    "kitchen bedroom bathroom garage garden hallway hall office study attic basement cellar porch "
    "patio balcony nursery den lounge terrace yard backyard shed corridor entrance entry landing "
    "laundry pantry closet lobby foyer loft playroom workshop stairs driveway upstairs downstairs "
    "outside room conservatory library toilet"
)
GENRES = word_set(
    "jazz rock pop classical metal country blues hip-hop hiphop rap techno house reggae folk soul "
    "funk disco punk indie electronic ambient opera salsa lofi edm gospel grunge "
    "italian french chinese indian mexican thai japanese korean vietnamese greek spanish turkish "
    "vegan vegetarian seafood sushi mediterranean american lebanese ethiopian "
    "comedy horror thriller drama romance documentary animation fantasy"
)


@cache
def related(left: str, right: str) -> bool:
    """Tell whether two stems are the same or belong to one concept."""
    return left == right or not _concepts_of(left).isdisjoint(_concepts_of(right))


@cache
def _concepts_of(word: str) -> frozenset[int]:
    return frozenset(n for n, group in enumerate(CONCEPTS) if word in group)


@cache
def synonyms(phrase: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the phrases (tuples of stems) that mean the same as a phrase, itself first."""
    found = [phrase]
    for group in SYNONYMS:
        if phrase in group:
            found += [other for other in group if other != phrase]
    return tuple(found)


def opposed(left: frozenset[str], right: frozenset[str]) -> bool:
    """Tell whether two sets of stems ask for opposite acts and share none."""
    for one, other in OPPOSITES:
        for a, b in ((one, other), (other, one)):
            if left & a and right & b and not left & b and not right & a:
                return True
    return False
