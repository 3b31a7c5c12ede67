"""Real servers for the demo and the end-to-end tests: each in a folder of its own, on loopback only,
started by us and stopped by process id."""
