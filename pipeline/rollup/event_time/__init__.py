"""How far event time has come: what is known of each source, and the watermark over them."""
