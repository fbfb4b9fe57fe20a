"""Behaviours of contributors who improve the model: one class in one file."""
