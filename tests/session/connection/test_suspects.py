"""Which settings are named when a setup is not answered."""

from __future__ import annotations

from livekit_nb.session.connection.suspects import suspects
from livekit_nb.session.setup.settings import Settings
from livekit_nb.wire.messages import Proactivity, Setup


def test_what_ended_in_silence_before_comes_first() -> None:
    settings = Settings(
        model="gemini-2.5-flash-native-audio-preview-12-2025",
        proactive=True,
        thinking=100,
        voice="Kore",
        turn_coverage="all",
    )
    told = suspects(settings.setup())
    assert "proactive, thinking, turn_coverage, voice." in told
    assert "legacy" in told
    assert "resumption" not in told


def test_without_anything_special_the_usual_ones_are_named() -> None:
    assert "only settings in it to suspect are compression and resumption" in suspects(
        Settings().setup()
    )


def test_with_nothing_at_all_the_service_is_to_blame() -> None:
    told = suspects(Settings(resumption=False, compression=False).setup())
    assert told.startswith("There is no setting in it to suspect.")
    assert "overloaded" in told


def test_an_unknown_model_is_a_suspect_itself() -> None:
    setup = Settings(model="gemini-9-live").setup()
    assert "live.models()" in suspects(setup)
    assert "proactive" in suspects(Setup(model="models/x", proactivity=Proactivity()))
