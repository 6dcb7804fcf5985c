"""Voice-to-voice latency with the embedded server, over a set of spoken questions.

Measured in the recording's sound: from the acoustic end of the question to the first audible
sample of the answer. The callers are local voices, so these figures say how quick the server is,
not how it copes with people in noisy rooms.
"""

from __future__ import annotations

import numpy as np

import livekit_nb as live
from benchmarks.table import Row, percentiles

QUESTIONS = (
    "What's the weather in Paris?",
    "And in Berlin?",
    "Hello there!",
    "What can you do?",
    "How is the weather in Madrid today?",
    "What is twelve times seven?",
    "What time is it?",
    "Thank you very much.",
)
VOICES = ("Puck", "Charon", "Zephyr")


def get_weather(city: str) -> dict:
    """Current weather for a city."""
    return {"city": city, "sky": "clear", "celsius": 21}


async def run() -> list[Row]:
    """Hold one conversation a voice."""
    total, parts, answered, asked = [], [], 0, 0
    for voice in VOICES:
        async with live.connect(tools=[get_weather], endpoint="local") as session:
            for question in QUESTIONS:
                asked += 1
                await session.say(live.speech(question, voice=voice))
                turn = await session.next_turn(timeout_s=30)
                if turn.latency.voice_to_voice is not None:
                    answered += 1
                    total.append(turn.latency.voice_to_voice)
                    parts.append(turn.latency.parts["model"] or np.nan)
    return [
        Row(
            f"voice-to-voice, {asked} questions by {len(VOICES)} voices, p50 / p95",
            percentiles(total),
            "people take about 200 ms",
        ),
        Row("of it the model part, p50 / p95", percentiles([p for p in parts if p == p])),
        Row("questions answered", f"{answered} of {asked}"),
    ]
