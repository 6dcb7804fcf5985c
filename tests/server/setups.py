"""What clients ask for when they set up, and the answer to what is refused."""

from __future__ import annotations

WEATHER = {"functionDeclarations": [{"name": "get_weather", "parameters": {"type": "OBJECT"}}]}
BLOCKING = {"functionDeclarations": [{"name": "get_weather", "behavior": "BLOCKING"}]}
CAPTIONS = {"inputAudioTranscription": {}, "outputAudioTranscription": {}}
MANUAL = {"realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}}}
OLDER = {"model": "models/gemini-3.1-flash-live-preview"}
OLDEST = {"model": "models/gemini-2.5-flash-native-audio-preview-12-2025"}
EXTENDED = {"model": "models/gemini-3.8-live-extended-thinking"}
INVALID = (1007, "Request contains an invalid argument.")
