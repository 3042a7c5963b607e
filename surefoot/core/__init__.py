"""The words the other packages share: nouns, errors, text tools."""
