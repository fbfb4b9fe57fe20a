"""The markets behind the page: how they are set up, run, watched and stopped."""
