"""How a process tells how it is: logs, health, and the server that answers for them."""
