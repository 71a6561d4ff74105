"""Slack: deliveries in, messages out. `client.SlackAdapter` is its face for the wiring."""
