"""Recordings to be played: known sound on both sides, a few turns, a tool."""

from __future__ import annotations

import numpy as np

from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording


def talk(seconds: float = 24.0) -> Recording:
    """The user a tone of 300 Hz, then the agent noise, in turns of six seconds."""
    now_s = [0.0]
    recorder = Recorder(lambda: now_s[0])
    recorder.event("session.connecting", endpoint="Google", model="gemini-3.8-live")
    recorder.event("session.ready", model="gemini-3.8-live", embedded=False)
    chance = np.random.default_rng(7)
    noise = chance.integers(-6000, 6000, round(seconds * 24_000), dtype=np.int16)
    time_s = np.arange(round(seconds * 16_000)) / 16_000
    tone = np.round(9000 * np.sin(2 * np.pi * 300 * time_s)).astype(np.int16)
    for frame in range(round(seconds * 50)):
        t = now_s[0] = frame / 50
        turn, within_s = divmod(t, 6.0)
        speaks = 0.5 <= within_s < 2.5
        captured = tone[frame * 320 :][:320] if speaks else np.zeros(320, np.int16)
        recorder.user_audio(captured.tobytes(), t, t + 0.02)
        if frame % 300 == 125:
            recorder.event("caption.user", text=f"Question {turn + 1:.0f}?", final=True)
            call = {"id": f"call-{turn}", "name": "look_up", "args": {"number": int(turn)}}
            recorder.event("tool.call", blocking=True, **call)
            response = {"number": int(turn)}
            recorder.event(
                "tool.response", **{**call, "response": response, "duration_s": 0.0, "error": False}
            )
        if frame % 300 == 150:
            recorder.event("agent.first_audio")
            recorder.event("caption.agent", text=f"Answer {turn + 1:.0f}.")
        if 3.0 <= within_s < 5.0:
            pcm = noise[frame * 480 :][:480].tobytes()
            recorder.agent_received(pcm, t)
            recorder.agent_handed(480, t)
            recorder.agent_played(pcm, t)
        if frame % 300 == 255:
            recorder.event("agent.generation_complete")
            recorder.event("agent.turn_complete", reason=None)
    now_s[0] = seconds
    recorder.event("session.closed", code=1000, reason="")
    return recorder.recording
