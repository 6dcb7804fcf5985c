"""A kernel that records until it is killed; run by `test_killed`."""

import sys
import time

from livekit_nb.recording import Recorder
from tests.recording.talks import pcm, voice


def main(path: str) -> None:
    pen = Recorder(path=path)
    start_s = time.monotonic()
    sound = pcm(voice(0.02, 16_000))
    said = pcm(voice(0.1, 24_000))
    number = 0
    while True:
        at_s = start_s + number * 0.02
        time.sleep(max(0.0, at_s - time.monotonic()))
        pen.user_audio(sound, at_s - 0.02, at_s)
        pen.user_sent(320, at_s)
        if number % 25 == 0:
            pen.event("caption.user", text=f" word {number // 25}", final=True)
            pen.frame(b"\xff\xd8picture%d" % number, 64, 48)
            pen.message("sent", "realtimeInput.video", 9, connection=1)
            pen.agent_received(said, at_s)
            sys.stdout.write(f"{number // 25} {pen.now_s}\n")
            sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(sys.argv[1])
