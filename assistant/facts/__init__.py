"""What a text says of figures, years and names; reading and checking both ask it."""
