"""The scenarios: what each does, what it asserts, and which client cannot express it.

One list for all official clients, see :mod:`tests.conformance.steps` for its words. What a scenario
waits for are messages, never time; audio is sent as fast as the client sends, except where a
microphone is part of the matter.

It has more than 500 lines because it is a list: each scenario is read on its own, and who looks for
one finds it here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from livekit_nb.audio.pcm import from_pcm16, level_dbfs
from tests import speech
from tests.conformance.steps import (
    NEWEST,
    SILENCE_S,
    Run,
    Scenario,
    Step,
    Told,
    called,
    close,
    connect,
    content,
    handle,
    hear,
    listen,
    mark,
    media_chunk,
    mint,
    respond,
    say,
    show,
    text,
    turn,
    update,
    wait,
    words,
)

SCENARIOS: list[Scenario] = []

OLDER = "gemini-3.1-flash-live-preview"
OLDEST = "gemini-2.5-flash-native-audio-preview-12-2025"
EXTENDED = "gemini-3.8-live-extended-thinking"

CAPTIONS: dict[str, Any] = {"inputAudioTranscription": {}, "outputAudioTranscription": {}}
MANUAL = {"realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}}}
CITY = {
    "type": "OBJECT",
    "properties": {"city": {"type": "STRING", "description": "Name of the city"}},
    "required": ["city"],
}
WEATHER = {
    "name": "get_weather",
    "description": "Current weather for a city.",
    "parameters": CITY,
}

CLIP_S = len(speech.samples("weather_paris")) / speech.RATE_HZ

NORMAL = ["generationComplete", "turnComplete"]
INTERRUPTED = ["interrupted", "turnComplete"]
INVALID = (1007, "Request contains an invalid argument.")

_NO_HISTORY = "the JavaScript clients drop `historyConfig`"
_NO_UPDATE = "google-genai 2.0 has no `send_context_update`"
NO_HISTORY = {"javascript-3": _NO_HISTORY, "javascript-2": _NO_HISTORY}
NO_UPDATE = {"python-2": _NO_UPDATE}


def weather(behavior: str | None = None) -> dict[str, Any]:
    """Return the setting that declares the tool."""
    declared = WEATHER | ({"behavior": behavior} if behavior else {})
    return {"tools": [{"functionDeclarations": [declared]}]}


def scenario(
    asserts: str, steps: Sequence[Step], **more: Any
) -> Callable[[Callable[[Run], None]], None]:
    """Add a scenario; what is decorated checks it and gives it its name."""

    def add(check: Callable[[Run], None]) -> None:
        SCENARIOS.append(Scenario(check.__name__, asserts, list(steps), check, **more))

    return add


def is_spoken(told: Told) -> bool:
    """Whether there is speech, and it can be heard."""
    return told.seconds > 0.3 and bool(level_dbfs(from_pcm16(told.audio)) > -35)


def tokens(details: list[dict[str, Any]], modality: str) -> int:
    """Return the tokens of one modality."""
    return sum(item["tokenCount"] for item in details if item["modality"] == modality)


# Text and speech ---------------------------------------------------------------------------------


@scenario(
    "Text typed as clientContent and as realtimeInput is answered aloud; no transcripts unasked.",
    [
        connect(),
        content(("user", "Hello, how are you?")),
        turn(),
        text("What can you do?"),
        turn(),
    ],
)
def typed_text(run: Run) -> None:
    assert [told.marks for told in run.turns] == [NORMAL, NORMAL]
    assert all(map(is_spoken, run.turns))
    assert run.all.said == run.all.heard == ""


@scenario(
    "A spoken question is transcribed, its tool is called, the answer is audible and transcribed; "
    "25 tokens per second of audio each way.",
    [
        connect(CAPTIONS | weather()),
        say("weather_paris"),
        called(),
        respond({"sky": "clear", "celsius": 21}),
        turn(),
    ],
)
def spoken_question(run: Run) -> None:
    (told,) = run.turns
    assert {"weather", "paris"} <= words(told.heard)
    assert told.calls == [("get_weather", {"city": "Paris"})]
    assert {"paris", "clear", "21"} <= words(told.said)
    assert is_spoken(told)
    assert told.marks == NORMAL
    usage = told.usage
    assert tokens(usage["responseTokensDetails"], "AUDIO") == round(25 * told.seconds)
    # More than a second of the clip is speech; at most all that was sent is counted.
    assert 25 <= tokens(usage["promptTokensDetails"], "AUDIO") <= 25 * (CLIP_S + SILENCE_S) + 1
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + usage["responseTokenCount"]


@scenario(
    "An open microphone in real time: turns are found in the stream, the second is understood "
    "from the first, and what is spoken into a reply interrupts it.",
    [
        connect(CAPTIONS | weather()),
        listen(),
        say("weather_paris"),
        called(),
        respond({"sky": "clear"}),
        turn(),
        say("and_berlin"),
        called(),
        respond({"sky": "rainy"}),
        turn(),
        say("tell_story"),
        hear(0.5),
        say("weather_paris"),
        wait("serverContent.interrupted"),
        called(),
        respond({"sky": "clear"}),
        turn(),
    ],
)
def open_microphone(run: Run) -> None:
    paris, berlin, story, again = run.turns
    assert "paris" in words(paris.heard)
    assert paris.calls == [("get_weather", {"city": "Paris"})]
    assert berlin.calls == [("get_weather", {"city": "Berlin"})]
    assert words(berlin.said) & {"rainy", "rain"}
    assert is_spoken(story)
    assert story.marks == INTERRUPTED
    assert again.calls == [("get_weather", {"city": "Paris"})]
    assert [paris.marks, berlin.marks, again.marks] == [NORMAL] * 3


@scenario(
    "In manual mode a turn is what lies between activityStart and activityEnd, at 48 kHz too.",
    [
        connect(CAPTIONS | MANUAL | weather()),
        say("weather_madrid"),
        mark("activityStart"),
        say("weather_paris_48k", silence_s=0, rate_hz=48_000),
        mark("activityEnd"),
        called(),
        respond({"sky": "clear"}),
        turn(),
    ],
)
def manual_activity(run: Run) -> None:
    (told,) = run.turns
    assert "paris" in words(told.heard)
    assert "madrid" not in words(told.heard)
    assert told.calls == [("get_weather", {"city": "Paris"})]


@scenario(
    "Activities that are detected are told, and audioStreamEnd ends one at once.",
    [
        connect(CAPTIONS),
        say("timer_unfinished", silence_s=0),
        mark("audioStreamEnd"),
        turn(),
    ],
)
def stream_end(run: Run) -> None:
    (told,) = run.turns
    assert {"set", "timer"} <= words(told.heard)
    events = told.all("voiceActivity")
    # The Python clients rename the field.
    kinds = [item.get("type") or item.get("voiceActivityType") for item in events]
    assert kinds == ["ACTIVITY_START", "ACTIVITY_END"]
    if run.client != "python-2":  # which drops the offsets
        start, end = (float(item["audioOffset"].removesuffix("s")) for item in events)
        assert 0 <= start < end < 2
    assert is_spoken(told)


@scenario(
    "What a camera shows is seen, and each frame counts 258 tokens.",
    [
        connect(CAPTIONS),
        show("red"),
        show("red"),
        say("colour"),
        turn(),
    ],
)
def video_frames(run: Run) -> None:
    (told,) = run.turns
    assert "red" in words(told.said)
    assert tokens(told.usage["promptTokensDetails"], "VIDEO") == 2 * 258


# Whose turn --------------------------------------------------------------------------------------

# Of two seconds sent four tenths have been played; less might be a pause in the question.
HEARD_S = 2.0


@scenario(
    "Speech into a reply interrupts it: interrupted, turnComplete, no generationComplete; what was "
    "said is answered.",
    [
        connect(CAPTIONS | weather()),
        say("tell_story"),
        hear(HEARD_S),
        say("weather_paris"),
        wait("serverContent.interrupted"),
        called(),
        respond({"sky": "clear"}),
        turn(),
    ],
)
def barge_in(run: Run) -> None:
    story, paris = run.turns
    assert is_spoken(story)
    assert story.marks == INTERRUPTED
    assert paris.calls == [("get_weather", {"city": "Paris"})]
    assert "clear" in words(paris.said)
    assert paris.marks == NORMAL


@scenario(
    "With NO_INTERRUPTION the reply goes on to its end, and what was said is answered then.",
    [
        connect(
            CAPTIONS | weather() | {"realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}}
        ),
        say("story"),
        hear(1.0),
        say("weather_paris"),
        turn(),
        called(),
        respond({"sky": "clear"}),
        turn(),
    ],
)
def no_interruption(run: Run) -> None:
    story, paris = run.turns
    assert [story.marks, paris.marks] == [NORMAL, NORMAL]
    assert paris.calls == [("get_weather", {"city": "Paris"})]


# Tools -------------------------------------------------------------------------------------------


@scenario(
    "A BLOCKING tool: nothing is said until its result is there.",
    [
        connect(CAPTIONS | weather("BLOCKING")),
        text("What's the weather in Berlin?"),
        called(),
        respond({"sky": "rainy"}),
        turn(),
    ],
)
def blocking_tool(run: Run) -> None:
    (told,) = run.turns
    assert told.calls == [("get_weather", {"city": "Berlin"})]
    assert run.before(3).seconds == 0
    assert words(told.said) & {"rain", "rainy"}


@scenario(
    "A BLOCKING call that the user does not wait for is cancelled, by its id.",
    [
        connect(CAPTIONS | weather("BLOCKING")),
        text("What's the weather in Berlin?"),
        called(),
        text("Hello, how are you?"),
        wait("toolCallCancellation"),
        wait("serverContent.interrupted"),
        turn(),
    ],
)
def cancelled_tool(run: Run) -> None:
    (asked,) = run.turns
    assert asked.marks == ["toolCallCancellation", *INTERRUPTED]
    ids = [call["id"] for group in asked.all("toolCall") for call in group["functionCalls"]]
    assert [item["ids"] for item in asked.all("toolCallCancellation")] == [ids]


@scenario(
    "A NON_BLOCKING tool: the conversation goes on, and the result is told WHEN_IDLE.",
    [
        connect(CAPTIONS | weather("NON_BLOCKING")),
        text("What's the weather in Berlin?"),
        called(),
        text("Hello, how are you?"),
        turn(),
        respond({"sky": "rainy"}, scheduling="WHEN_IDLE"),
        wait("serverContent.outputTranscription.text"),
        turn(),
    ],
)
def result_when_idle(run: Run) -> None:
    assert not run.all.all("toolCallCancellation")
    last = run.turns[-1]
    assert words(last.said) & {"rain", "rainy"}
    assert not words("".join(told.said for told in run.turns[:-1])) & {"rain", "rainy"}
    assert last.marks == NORMAL


@scenario(
    "A result with INTERRUPT is told at once, over what is being said.",
    [
        connect(CAPTIONS | weather("NON_BLOCKING")),
        text("What's the weather in Berlin?"),
        called(),
        text("Tell me a story."),
        hear(1.0),
        respond({"sky": "rainy"}, scheduling="INTERRUPT"),
        wait("serverContent.interrupted"),
        turn(),
        turn(),
    ],
)
def result_interrupts(run: Run) -> None:
    *_, talk, result = run.turns
    assert talk.marks == INTERRUPTED
    assert words(result.said) & {"rain", "rainy"}
    assert result.marks == NORMAL


@scenario(
    "A SILENT result is not told; a tool that will continue may tell more later.",
    [
        connect(CAPTIONS | weather("NON_BLOCKING")),
        text("What's the weather in Berlin?"),
        called(),
        text("Hello, how are you?"),
        turn(),
        respond({"sky": "foggy"}, scheduling="SILENT", willContinue=True),
        respond({"sky": "rainy"}, scheduling="WHEN_IDLE", willContinue=False),
        wait("serverContent.outputTranscription.text"),
        turn(),
    ],
)
def silent_and_continued_results(run: Run) -> None:
    assert not words(run.all.said) & {"fog", "foggy"}
    assert words(run.turns[-1].said) & {"rain", "rainy"}


@scenario(
    "Instructions and tools are changed while talking, and what was said is not forgotten.",
    [
        connect(CAPTIONS | weather() | {"systemInstruction": "Your name is Kim."}),
        text("My name is Ada."),
        turn(),
        update(instructions="Your name is Robin.", tools=[]),
        text("What's the weather in Berlin?"),
        turn(),
        text("What's your name?"),
        turn(),
        update(tools=weather()["tools"]),
        text("What's the weather in Berlin?"),
        called(),
        respond({"sky": "rainy"}),
        turn(),
        text("What's my name?"),
        turn(),
    ],
    cannot=NO_UPDATE,
)
def context_update(run: Run) -> None:
    _, without, name, within, memory = run.turns
    assert without.calls == []
    assert "robin" in words(name.said)
    assert within.calls == [("get_weather", {"city": "Berlin"})]
    assert "ada" in words(memory.said)


# Generations -------------------------------------------------------------------------------------


@scenario(
    "3.1: a tool blocks unasked; audio and words may share an event.",
    [
        connect(CAPTIONS | weather(), model=OLDER),
        say("weather_paris"),
        called(),
        respond({"sky": "clear"}),
        turn(),
    ],
)
def generation_3_1(run: Run) -> None:
    (told,) = run.turns
    assert told.calls == [("get_weather", {"city": "Paris"})]
    assert run.before(3).seconds == 0
    assert "clear" in words(told.said)
    assert is_spoken(told)
    assert told.marks == NORMAL


@scenario(
    "2.5: mediaChunks are heard; no event holds audio and words at once.",
    [
        connect(CAPTIONS | weather(), model=OLDEST),
        media_chunk("weather_paris"),
        mark("audioStreamEnd"),
        called(),
        respond({"sky": "clear"}),
        turn(),
    ],
)
def generation_2_5(run: Run) -> None:
    (told,) = run.turns
    assert told.calls == [("get_weather", {"city": "Paris"})]
    assert "clear" in words(told.said)
    contents = told.all("serverContent")
    assert not [one for one in contents if "modelTurn" in one and "outputTranscription" in one]


@scenario(
    "Extended thinking: a turn that ends while a tool runs is IN_PROGRESS, the last one is IDLE.",
    [
        connect(
            CAPTIONS
            | weather()
            | {"thinkingConfig": {"thinkingLevel": "LOW", "includeThoughts": True}},
            model=EXTENDED,
        ),
        text("What's the weather in Berlin?"),
        called(),
        text("Hello, how are you?"),
        turn(),
        respond({"sky": "rainy"}),
        turn(),
    ],
)
def extended_thinking(run: Run) -> None:
    filler, result = run.turns
    assert is_spoken(filler)
    thoughts = [part["text"] for part in run.all.parts if part.get("thought")]
    assert thoughts
    assert all(thoughts)
    assert words(result.said) & {"rain", "rainy"}
    statuses = [told.contents("interactionStatus") for told in (filler, result)]
    # google-genai 2.0 does not know the field, and drops it.
    assert statuses == ([[], []] if run.client == "python-2" else [["IN_PROGRESS"], ["IDLE"]])


# Sessions that outlive connections ---------------------------------------------------------------

RESUMABLE = CAPTIONS | {"sessionResumption": {}}


@scenario(
    "A session is resumed by its handle: what was said before is known.",
    [
        connect(RESUMABLE),
        text("My name is Ada."),
        turn(),
        handle(),
        close(),
        connect(RESUMABLE, resume=True),
        text("What's my name?"),
        turn(),
    ],
)
def resumption(run: Run) -> None:
    assert run.connected == 2
    assert "ada" in words(run.turns[-1].said)
    updates = run.before(3).all("sessionResumptionUpdate")
    # Not while a reply is being made; then a handle again.
    assert [bool(item.get("resumable")) for item in updates] == [True, False, True]
    assert not updates[1].get("newHandle")


@scenario(
    "Before a connection ends goAway says so, then it closes with 1011; the session is resumed.",
    [
        connect(RESUMABLE),
        text("My name is Ada."),
        turn(),
        handle(),
        wait("goAway.timeLeft"),
        wait("close"),
        close(),
        connect(RESUMABLE, resume=True),
        text("What's my name?"),
        turn(),
    ],
    limited=True,
)
def go_away(run: Run) -> None:
    (notice,) = run.before(6).all("goAway")
    assert float(notice["timeLeft"].removesuffix("s")) > 0
    assert run.close == (1011, "Deadline expired before operation could complete.")
    assert run.connected == 2
    assert "ada" in words(run.turns[-1].said)


@scenario(
    "With context window compression the oldest turns leave the context when it is full.",
    [
        connect(
            CAPTIONS
            | {
                # The clients' types differ: JavaScript sends these as text, Python as numbers.
                "contextWindowCompression": {
                    "triggerTokens": "150",
                    "slidingWindow": {"targetTokens": "100"},
                }
            }
        ),
        text("My name is Ada."),
        turn(),
        text("What's my name?"),
        turn(),
        text("What can you do?"),  # the answer is long
        turn(),
        text("What's my name?"),
        turn(),
    ],
)
def compression(run: Run) -> None:
    named, known, full, forgotten = run.turns
    assert "ada" in words(named.said)
    assert "ada" in words(known.said)
    assert known.usage["promptTokenCount"] >= named.usage["totalTokenCount"]
    assert full.usage["totalTokenCount"] > 150
    assert forgotten.usage["promptTokenCount"] <= full.usage["totalTokenCount"] - 50
    assert "ada" not in words(forgotten.said)


@scenario(
    "A history that is seeded is not answered, and is known.",
    [
        connect(CAPTIONS | {"historyConfig": {"initialHistoryInClientContent": True}}),
        content(("user", "My name is Ada."), ("model", "Nice to meet you, Ada.")),
        text("What's my name?"),
        turn(),
    ],
    cannot=NO_HISTORY,
)
def seeded_history(run: Run) -> None:
    (told,) = run.turns
    assert "ada" in words(told.said)


# Ephemeral tokens --------------------------------------------------------------------------------

KIM = {"systemInstruction": "Your name is Kim."}
ROBIN = {"systemInstruction": "Your name is Robin."}


@scenario(
    "A token that lays everything down: its settings count, not the client's, for one session; the "
    "next is refused with 1007.",
    [
        mint(
            uses=1,
            liveConnectConstraints={
                "model": NEWEST,
                "config": {"responseModalities": ["AUDIO"], **CAPTIONS, **KIM},
            },
        ),
        connect(ROBIN, token=True),
        text("What's your name?"),
        turn(),
        close(),
        connect(ROBIN, token=True),
        close(),
    ],
)
def token_for_everything(run: Run) -> None:
    (told,) = run.turns
    assert "kim" in words(told.said)
    assert run.connected == 1
    code, reason = run.close
    assert code == 1007
    assert "token" in reason


@scenario(
    "A token that lays some fields down: the others are the client's.",
    [
        mint(
            liveConnectConstraints={"model": NEWEST, "config": KIM},
            lockAdditionalFields=[],
        ),
        connect(CAPTIONS | ROBIN, token=True),
        text("What's your name?"),
        turn(),
    ],
)
def token_for_some(run: Run) -> None:
    (told,) = run.turns
    assert "kim" in words(told.said)


@scenario(
    "A token for one session: to resume that session uses nothing up.",
    [
        mint(uses=1),
        connect(RESUMABLE, token=True),
        text("My name is Ada."),
        turn(),
        handle(),
        close(),
        connect(RESUMABLE, token=True, resume=True),
        text("What's my name?"),
        turn(),
    ],
)
def token_and_resumption(run: Run) -> None:
    assert run.connected == 2
    assert "ada" in words(run.turns[-1].said)


# What is refused ---------------------------------------------------------------------------------


@scenario(
    "A model that there is not: closed with 1008.",
    [connect(model="gemini-1.0-pro"), close()],
)
def unknown_model(run: Run) -> None:
    code, reason = run.close
    assert code == 1008
    assert "not found" in reason
    assert run.connected == 0
    # The older JavaScript client tells of the close, but its connect() never ends.
    assert run.client == "javascript-2" or ("1008" in run.refused and reason in run.refused)


@scenario(
    "A modality the model does not have: closed with 1007.",
    [connect({"responseModalities": ["TEXT"]}), close()],
)
def refused_setting(run: Run) -> None:
    code, reason = run.close
    assert code == 1007
    assert reason
    assert run.connected == 0


@scenario(
    "A handle that nobody gave: closed with 1008.",
    [connect({"sessionResumption": {"handle": "made-up"}}), close()],
)
def unknown_handle(run: Run) -> None:
    assert run.close == (1008, "BidiGenerateContent session not found")
    assert run.connected == 0


@scenario(
    "clientContent amid a session of 3.1: closed with 1007.",
    [connect(model=OLDER), content(("user", "Hello.")), wait("close")],
)
def refused_content(run: Run) -> None:
    assert run.close == INVALID
    assert run.connected == 1


@scenario(
    "activityStart while activities are detected: closed with 1007.",
    [connect(), mark("activityStart"), wait("close")],
)
def refused_activity(run: Run) -> None:
    code, reason = run.close
    assert code == 1007
    assert "activity" in reason


@scenario(
    "mediaChunks, which newer models do not take: closed with 1007.",
    [connect(), media_chunk("weather_paris"), wait("close")],
)
def refused_media_chunks(run: Run) -> None:
    code, reason = run.close
    assert code == 1007
    assert "mediaChunks" in reason
