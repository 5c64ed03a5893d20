"""What is known of incidents, for those who answer people about them."""
