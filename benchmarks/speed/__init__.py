"""How fast FocusFlow is: beside the stack of its source documents, beside the limit, and grown."""
