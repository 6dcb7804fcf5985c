"""A kernel that is killed leaves a recording that loads up to its last second."""

import subprocess
import sys
from pathlib import Path

import numpy as np

import livekit_nb as live
from tests.recording.disk.made_up import assert_same

ROOT = Path(__file__).parents[3]


def test_a_killed_kernel_leaves_all_but_its_last_second(tmp_path: Path):
    folder = tmp_path / "talk.liverec"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.recording.disk.killed", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as kernel:
        assert kernel.stdout is not None
        for line in kernel.stdout:
            word, _, now = line.partition(" ")
            if int(word) == 8:
                kernel.kill()
                break
    last_s = float(now)
    recording = live.load(folder)
    assert recording.damage == {}
    assert recording.duration_s > last_s - 1.0
    words = [event.data["text"] for event in recording.events if event.kind == "caption.user"]
    assert words == [f" word {number}" for number in range(len(words))]
    assert len(words) >= 7
    assert [frame.jpeg is not None for frame in recording.frames] == [True] * len(words)
    assert len(recording.messages) == len(words)
    sound, rate_hz = recording.user_audio()
    assert len(sound) / rate_hz > last_s - 1.0
    assert np.abs(sound[-rate_hz // 2 :]).max() > 0.1
    assert len(recording.peaks("user")) == len(sound) // 320
    assert len(recording.turns) == 1
    recording.save(tmp_path / "whole.liverec")
    assert_same(live.load(tmp_path / "whole.liverec"), recording)
