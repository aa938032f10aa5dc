"""Letters and the transports that carry them."""
