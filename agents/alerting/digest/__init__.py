"""The digest: what a day or a week was like, in a few lines, for any receiver of the routes."""
