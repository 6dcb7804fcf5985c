"""Conversation that needs no tool: greetings, who is there, counting, sums, the time, stories.

Each topic is a pattern over the lower-case words and a function that answers it. Wording varies
with a running number, never by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from livekit_nb.server.thinking.asking import abilities
from livekit_nb.server.thinking.languages import asks_for_language
from livekit_nb.server.thinking.manner import USUAL, Manner, asked_manner
from livekit_nb.server.thinking.persona import Persona
from livekit_nb.server.thinking.roles import role_of
from livekit_nb.server.thinking.skills import answer_by_skill
from livekit_nb.server.thinking.stories import FACTS, JOKES, POEMS, STORIES
from livekit_nb.server.thinking.tool import Tool
from livekit_nb.server.thinking.words import Utterance


@dataclass
class Talk:
    """What small talk knows of the conversation.

    Parameters
    ----------
    persona : Persona
        Who is played.
    tools : tuple of Tool
        What can be done.
    now : datetime
        The time of this utterance.
    manner : Manner
        How one wants to be spoken to.
    """

    persona: Persona
    tools: tuple[Tool, ...]
    now: datetime
    manner: Manner = USUAL
    turn: int = 0
    last_reply: str = ""
    unheard: str = ""
    user_name: str = ""
    heard_before: list[str] = field(default_factory=list)

    def vary(self, *wordings: str) -> str:
        """Choose a wording by the number of the turn."""
        return wordings[self.turn % len(wordings)]


Answer = Callable[[Talk, Utterance, re.Match[str]], str]
_Rule = tuple[re.Pattern[str], Answer]


def _hello(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    called = talk.user_name or talk.persona.addressed
    name = f" {called}" if called else ""
    hello = talk.persona.greeting()
    if hello == "Hello.":
        hello = f"{talk.vary('Hello', 'Hi')}{name}."
    return f"{hello} {talk.vary('What can I do for you?', 'How can I help?')}"


def _abilities(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    if talk.tools:
        return f"I can {abilities(talk.tools)}. I can also chat a little, count and tell a story."
    return "I can chat a little, do sums, count, spell, tell the time and tell you a story."


def _repeat(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    return talk.last_reply or "I have not said anything yet."


def _go_on(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    return talk.unheard or "I was finished. What would you like?"


def _their_name(talk: Talk, utterance: Utterance, match: re.Match[str]) -> str:
    name = match.group("name").split()[0].capitalize()
    talk.user_name = name
    return f"Nice to meet you, {name}."


def _what_name(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    return (
        f"Your name is {talk.user_name}." if talk.user_name else "You have not told me your name."
    )


def _what_said(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    if not talk.heard_before:
        return "You have not said anything before."
    return f"You said: {talk.heard_before[-1]}"


def _story(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    return STORIES[talk.turn % len(STORIES)]


_SAD = (
    r"sad|unhappy|down|depressed|lonely|tired|exhausted|stressed|sick|ill|unwell|anxious|worried|"
    r"afraid|scared|angry|upset|frustrated|bored|nervous|bad|terrible|awful|miserable|disappointed|"
    r"not (?:\w+ )?(?:well|good|great|happy)"
)
_GLAD = r"happy|excited|great|glad|proud|wonderful|amazing|cheerful|relaxed|thrilled|fantastic"
_FEELING = (
    r"^(?:\w+ ){0,2}(?:i'm|i am|i feel|i've been|i have been|i was|i had|it was|i'm having)"
    r"(?: (?:feeling|a|an|bit|little|so|very|really|quite|rather|just|pretty|too|such|kind|of))* "
    rf"(?:(?P<sad>{_SAD})|(?P<glad>{_GLAD}))(?: (?:today|now|right|day|morning|week|evening|"
    r"about|that|because|at|of|this|again)\b.*)?$"
)


def _feeling(talk: Talk, _: Utterance, match: re.Match[str]) -> str:
    if match["sad"]:
        return talk.vary(
            "I am sorry to hear that. Tell me about it, or let me tell you a story.",
            "That does not sound good, I am sorry. I am here if you want to talk.",
        )
    return talk.vary("I am glad to hear that.", "That is good to hear.")


def _fact(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    return FACTS[talk.turn % len(FACTS)]


def _poem(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    return POEMS[talk.turn % len(POEMS)]


def _joke(talk: Talk, _: Utterance, __: re.Match[str]) -> str:
    return JOKES[talk.turn % len(JOKES)]


def _fixed(*wordings: str) -> Answer:
    return lambda talk, utterance, match: talk.vary(*wordings)


def _rules(*pairs: tuple[str, Answer]) -> tuple[_Rule, ...]:
    return tuple((re.compile(pattern), answer) for pattern, answer in pairs)


_ADDRESS = (
    r"(?: (?:there|everyone|everybody|again|you|ada|computer|assistant|agent|server|friend))*"
)
_LEAD = (
    r"(?:(?:um|uh|so|well|okay|ok|oh|hey|hi|hello|please|and|now|yes|yeah|no|then|"
    r"alright|right|great|good|nice|cool|perfect|ah) )*"
)

# These are answered before any tool is considered.
FIRST = _rules(
    (
        rf"^(?:(?:hello|hi|hey|howdy|greetings|good (?:morning|afternoon|evening|day)|"
        rf"hiya){_ADDRESS} ?)+$",
        _hello,
    ),
    (
        rf"^{_LEAD}(?:thanks?|thank you|cheers|much appreciated)\b(?! to)(?: (?:you|so|"
        rf"very|a|much|lot|for .*|again|that's.*|"
        r"great|all|that|was|is|will|be|it|now|bye|goodbye|really|helpful))*$",
        _fixed("You are welcome.", "My pleasure."),
    ),
    (
        rf"^{_LEAD}(?:(?:bye(?: bye)?|goodbye|see you(?: later| soon| tomorrow| then| around)*|"
        rf"good night|farewell|take care|that's all(?: for now| i need(?:ed)?| for today)*|"
        r"talk to you (?:later|soon|tomorrow)|until (?:tomorrow|next time)|i have to go(?: now)?|"
        r"have a (?:nice|good|great|lovely) (?:day|one|evening|night|weekend))"
        r"(?: then| now| thanks| thank you| and| so)*(?: |$))+$",
        _fixed("Goodbye.", "Bye, talk to you soon."),
    ),
    (
        rf"^{_LEAD}(?:who|what) (?:are|r) you(?: exactly| really)?$|^{_LEAD}(?:what's|"
        rf"what is) your name$|"
        r"^are you (?:gemini|chatgpt|gpt|claude|siri|alexa|human|a (?:human|person|"
        r"robot|bot|real.*|machine|computer)|"
        r"an? (?:ai|llm|model|assistant|language model)|real|google|there an? .*)\b.*$|"
        r"^who am i (?:talking|speaking) (?:to|with)$|^(?:tell me about|introduce) "
        r"yourself$|^what kind of (?:model|ai|"
        r"assistant|server) are you$|^who (?:made|built|created) you$|^am i (?:talking|"
        r"speaking) (?:to|with) .*$",
        lambda talk, u, m: talk.persona.introduction(),
    ),
    (
        rf"^{_LEAD}(?:what (?:can|could|do) you (?:do|help(?: me)? with|offer|know)|what "
        rf"(?:are|is) your (?:tools?|skills?|"
        r"abilities|functions?|features)|what (?:tools|functions|skills) do you have|"
        r"how can you help(?: me)?|"
        r"what else can you do|help(?: me)?|what (?:can|could|may|should) i (?:ask|"
        r"say)(?: you| to you)?|"
        r"what are you (?:able to do|good at|capable of)|what is possible(?: here)?)(?: "
        r"please| for me| here)*$",
        _abilities,
    ),
    (
        rf"^{_LEAD}(?:(?:can|could|would) you )?(?:please )?(?:repeat (?:that|it|please|"
        rf"what you said|yourself|the last .*)|"
        r"repeat|say (?:that|it) again|say again|what did you (?:just )?say|pardon(?: "
        r"me)?|what was that|"
        r"come again|i didn't (?:hear|catch|get|understand) (?:that|you|it|what you said)|"
        r"i did not (?:hear|catch) that|sorry what)(?: please| again| for me| one more time)*$",
        _repeat,
    ),
    (
        rf"^{_LEAD}(?:go on|continue|keep going|carry on|please continue|and then|what "
        rf"happened (?:next|then)|go ahead|"
        r"continue (?:please|the story|with the story)|finish (?:the story|that))(?: please)?$",
        _go_on,
    ),
    (
        rf"^{_LEAD}(?:stop|stop it|be quiet|quiet|shut up|hush|silence|enough|wait|hold "
        rf"on|one moment|hang on)"
        r"(?: please| talking| a (?:second|moment|minute)| now)*$",
        _fixed("Okay.", "All right."),
    ),
)

# These are answered when no tool takes the request.
LATER = _rules(
    (
        rf"^{_LEAD}(?:how are you|how's it going|how is it going|how do you do|how are "
        rf"things|how have you been|what's up|"
        r"are you (?:ok|okay|well|alright|fine))\b.*$",
        _fixed("I am fine, thank you. What can I do for you?", "All is well here. And you?"),
    ),
    (
        r"^(?:i'm|i am) (?:fine|good|well|okay|ok|great|alright)\b.*$",
        _fixed("Good to hear.", "Glad to hear that."),
    ),
    (_FEELING, _feeling),
    (
        r"\b(?:nice|good|great|pleased|a pleasure) (?:to meet|meeting) you\b",
        _fixed("Nice to meet you too.", "The pleasure is mine."),
    ),
    (
        r"\b(?:sing|singing|whistle|dance)\b.*\b(?:me|for|song|you|something)\b"
        r"|^(?:please )?sing\b",
        _fixed("I can't sing, my voice only speaks. A story or a poem I can do."),
    ),
    (
        r"\b(?:poem|poems|poetry|rhyme|verse)\b",
        _poem,
    ),
    (
        r"\b(?:something|anything) (?:interesting|new|fun|i don't know|amazing)\b|"
        r"\b(?:fun|interesting|random|another) facts?\b|\ba fact\b",
        _fact,
    ),
    (
        r"\b(?:tell|read|give|make up|want|hear|know|another|longer)\b.*\b(?:story|"
        r"stories|tale|fairytale)\b|^(?:a |another )?story(?: please)?$",
        _story,
    ),
    (
        r"\bjokes?\b|\bmake me laugh\b|\bsomething funny\b",
        _joke,
    ),
    (
        r"^(?:(?:hi|hello|hey) )*(?:my name is|my name's|"
        r"call me(?! (?:an?|the|my|back|when|at|in|on|later|tomorrow)\b)) "
        r"(?P<name>[\w'-]+)(?: \w+)?$",
        _their_name,
    ),
    (r"\bwhat(?:'s| is) my name\b|^who am i$|\bdo you (?:know|remember) my name\b", _what_name),
    (r"^what did i (?:just )?(?:say|ask|tell you)\b.*$", _what_said),
    (
        r"^(?:can|do) you hear me\b.*$|^are you (?:still )?(?:there|listening|with me)$|"
        r"^(?:testing|test)(?: (?:testing|one|two|three|test))*$|"
        r"^is (?:this|anyone|anybody) (?:on|working|there)$",
        _fixed("Yes, I hear you.", "I hear you well."),
    ),
    (
        r"^(?:(?:yes|yeah|yep|sure|okay|ok|right|exactly|of course|great|perfect|cool|nice|"
        r"good|alright|fine|wonderful|excellent|awesome|i see|"
        r"got it|sounds good|very good|well done|interesting|that's (?:great|good|nice|"
        r"fine|all right|interesting|cool))(?: |$))+$",
        _fixed("Good.", "All right."),
    ),
    (
        r"^(?:no|nope|nothing|never mind|nevermind|forget it|not really|no thank you|no "
        r"thanks|cancel|cancel that|leave it)$",
        _fixed("All right.", "Okay, never mind."),
    ),
    (r"^(?:sorry|i'm sorry|my mistake|oops|i apologize)$", _fixed("No problem.", "No worries.")),
    (
        r"\b(?:i love you|you're (?:great|amazing|awesome|funny|smart|the best|nice|"
        r"cute)|you are (?:great|amazing|funny|smart|the best|nice)|good job|"
        r"well done|i like you)\b",
        _fixed("That is kind of you.", "Thank you, that is nice to hear."),
    ),
    (
        r"\b(?:you're|you are) (?:stupid|dumb|useless|wrong|bad|annoying|slow)\b",
        _fixed("Sorry. I am only a small local server."),
    ),
    (
        r"\b(?:search|look|check|browse|find|go|see)\b.*\b(?:the web|(?:the )?internet|online|"
        r"on google|on wikipedia)\b|"
        rf"^{_LEAD}(?:(?:can|could|would|will) you )?(?:please )?"
        r"(?:google|search for|web search)\b|"
        r"\b(?:have|got|with) (?:web|internet|online) access\b|"
        r"\baccess to the (?:web|internet)\b",
        _fixed(
            "I can't look that up: I am a local server without access to the web.",
            "I have no access to the web here, so I can't search for that.",
        ),
    ),
    (
        r"\bsay something\b|\btalk to me\b|\bsay (?:a few|some) words\b",
        _fixed("Here I am, speaking from your own computer. Interrupt me whenever you like."),
    ),
)
_GREETING = re.compile(
    rf"^(?:(?:hello|hi|hey|howdy|greetings|good (?:morning|afternoon|evening|day)){_ADDRESS} )+"
)


def answer_first(talk: Talk, utterance: Utterance) -> str | None:
    """Answer what is surely small talk, or return None."""
    said = _change_manner(talk, utterance, bare=False)
    if said is None and not _translates(talk.tools):
        said = _only_english(talk, utterance)
    return _answer(FIRST, talk, utterance) if said is None else said


def _only_english(talk: Talk, utterance: Utterance) -> str | None:
    if not asks_for_language(utterance.line):
        return None
    return talk.vary("English only, I am afraid.", "I only speak English.")


def _translates(tools: tuple[Tool, ...]) -> bool:
    """Tell whether a tool takes a language, so that one named may be meant for it."""
    return any(role_of(p) == "language" or "language" in p.words for t in tools for p in t.slots)


def _change_manner(talk: Talk, utterance: Utterance, *, bare: bool) -> str | None:
    """Speak in another manner from now on, when that is asked for."""
    asked = asked_manner(utterance.line, bare=bare)
    if asked is None:
        return None
    way, again = asked
    before, talk.manner = talk.manner, talk.manner.more(way)
    if again and talk.last_reply:
        return talk.last_reply
    return talk.manner.answer_to(way, before)


_ASKED = (_their_name, _what_name, _what_said, _story, _joke, _fact, _poem)


def answer_asked(talk: Talk, utterance: Utterance) -> str | None:
    """Answer what asks for something of its own that needs no tool, or return None."""
    for pattern, answer in LATER:
        match = pattern.search(utterance.line)
        if match:
            return answer(talk, utterance, match) if answer in _ASKED else None
    return answer_by_skill(utterance, talk.now)


def is_pleasantry(talk: Talk, utterance: Utterance) -> bool:
    """Whether it is small talk that may stay without an answer beside something else."""
    trial = replace(talk, heard_before=list(talk.heard_before))  # answering may change it
    return answer_first(trial, utterance) is not None or (
        answer_later(trial, utterance) is not None and answer_asked(trial, utterance) is None
    )


def answer_later(talk: Talk, utterance: Utterance) -> str | None:
    """Answer small talk that a tool might have taken, or return None."""
    said = _change_manner(talk, utterance, bare=True) or _only_english(talk, utterance)
    if said is None:
        said = _answer(LATER, talk, utterance)
    return answer_by_skill(utterance, talk.now) if said is None else said


def _answer(rules: Sequence[_Rule], talk: Talk, utterance: Utterance) -> str | None:
    line = utterance.line
    greeted = _GREETING.match(line)
    for text in (line, line[greeted.end() :]) if greeted else (line,):
        for pattern, answer in rules:
            match = pattern.search(text)
            if match:
                return answer(talk, utterance, match)
    return None
