"""One library each: small, whole, and as people write it. Nothing is downloaded."""


class ExpectedError(Exception):
    """What an example raises on purpose."""
