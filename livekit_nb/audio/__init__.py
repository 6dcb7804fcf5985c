"""PCM audio as numpy: formats, resampling, levels, clips, speech segments, spectra."""
