"""FocusFlow's wiring, and what spans its apps."""
