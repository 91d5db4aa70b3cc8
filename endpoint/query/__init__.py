"""The query page: a form that asks the endpoint as any client does, and shows the answer to people."""
