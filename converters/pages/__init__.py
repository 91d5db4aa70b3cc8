"""Bytes of a saved page into clean lines, and lines into labelled fields; web archives too."""
