"""Who answers, and with what right: endpoints, the embedded server, keys and tokens."""
