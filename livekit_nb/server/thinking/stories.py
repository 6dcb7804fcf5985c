"""Longer things to say: stories of about half a minute to be interrupted in, and small pieces."""

from __future__ import annotations

STORIES = (
    "Once there was a lighthouse keeper who could not sleep. Every night she climbed the hundred "
    "and twelve steps, lit the great lamp, and counted the ships. One night no ship came. The sea "
    "lay flat and silent, and she began to wonder whether the light mattered at all. Then, far "
    "out, she heard a small bell. She turned the lamp toward the sound, and there, between the "
    "rocks, was a rowing boat with a boy who had gone out for an adventure and lost his way. He "
    "followed the beam home. The next evening he came back, climbed the steps, and brought her a "
    "cup of tea. From then on they counted the ships together, and she slept very well.",
    "In a valley full of orchards lived an old clockmaker. His clocks were beautiful, and all of "
    "them were wrong. Some were fast, some were slow, and one ran backwards every Tuesday. People "
    "laughed, but they bought them anyway. One winter a stranger asked him why he did not set them "
    "right. The old man smiled and led him to the window. My neighbour has a fast clock, he said, "
    "because he hates to be late. The baker has a slow one, because she needs more sleep. And the "
    "teacher has the one that runs backwards, because on Tuesdays she visits her mother and never "
    "wants the afternoon to end. The stranger thought for a while. Then he ordered a slow one.",
    "A young crow once found a mirror in the snow. She looked into it and saw another crow, very "
    "handsome and a little rude, for it never said a word. Every morning she brought it something "
    "to eat: a berry, a crumb, the end of a sausage. And every morning the other crow offered her "
    "exactly the same, at exactly the same moment, so that neither of them could accept. By spring "
    "there was a great heap of food around the mirror. The mice held a feast there, and then the "
    "sparrows, and then half the forest. The crow was invited as the guest of "
    "honour. She had never had so many friends, and she never did find out who had sent them.",
)
JOKES = (
    "Why did the microphone break up with the speaker? There was too much feedback.",
    "I told my computer I needed a break. It said: no problem, I will go to sleep.",
    "Why was the packet late? It took the scenic route.",
    "What do you call a fish with no eyes? A fsh.",
    "How does a clock greet its friends? It gives them a big hand.",
)
FACTS = (
    "Sound travels more than four times as fast in water as it does in air.",
    "A day on Venus is longer than its year: it turns once in 243 days and circles the sun in 225.",
    "People answer each other about two tenths of a second after the other one stops, in every "
    "language that was measured.",
    "An octopus has three hearts, and two of them stop beating when it swims.",
)
POEMS = (
    "The wind went out to look for sound, and found a bell, and went around. It rang it once, it "
    "rang it low, and nobody was there to know. But down the hill, behind a door, a child sat up "
    "and asked for more.",
    "I had a lamp, I had a chair, I had a cat that was not there. The lamp went out, the chair "
    "grew old, the cat came in, and it was cold. We sat together, cat and I, and heard the rain "
    "that would not dry.",
)
