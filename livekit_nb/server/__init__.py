"""The embedded Live server: hearing, thinking, speaking and seeing behind the real wire.

Since 1.31 onnxruntime tells its maker what it runs on (``mobile.events.data.microsoft.com``) and
keeps a device's id in the user's cache, unless it is told not to before it is imported. Nothing of
a conversation leaves this machine, and nothing about it either, so it is told.
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
