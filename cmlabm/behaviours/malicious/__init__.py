"""Behaviours of contributors who damage the model or live on it: one class in one file."""
