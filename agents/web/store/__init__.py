"""What the page remembers: counts, gaps, posts, stories and remarks, made anew from topics at will.

SQLite by default, PostgreSQL by URL; one code, SQLAlchemy Core.
"""
