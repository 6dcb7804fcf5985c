import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.recording import PART_NAMES, Latency
from livekit_nb.recording.capture import FrameMarks
from livekit_nb.recording.turns.captions import Said
from livekit_nb.recording.turns.draft import Draft
from livekit_nb.recording.turns.replies import ReplyLog
from livekit_nb.recording.turns.telling import Teller
from livekit_nb.recording.usage.cost import Ledger
from tests.recording.talks import a_talk

times = st.floats(0, 100_000, allow_nan=False)
POINTS = ("speech_end", "arrived", "sent", "first_byte", "handed", "played", "first_audible")


def test_parts_come_in_order():
    assert tuple(Latency().parts) == PART_NAMES
    assert PART_NAMES == ("capture", "uplink", "model", "delivery", "playout", "silence_padding")


@given(st.lists(times, min_size=7, max_size=7))
def test_parts_sum_to_voice_to_voice(points):
    latency = Latency(*points)
    parts = list(latency.parts.values())
    assert None not in parts
    assert sum(parts) == pytest.approx(latency.voice_to_voice, abs=1e-9)


@pytest.mark.parametrize("silent", [None, 2.0, 4.5, 9.0])
@given(st.lists(st.one_of(st.none(), times), min_size=3, max_size=3))
def test_endpointing_and_thinking_sum_to_model(silent, points):
    sent, activity_end, first_byte = points
    latency = Latency(
        sent=sent, activity_end=activity_end, first_byte=first_byte, agent_silent=silent
    )
    halves = (latency.endpointing, latency.thinking)
    assert (halves[0] is None) == (sent is None or activity_end is None)
    assert (halves[1] is None) == (activity_end is None or first_byte is None)
    if None not in halves:
        assert sum(halves) == pytest.approx(latency.parts["model"], abs=1e-9)


@given(st.lists(st.one_of(st.none(), times), min_size=7, max_size=7))
def test_what_is_unknown_is_none_and_never_zero(points):
    latency = Latency(*points)
    for name, start, end in zip(PART_NAMES, points, points[1:], strict=False):
        assert (latency.parts[name] is None) == (start is None or end is None)
    assert (latency.voice_to_voice is None) == (points[0] is None or points[-1] is None)
    assert (latency.time_to_first_audio is None) == (points[2] is None or points[3] is None)


def test_time_to_first_audio_of_typed_text_counts_from_the_typing():
    assert Latency(asked=3.0, first_byte=3.5).time_to_first_audio == pytest.approx(0.5)


def test_an_agent_that_jumps_in_has_negative_latency():
    assert Latency(speech_end=5.0, first_audible=4.75).voice_to_voice == pytest.approx(-0.25)


@given(st.lists(times, min_size=7, max_size=7), times)
def test_what_the_agent_talked_on_is_no_part_and_the_parts_sum_up_all_the_same(points, silent):
    latency = Latency(*points, agent_silent=silent)
    parts = list(latency.parts.values())
    assert sum(parts) == pytest.approx(latency.voice_to_voice, abs=1e-9)
    assert latency.agent_talking == max(0.0, silent - points[0])
    if points[0] <= silent <= points[-1]:
        whole = latency.agent_talking + latency.voice_to_voice
        assert whole == pytest.approx(points[-1] - points[0], abs=1e-9)


def test_a_question_put_while_the_agent_talks_waits_from_when_it_is_silent():
    talk = a_talk().user("Tell me a story.", 0.5, 1.5).agent(2.0, 12.0, "Once upon a time.")
    talk.user("The weather?", 4.0, 5.0, captioned_s=12.2).agent(12.9, 14.0, "Clear.")
    story, weather = talk.recording().turns
    latency = weather.latency
    assert latency.voice_to_voice == pytest.approx(0.9, abs=0.02)
    assert latency.agent_talking == pytest.approx(7.0, abs=0.02)
    assert latency.time_to_first_audio == pytest.approx(0.8, abs=0.02)
    assert sum(latency.parts.values()) == pytest.approx(latency.voice_to_voice, abs=1e-9)
    assert (latency.parts["capture"], latency.parts["uplink"]) == (0.0, 0.0)
    assert (weather.user.speech_end, weather.agent.first_audible) == (
        pytest.approx(5.0, abs=0.02),
        pytest.approx(12.9, abs=0.02),
    )
    assert "before that it talked on" in weather._repr_html_()
    assert story.latency.agent_talking == 0.0
    assert "talked on" not in story._repr_html_()


def test_what_is_typed_while_the_agent_talks_waits_from_when_it_is_silent():
    talk = a_talk().typed("Tell me a story.", 0.5).agent(2.0, 12.0, "Once upon a time.")
    _, weather = talk.typed("The weather?", 4.0).agent(12.6, 14.0, "Clear.").recording().turns
    assert weather.latency.voice_to_voice is None
    assert weather.latency.agent_talking == pytest.approx(8.0, abs=0.02)
    assert weather.latency.time_to_first_audio == pytest.approx(0.5, abs=0.02)


def test_who_interrupts_waits_from_the_end_of_the_speech():
    talk = a_talk().user("Tell me a story.", 0.5, 1.5).agent(2.0, 5.6, "Once upon", cut_s=5.5)
    _, stop = talk.user("Stop!", 5.1, 5.4).agent(6.0, 7.0, "Sure.").recording().turns
    assert stop.latency.agent_talking == 0.0
    assert stop.latency.voice_to_voice == pytest.approx(0.6, abs=0.02)


def test_what_a_tool_came_to_is_waited_for_from_the_question_on():
    talk = a_talk().user("Find a flight.", 0.5, 1.5).tool("find", 1.8, 7.8, blocking=False)
    talk.user("The weather?", 3.9, 5.1).agent(5.7, 7.5, "Clear.").agent(8.2, 9.0, "LH 42.")
    flight, weather = talk.recording().turns
    assert flight.latency.voice_to_voice == pytest.approx(6.7, abs=0.02)
    assert (flight.latency.agent_talking, weather.latency.agent_talking) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("early_s", "playout", "model"),
    [(0.0, 0.0, 2.0), (1e-5, 0.0, 2.0 - 1e-5), (0.004, 0.0, 1.996), (0.02, -0.02, 2.0)],
)
def test_sound_that_lies_on_the_grid_before_it_was_handed_over_was_played_then(
    early_s: float, playout: float, model: float
):
    # More than rounding explains is told as it is.
    log = ReplyLog()
    log.received(24_000, 3.0)
    log.handed(24_000, 3.0)
    log.played(24_000, 3.0 - early_s, 4.0 - early_s)
    draft = Draft(0.5, 0.5, typed=[Said(1.0, "Hello", True)], replies=log.replies)

    def audible(reply):
        return reply.heard[0][0], reply.heard[-1][1]

    teller = Teller({}, audible, FrameMarks(limit=10), 16_000, Ledger(), log.replies)
    latency = teller.turn(draft, None, 0, 10.0).latency
    assert latency.parts["playout"] == pytest.approx(playout, abs=1e-12)
    assert latency.time_to_first_audio == pytest.approx(model)
    assert latency.parts["delivery"] >= 0.0


def asked_and_answered(*edges: tuple[float, str]):
    talk = a_talk().user("The weather?", 0.5, 1.5).agent(2.2, 3.0, "Clear.")
    for at_s, edge in edges:
        talk.event(at_s, f"activity.{edge}")
    (turn,) = talk.recording().turns
    return turn.latency


def test_model_is_split_where_the_server_told_that_the_speech_was_over():
    latency = asked_and_answered((0.6, "start"), (1.9, "end"))
    assert latency.activity_end == pytest.approx(1.9)
    assert latency.endpointing == pytest.approx(0.37, abs=0.03)
    assert latency.thinking == pytest.approx(0.2, abs=0.02)
    assert latency.endpointing + latency.thinking == pytest.approx(latency.parts["model"])


def test_a_turn_shows_the_split_where_there_is_one():
    talk = a_talk().user("The weather?", 0.5, 1.5).event(1.9, "activity.end")
    (turn,) = talk.agent(2.2, 3.0, "Clear.").recording().turns
    assert "thinking 0.200" in turn._repr_html_()
    (turn,) = a_talk().user("The weather?", 0.5, 1.5).agent(2.2, 3.0, "C.").recording().turns
    assert "thinking" not in turn._repr_html_()


@pytest.mark.parametrize(
    "edges",
    [
        pytest.param((), id="it tells nothing"),
        pytest.param(((0.2, "end"),), id="of what was before"),
        pytest.param(((1.8, "end"), (1.9, "start")), id="it hears speech again"),
        pytest.param(((2.5, "end"),), id="after it has answered"),
    ],
)
def test_model_is_not_split_where_the_server_did_not(edges):
    latency = asked_and_answered(*edges)
    assert (latency.endpointing, latency.thinking) == (None, None)
    assert latency.parts["model"] is not None


def test_settled_turns_keep_their_split():
    talk = a_talk()
    for number in range(8):
        start_s = 4.0 * number
        talk.user("The weather?", start_s + 0.5, start_s + 1.5)
        talk.event(start_s + 0.6, "activity.start").event(start_s + 1.8, "activity.end")
        talk.agent(start_s + 2.2, start_s + 3.0, "Clear.")
    turns = talk.recording(lambda recording: recording.turns).turns
    assert len(turns) == 8
    ends = [turn.latency.activity_end for turn in turns]
    assert ends == pytest.approx([4.0 * number + 1.8 for number in range(8)])
