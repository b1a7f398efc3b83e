"""Where tickets go: our own inbox, or the helpdesk that a company has already."""
