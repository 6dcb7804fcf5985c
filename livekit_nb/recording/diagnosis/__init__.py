"""What went wrong in a conversation, when, and what helps."""

from livekit_nb.recording.diagnosis.checks import Diagnosis
from livekit_nb.recording.diagnosis.finding import KINDS, Finding, Findings, Kind

__all__ = ["KINDS", "Diagnosis", "Finding", "Findings", "Kind"]
