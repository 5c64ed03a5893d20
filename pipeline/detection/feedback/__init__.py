"""What people answered to an incident: who handles it, and which alarms were false."""
