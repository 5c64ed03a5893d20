"""``tocsin evaluate``: reads the data, runs the parts, names the machine."""
