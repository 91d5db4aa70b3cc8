"""The event stream of what is published (LDES): pages that only grow, caught up from the release that is served."""
