"""Sources that change: losses and labels against the last good run, values that cannot be right."""
