"""Alerts in Slack: messages and their threads, buttons, and the form to label posts."""
