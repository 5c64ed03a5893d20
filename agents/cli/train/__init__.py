"""``tocsin train``: sentiment, stance and the careful reader, each from files."""
