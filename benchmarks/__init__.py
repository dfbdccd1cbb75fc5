"""What is measured and against whom; run by hand, not part of the tests."""
