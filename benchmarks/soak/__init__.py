"""Long runs against faults: kills, visitors at once, a long conversation, random texts."""
