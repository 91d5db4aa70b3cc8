"""The domain: values, records, findings, errors and the IRI policy. No input or output happens here."""
