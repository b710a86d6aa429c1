"""What a person was told: the list behind the bell."""
