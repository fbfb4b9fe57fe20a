"""The groups in which parameters stand on the page, and their titles there."""

GROUPS = ("data", "honest", "malicious", "contract", "model")


def title(name: str) -> str:
    """Return a parameter's name as it is shown within its group.

    Example:
        >>> title("honest_mean_wait_s"), title("num_words")
        ('mean wait', 'num words')
    """
    bare = name.removeprefix("honest_").removeprefix("malicious_").removesuffix("_s")
    return bare.replace("_", " ")
