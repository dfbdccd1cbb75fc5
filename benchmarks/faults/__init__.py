"""Faults on purpose, and what FocusFlow made of them: see docs/faults.md.

make faults
make faults ARGS="--only workers --database sqlite --kills 3"
"""
