"""The web page: incidents in the words of their alerts, and forms to answer them."""
