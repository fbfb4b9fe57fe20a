"""What a visitor sees: the page and its three views."""
