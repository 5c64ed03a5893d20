"""Posts that others bring: signed requests, as webhooks send them."""
