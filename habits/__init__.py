"""Habits and their streaks."""
