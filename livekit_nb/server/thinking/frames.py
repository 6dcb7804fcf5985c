"""Frames of requests that run on to their end: messages, notes, reminders, searches, translations.

Each is a pattern over the plain words of an utterance whose named groups are roles.
"""

from __future__ import annotations

import re

_LINK = (
    r"(?:that says|which says|that reads|saying that|saying|to say that|to say|and say that|"
    r"and say|say|and tell (?:him|her|them)(?: that)?|telling (?:him|her|them)(?: that)?|"
    r"with the (?:text|message|words|content|body)|and (?:the )?(?:body|message)|"
    r"to let (?:him|her|them) know(?: that)?|that|reading)"
)
_TITLE = r"(?:mr|mrs|ms|miss|dr|doctor|professor|aunt|uncle)"
_WHO = rf"(?P<person>(?:(?:my|the|our|{_TITLE}) )?[\w@.+'-]+)"
_KIND = r"(?:text message|voice message|voicemail|message|text|email|e mail|mail|sms|note|line|dm)"
_SUBJECT = r"(?:(?:with (?:the |a )?subject(?: line)?|subject|about|regarding) (?P<subject>.+?) )?"
_LEAD = r"(?:^|.*?\b)"
_LIST = r"(?:to|on|onto|in|into) (?:my|the|our|a) (?:[\w'-]+ )*(?:lists?|tasks|todos|notes)"
_MADE = r"(?:set|create|add|make|put|schedule|give me|take|write|save|record|leave|start|new)"
_FRAMES: tuple[tuple[str, str], ...] = (
    # messages
    (
        "body",
        rf"{_LEAD}(?:send|write|shoot|drop|compose|leave)(?: out)? (?:an? |the |another )?"
        rf"(?:\w+ )?{_KIND} (?:to|for) {_WHO} {_SUBJECT}{_LINK} (?P<body>.+)$",
    ),
    (
        "body",
        rf"{_LEAD}(?:send|write|shoot|drop) {_WHO} (?:an? |the |another )(?:quick )?{_KIND} "
        rf"{_SUBJECT}{_LINK} (?P<body>.+)$",
    ),
    (
        "body",
        rf"{_LEAD}(?:send|write|shoot) (?:an? |the |another )?(?:\w+ )?{_KIND} {_LINK} "
        rf"(?P<body>.+?) to {_WHO}$",
    ),
    (
        "subject",
        rf"{_LEAD}(?:send|write|compose) (?:an? )?(?:\w+ )?{_KIND} to {_WHO} "
        r"(?:with (?:the |a )?subject(?: line)?|about|regarding) (?P<subject>.+)$",
    ),
    (
        "body",
        rf"{_LEAD}(?:text|message|email|mail|sms|whatsapp|ping|dm) {_WHO} {_SUBJECT}"
        rf"{_LINK} (?P<body>.+)$",
    ),
    (
        "subject",
        rf"{_LEAD}(?:text|message|email|mail|sms|ping) {_WHO} (?:about|regarding) "
        r"(?P<subject>.+)$",
    ),
    ("body", rf"{_LEAD}(?:let) {_WHO} know(?: that)? (?P<body>.+)$"),
    ("body", rf"{_LEAD}(?:write|reply|answer|respond)(?: back)? to {_WHO} {_LINK} (?P<body>.+)$"),
    ("body", rf"{_LEAD}(?:tell|inform|notify|ask|remind) {_WHO} (?:that|to) (?P<body>.+)$"),
    (
        "body",
        rf"{_LEAD}(?:tell|text|message|inform|notify|sms) (?!me\b|my\b){_WHO} "
        r"(?P<body>(?!about\b|to\b|a\b|the\b|message\b).+)$",
    ),
    ("body", rf"{_LEAD}(?:send|say) (?!an?\b|the\b|another\b)(?P<body>(?:.+)) to {_WHO}$"),
    (
        "body",
        rf"{_LEAD}(?:announce|tweet|post|broadcast|share|publish)"
        rf"(?: an? (?:tweet|post|message|announcement|update))?(?: {_LINK})? (?P<body>.+)$",
    ),
    # notes
    (
        "body",
        rf"{_LEAD}{_MADE}(?: down)?(?: an?| this| the)?(?: new| quick)? "
        rf"(?:note|memo|entry)(?: to self)?(?: {_LINK}| to| about)? (?P<body>.+)$",
    ),
    ("body", r"(?:.*?\b)(?:note|write|jot|remember)(?: this)?(?: down)?(?: that)? (?P<body>.+)$"),
    (
        "body",
        r".+?\b(?:that says|that reads|saying|reading|with the (?:words|text|message|inscription))"
        r" (?P<body>.+)$",
    ),
    # reminders and tasks
    ("task", r".*?\bremind me\b(?P<gap>.*?) (?:to|that|about|of) (?P<task>.+)$"),
    ("task", rf"{_LEAD}(?:add|put) (?P<task>.+?) {_LIST}\b.*$"),
    (
        "task",
        rf"{_LEAD}{_MADE}(?: an?| another| the)?(?: new)? "
        r"(?:reminder|task|todo|to do|item|to do item)(?P<gap>.*?) "
        r"(?:to|that|about|called|named|saying) (?P<task>.+)$",
    ),
    (
        "task",
        rf"{_LEAD}{_MADE}(?: an?| another)?(?: new)? (?:reminder|task|todo)(?P<gap>.*?) "
        r"for (?P<task>.+)$",
    ),
    (
        "task",
        r".*?\b(?:don't let me forget|i (?:need|have|want) to be reminded|"
        r"wake me(?: up)?(?P<gap>.*?)) (?:to|about) (?P<task>.+)$",
    ),
    # translations
    ("translate", r".*?\btranslate (?:from (?:\w+) )?(?:in)?to (?:\w+) (?P<body>.+)$"),
    (
        "translate",
        r".*?\btranslate (?:the (?:word|phrase|sentence) )?(?P<body>.+?)"
        r"(?: from \w+)? (?:in)?to \w+(?: please| for me)?$",
    ),
    ("translate", r".*?\bsay (?:the (?:word|phrase) )?(?P<body>.+?) in \w+(?: please)?$"),
    (
        "translate",
        r".*?\b(?:word|phrase|translation|expression) (?:for|of) (?P<body>.+?)"
        r"(?: (?:in|into|to) \w+)?$",
    ),
    ("translate", r"^(?:what's|what is) (?P<body>.+?) in \w+$"),
    ("translate", r"(?:^|.*?\b)\w+ (?:word )?for (?P<body>.+)$"),
    ("translate", r".*?\btranslate (?P<body>.+)$"),
    # searches and definitions
    ("stock", r"^(?:do|would) you (?:have|sell|carry|stock)(?: any| some| an?)? (?P<query>.+)$"),
    (
        "query",
        r".*?\b(?:search|look|google|browse|hunt)(?: up)?(?: online| on)?"
        r"(?: (?:the|my|our) (?:\w+ )?(?:web|internet|notes|emails?|documents?|files?|news|"
        r"catalogue|catalog|library|database|wikipedia|store|shop))? (?:for|up|about|on) "
        r"(?P<query>.+?)(?: (?:on|in) (?:the )?(?:web|internet|google|wikipedia)| online)?$",
    ),
    ("query", r".*?\b(?:define|google|search|look up) (?:the word |the term |for )?(?P<query>.+)$"),
    ("query", r".*?\b(?:definition|meaning) of (?:the word |the term )?(?P<query>.+)$"),
    ("query", r".*?\bwhat does (?:the word )?(?P<query>.+?) mean$"),
    (
        "query",
        r".*?\b(?:find|get|show|give|read|any|latest|what's|what is)\b.*?\b"
        r"(?:information|info|articles?|news|results|videos?|headlines|papers|stories|facts)"
        r" (?:about|on|for|regarding) (?P<query>.+)$",
    ),
)
FRAMES_BY_KIND = tuple((kind, re.compile(pattern)) for kind, pattern in _FRAMES)
