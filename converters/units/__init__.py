"""The TERYT register of territorial units: kept, fetched, linked, and the words of pages resolved to it."""
