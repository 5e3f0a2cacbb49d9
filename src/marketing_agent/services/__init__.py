"""One module per thing that a merchant or a customer can do."""
