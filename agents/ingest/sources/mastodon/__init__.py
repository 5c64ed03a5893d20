"""The source ``mastodon``: public posts that an instance of Mastodon knows, as it hears them."""
