"""Fetching the sources' pages: politely, safely, resumably, into a private store of WARC files."""
