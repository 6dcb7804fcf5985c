"""Other languages: that one was spoken, or is asked for, is noticed, and the limit is stated."""

from __future__ import annotations

import re
import unicodedata

from livekit_nb.server.thinking.lexicon import LANGUAGES
from livekit_nb.server.thinking.words import STOP, word_set

__all__ = ["asks_for_language", "is_foreign"]

_NAMES = "|".join(sorted(LANGUAGES.keys() - {"english"}))
_ASKED = re.compile(
    rf"\b(?:speak|talk|answer|reply|respond|converse|continue|chat|go on)\b(?: \w+){{0,4}}? "
    rf"(?:{_NAMES}|(?:another|other|a different|my|any other) languages?)\b"
    r"(?! (?:food|music|restaurants?|people))"
    rf"|\b(?:switch|change)\b(?: \w+){{0,3}}? (?:to|into) (?:{_NAMES})$"
    rf"|^(?:\w+ )?(?:do|can) you (?:know|understand)(?: any| some)? (?:{_NAMES})\b"
    rf"|^(?:in )?(?:{_NAMES})(?: please)$"
    r"|\b(?:what|which) (?:other )?languages? (?:do|can) you\b"
)
_SMALL_WORDS = {
    "German": "der die das ist nicht und ein eine ich du wir sie wie was wo wann warum bitte mit "
    "auf für heute morgen guten tag danke kannst mir mein wetter uhr zu den dem im am noch",
    "French": "le la les est pas et un une je tu nous vous quel quelle quoi où quand pourquoi pour "
    "avec aujourd'hui demain bonjour merci peux moi mon temps fait il elle des du dans s'il plaît",
    "Spanish": "el la los las es no y un una yo tú nosotros qué cómo dónde cuándo por para con hoy "
    "mañana hola gracias puedes me mi tiempo hace buenos días está favor",
    "Italian": "il la gli è non e un una io tu noi che come dove quando perché per con oggi domani "
    "ciao buongiorno grazie puoi mi mio tempo fa sono questo favore",
    "Portuguese": "o a os as é não e um uma eu você nós que como onde quando porque para com hoje "
    "amanhã olá obrigado pode meu tempo faz está bom dia",
    "Dutch": "de het is niet en een ik jij wij wat waar wanneer waarom met op vandaag morgen goede "
    "dag dank kun mij mijn weer hoe alsjeblieft van voor",
}
_FOREIGN = {name: word_set(words) for name, words in _SMALL_WORDS.items()}
_ENGLISH = STOP | word_set(
    "the of in a and to is it that for on with as at this not be or by but no me my what how do "
    "time weather today tomorrow please hello day set turn play"
)
_GREETINGS = word_set(
    "bonjour hola ciao buongiorno guten danke merci gracias grazie obrigado hallo salut bonsoir "
    "namaste konnichiwa privet"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def asks_for_language(line: str) -> bool:
    """Tell whether another language than English is wanted ("please speak German")."""
    return bool(_ASKED.search(line))


def is_foreign(text: str) -> bool:
    """Tell whether a text is in another language, as far as letters and small words show.

    >>> is_foreign("Wie ist das Wetter heute?"), is_foreign("Turn on the light in the den")
    (True, False)
    """
    words = [word.lower().replace("\u2019", "'") for word in _TOKEN.findall(text)]
    if not words:
        return False
    strange = [word for word in words if not _is_latin(word)]
    if len(strange) * 2 > len(words):
        return True
    english = sum(word in _ENGLISH for word in words)
    most = max(sum(word in known for word in words) for known in _FOREIGN.values())
    greets = len(words) <= 3 and words[0] in _GREETINGS
    return greets or (most >= 2 and most > english and most * 3 >= len(words))


def _is_latin(word: str) -> bool:
    return all("LATIN" in unicodedata.name(char, "") for char in word if char.isalpha())
