"""The main job on the embedded broker: real parts, a simulated brand, one terminal."""
