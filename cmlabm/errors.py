"""What can be wrong with what a user asks for."""


class InputError(ValueError):
    """Bad input: the message is one sentence that says what, where and what is allowed."""
