"""Who uses FocusFlow, how they prove it, and who may see what."""
