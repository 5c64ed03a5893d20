"""What a text does to the brand it names: attacks it, complains to it, tells of harm it did."""
