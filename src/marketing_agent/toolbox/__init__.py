"""The typed tools that the agent, the API and tests call."""
