"""What is drawn of markets and studies, as charts in plain data."""
