"""What a conversation is to be like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from livekit_nb.errors import SettingsError
from livekit_nb.session.setup import setting_checks as checks
from livekit_nb.session.setup.setup_message import setup_message
from livekit_nb.session.tools.offer import AnyTool
from livekit_nb.wire.fault_plan import FaultPlan
from livekit_nb.wire.messages import Setup
from livekit_nb.wire.profiles import DEFAULT_MODEL, Profile, profile_for

__all__ = ["ACTIVITIES", "COVERAGES", "RESOLUTIONS", "SENSITIVITIES", "Settings"]

Activity = Literal["auto", "hybrid", "manual"]
Coverage = Literal["activity", "all", "activity_and_video"]
Sensitivity = Literal["high", "low"]
Resolution = Literal["low", "medium", "high"]

ACTIVITIES: tuple[Activity, ...] = ("auto", "hybrid", "manual")
COVERAGES: tuple[Coverage, ...] = ("activity", "all", "activity_and_video")
SENSITIVITIES: tuple[Sensitivity, ...] = ("high", "low")
RESOLUTIONS: tuple[Resolution, ...] = ("low", "medium", "high")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a conversation is to be like.

    Each is a keyword of :func:`livekit_nb.connect` and :class:`livekit_nb.Studio`. All are
    optional; what is left out is left to the model. What a model refuses, ``live.models()`` tells,
    and it is refused here before anybody connects.

    Parameters
    ----------
    tools : sequence of functions
        What the agent may call; see :func:`livekit_nb.tool`.
    instructions : str
        System instruction: who the agent is and how it behaves.
    model : str
        Live model, with or without ``models/``; the current stable one by default.
    voice : str, optional
        One of the service's voice names, such as ``"Kore"``.
    activity : {"auto", "hybrid", "manual"}
        Who finds out when the user speaks. ``"auto"``: the server. ``"hybrid"``: the server, but
        the end is told to it by a detector here after `silence_s` (half a second if that is left
        out), which is faster than its own patience.
        ``"manual"``: you, with :meth:`~livekit_nb.Session.push` and ``release`` (push-to-talk).
    interruptions : bool
        Whether the agent stops when the user begins to speak.
    turn_coverage : {"activity", "all", "activity_and_video"}, optional
        What the model is given as the user's turn: only what came while the user spoke, all that
        came since the last turn, or the speech and all pictures.
    start_sensitivity, end_sensitivity : {"high", "low"}, optional
        How easily the server finds that speech begins (``"low"`` for noisy rooms) and that it ends
        (``"low"`` for people who pause).
    prefix_padding_s : float, optional
        Seconds speech must last before the server takes it for speech, 0 to 10.
    silence_s : float, optional
        Seconds of silence after which the user's turn is taken to be over, 0 to 10. With
        ``activity="hybrid"`` the detector here waits so long, at least 0.1 s and by default 0.5 s;
        the server is then told of it only if it should wait longer than that by itself.
    thinking : str or int, optional
        How much the model thinks before it speaks: ``"minimal"``, ``"low"``, ``"medium"`` or
        ``"high"``; for models of the 2.5 generation a number of tokens.
    include_thoughts : bool
        Whether summaries of its thoughts are wanted; they are recorded (``agent.thought``), never
        spoken.
    temperature : float, optional
        How freely it chooses its words: 0 takes the likeliest, 2 is the most the service takes.
    top_p : float, optional
        It chooses among the likeliest words which together have this probability, 0 to 1.
    top_k : int, optional
        It chooses among so many of the likeliest words.
    max_output_tokens : int, optional
        Where an answer breaks off; a second of speech is about 25 tokens.
    seed : int, optional
        The same seed and input are answered in about the same way; no more is promised.
    media_resolution : {"low", "medium", "high"}, optional
        How closely pictures are looked at: ``"low"`` costs 64 tokens each, the others 256.
    safety : mapping of category to threshold, optional
        From which likelihood of harm on something is blocked: ``{"harassment": "only_high"}``.
        Categories are ``"harassment"``, ``"hate_speech"``, ``"sexually_explicit"``,
        ``"dangerous_content"`` and ``"civic_integrity"``; thresholds ``"low_and_above"``,
        ``"medium_and_above"``, ``"only_high"``, ``"none"`` (blocks nothing) and ``"off"``. What is
        blocked all the same comes back as a turn without an answer, with its reason.
    languages : sequence of str
        Languages that may be spoken, such as ``["en-US", "de-DE"]``: hints for the transcription.
    history : sequence of (role, text)
        What was said before, with the roles ``"user"`` and ``"model"``; read silently by the model
        before it hears anything.
    resumption : bool
        Whether the conversation may go on over a new connection when one is lost.
    compression : bool
        Whether the oldest part of a long conversation may be forgotten. Without, the service ends
        a conversation after 15 minutes (2 minutes with a camera).
    proactive : bool, optional
        Whether the model may choose not to answer what is not meant for it. ``True`` also says
        that its silence is to be trusted: otherwise what it has heard and not answered for 15 s is
        said to it once more over a new connection, since services do fall silent.
    affective : bool, optional
        Whether replies are to suit the tone the user speaks in; the 2.5 generation's native audio
        models alone can be told so.
    budget_usd : float, optional
        What the conversation may cost; it ends politely when that is spent.
    faults : FaultPlan, optional
        What is to go wrong, for teaching and tests; only with the embedded server.
    """

    tools: Sequence[AnyTool] = ()
    instructions: str = field(default="", repr=False)
    model: str = DEFAULT_MODEL
    voice: str | None = None
    activity: Activity = "auto"
    interruptions: bool = True
    turn_coverage: Coverage | None = None
    start_sensitivity: Sensitivity | None = None
    end_sensitivity: Sensitivity | None = None
    prefix_padding_s: float | None = None
    silence_s: float | None = None
    thinking: str | int | None = None
    include_thoughts: bool = False
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_output_tokens: int | None = None
    seed: int | None = None
    media_resolution: Resolution | None = None
    safety: Mapping[str, str] | None = None
    languages: Sequence[str] = ()
    history: Sequence[tuple[Literal["user", "model"], str]] = field(default=(), repr=False)
    resumption: bool = True
    compression: bool = True
    proactive: bool | None = None
    affective: bool | None = None
    budget_usd: float | None = None
    faults: FaultPlan | None = None

    def __post_init__(self) -> None:
        checks.check_text("model", self.model)
        checks.check_text("instructions", self.instructions)
        if not self.model.strip():
            raise SettingsError(f"model is empty; leave it out for {DEFAULT_MODEL}.")
        if self.voice is not None:
            checks.check_text("voice", self.voice)
        checks.check_choice("activity", self.activity, ACTIVITIES, optional=False)
        checks.check_choice("turn_coverage", self.turn_coverage, COVERAGES, optional=True)
        for name in ("start_sensitivity", "end_sensitivity"):
            checks.check_choice(name, getattr(self, name), SENSITIVITIES, optional=True)
        for name in ("interruptions", "include_thoughts", "resumption", "compression"):
            checks.check_flag(name, getattr(self, name))
        for name in ("proactive", "affective"):
            checks.check_flag(name, getattr(self, name), optional=True)
        for name in ("prefix_padding_s", "silence_s"):
            checks.check_seconds(name, getattr(self, name))
        checks.check_thinking(self.thinking)
        for name in ("temperature", "top_p"):
            checks.check_number(name, getattr(self, name))
        for name in ("top_k", "max_output_tokens", "seed"):
            checks.check_number(name, getattr(self, name), whole=True)
        checks.check_choice("media_resolution", self.media_resolution, RESOLUTIONS, optional=True)
        checks.check_money("budget_usd", self.budget_usd)
        checks.check_priced(self.model, self.budget_usd)
        if self.faults is not None and not isinstance(self.faults, FaultPlan):
            raise SettingsError(
                f"faults is a plan made by live.faults(…), not {type(self.faults).__name__}."
            )
        object.__setattr__(self, "safety", checks.checked_safety(self.safety))
        object.__setattr__(self, "languages", checks.checked_languages(self.languages))
        object.__setattr__(self, "history", checks.checked_turns("history", self.history))
        self._check_together()

    def _check_together(self) -> None:
        """Refuse settings that cannot both be meant."""
        names = [tool.name for tool in self.tools]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SettingsError(
                f"Two tools are named {', '.join(twice)}; the model could not tell them apart. "
                "Rename one."
            )
        detector = ("start_sensitivity", "end_sensitivity", "prefix_padding_s", "silence_s")
        if self.activity == "hybrid" and self.silence_s is not None:
            checks.check_pause("silence_s", self.silence_s)
        idle = [name for name in detector if getattr(self, name) is not None]
        if self.activity == "manual" and idle:
            raise SettingsError(
                f"{', '.join(idle)} would have no effect: with activity='manual' nobody listens "
                "for speech, you say when it begins and ends. Leave out one or the other."
            )

    @property
    def profile(self) -> Profile:
        """What the model accepts and does."""
        return profile_for(self.model, warn=False)

    @property
    def alpha(self) -> bool:
        """Whether they are known only to the API's version ``v1alpha``.

        The 2.5 generation's proactive audio and affective dialog are; later ones have the former in
        all versions, and the latter in none.
        """
        profile = self.profile
        chooses = self.proactive is not None and profile.proactive_audio == "optional"
        return chooses or (self.affective is not None and profile.affective_dialog)

    def setup(self, *, handle: str | None = None) -> Setup:
        """Return the setup message for these settings.

        Parameters
        ----------
        handle : str, optional
            Resumes the session it was given for. What was said in it is known to the model, so
            no history is announced.

        Raises
        ------
        SettingsError
            If the model would refuse them.
        """
        return setup_message(self, handle)
