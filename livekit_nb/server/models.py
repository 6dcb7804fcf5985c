"""The loaded models, shared by all conversations, and the threads they run on.

Speech recognition, speech synthesis, thinking and pictures run on small pools of their own, so a
long recognition in one conversation does not keep another from being answered. The models let go
of the interpreter lock while they compute.
"""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

from livekit_nb.server import heap
from livekit_nb.server.eyes.closer import Closer
from livekit_nb.server.hearing.activity import Probability, load_vad
from livekit_nb.server.hearing.recogniser import Recogniser
from livekit_nb.server.packages import missing
from livekit_nb.server.speaking.synthesis import Voice

__all__ = ["Models"]


class Models:
    """Everything that is loaded once per process.

    Attributes
    ----------
    recogniser : Recogniser
    voice : Voice
    ears, mouths, minds, eyes : concurrent.futures.ThreadPoolExecutor
        Where recognition, synthesis, thinking and looking run.
    closer : Closer
        Looks closely at pictures, on a thread of its own.
    """

    def __init__(self, recogniser: Recogniser, voice: Voice) -> None:
        self.recogniser = recogniser
        self.voice = voice
        self.ears = ThreadPoolExecutor(2, "ears")
        self.mouths = ThreadPoolExecutor(2, "mouths")
        self.minds = ThreadPoolExecutor(2, "minds")
        self.eyes = ThreadPoolExecutor(1, "eyes")
        self.closer = Closer()

    @classmethod
    def load(cls) -> Models:
        """Load all models side by side and run each once; takes about two seconds.

        Raises
        ------
        MissingPackagesError
            If a package is not installed.
        """
        try:
            import onnxruntime  # noqa: F401 - once, before the threads all ask for it
            import PIL.Image
            import PIL.JpegImagePlugin  # noqa: F401
            import zxingcpp  # noqa: F401
        except ImportError as error:
            raise missing(str(error.name)) from error
        load_vad()
        heap.share_arenas()

        def recogniser() -> Recogniser:
            loaded = Recogniser()
            loaded.warm_up()
            return loaded

        def voice() -> Voice:
            loaded = Voice()
            loaded.warm_up()
            return loaded

        with ThreadPoolExecutor(3) as pool:
            heard, spoken, thought = (
                pool.submit(recogniser),
                pool.submit(voice),
                pool.submit(_think),
            )
            thought.result()
            models = cls(heard.result(), spoken.result())
        models.tidy()
        return models

    def detector(self) -> Probability:
        """Return a fresh voice activity detector for one conversation."""
        return load_vad()

    def tidy(self) -> None:
        """Give memory back that was needed for a while: 80 MB after loading, some after talks."""
        gc.collect()
        heap.give_back()

    def close(self) -> None:
        """Let the threads end; work that has not begun is dropped."""
        for pool in (self.ears, self.mouths, self.minds, self.eyes):
            pool.shutdown(wait=False, cancel_futures=True)
        self.closer.close()


def _think() -> None:
    """Load what thinking needs."""
    from livekit_nb.server.thinking import Thinker

    Thinker().hear("Hello.")
